#![forbid(unsafe_code)]

#[onloop::callback]
fn peek(address: *const u8) -> u8 {
    unsafe { *address }
}

fn main() {}
