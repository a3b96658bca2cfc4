mod prelude {
    pub use std::net::TcpStream as Socket;
}

use prelude::*;

#[onloop::coroutine]
async fn connect(address: &str) -> std::io::Result<Socket> {
    Socket::connect(address)
}

fn main() {}
