use std::net::{SocketAddr, ToSocketAddrs};

#[onloop::coroutine]
async fn find(host: &str) -> Option<SocketAddr> {
    <str as ToSocketAddrs>::to_socket_addrs(host).ok()?.next()
}

fn main() {}
