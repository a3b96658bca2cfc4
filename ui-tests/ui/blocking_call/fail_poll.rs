use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

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

fn main() {}
