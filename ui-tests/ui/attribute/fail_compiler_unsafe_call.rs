#[onloop::callback]
unsafe fn peek(address: *const u8) -> u8 {
    unsafe { *address }
}

fn main() {
    peek(&7);
}
