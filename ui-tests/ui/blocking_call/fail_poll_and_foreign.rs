use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

unsafe extern "C" {
    fn usleep(microseconds: u32) -> i32;
}

struct Log {
    file: std::fs::File,
}

impl Future for Log {
    type Output = ();

    #[onloop::callback]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let _ = this.file.sync_all();
        Poll::Ready(())
    }
}

trait Store {
    #[onloop::blocking]
    fn load(&self) -> u8;
}

#[onloop::callback]
fn on_press(store: &dyn Store) -> u8 {
    unsafe { usleep(5) };
    store.load()
}

fn main() {}
