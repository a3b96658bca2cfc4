use std::fs;

trait Open: Sized {
    fn open(name: &str) -> Self;
}

struct Page(usize);

impl Open for Page {
    fn open(name: &str) -> Self {
        Page(name.len())
    }
}

#[onloop::callback]
fn on_show<File: Open>(name: &str) -> File {
    File::open(name)
}

mod memory {
    pub struct TcpStream;

    impl TcpStream {
        pub fn connect(port: u16) -> u16 {
            port
        }
    }
}

use memory::TcpStream;

#[onloop::coroutine]
async fn connect() -> u16 {
    TcpStream::connect(80)
}

struct Album<File>(Vec<File>);

impl<File: Open> Album<File> {
    #[onloop::callback]
    fn add(&mut self, name: &str) -> usize {
        self.0.push(File::open(name));
        self.0.len()
    }
}

fn main() {
    assert_eq!(on_show::<Page>("abc").0, 3);
    assert_eq!(futures::executor::block_on(connect()), 80);
    assert_eq!(Album::<Page>(Vec::new()).add("a"), 1);
    drop(fs::metadata("no such file"));
}
