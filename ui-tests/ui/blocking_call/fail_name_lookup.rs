use std::net::ToSocketAddrs;

#[onloop::coroutine]
async fn find(host: &str) -> bool {
    ToSocketAddrs::to_socket_addrs(&(host, 80)).is_ok()
}

fn main() {}
