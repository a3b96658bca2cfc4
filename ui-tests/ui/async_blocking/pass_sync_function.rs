use std::io;

#[onloop::blocking]
fn load(path: &str) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}

fn main() {
    assert!(load("no such file").is_err());
}
