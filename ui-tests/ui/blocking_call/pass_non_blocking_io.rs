//! What `try_io` and `async_io` are given is told not to wait.

use std::io::{self, Read as _};
use std::net::TcpStream;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

struct Link {
    inner: AsyncFd<TcpStream>,
}

impl Link {
    #[onloop::coroutine]
    async fn read(&self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut guard = self.inner.readable().await?;
            match guard.try_io(|inner| inner.get_ref().read(out)) {
                Ok(result) => return result,
                Err(_would_block) => continue,
            }
        }
    }

    #[onloop::coroutine]
    async fn read_at_once(&self, out: &mut [u8]) -> io::Result<usize> {
        self.inner.async_io(Interest::READABLE, |mut inner| inner.read(out)).await
    }
}

fn main() {
    let _ = (Link::read, Link::read_at_once);
}
