#![deny(warnings)]
#![deny(unsafe_op_in_unsafe_fn)]

#[onloop::callback]
unsafe fn peek(address: *const u8) -> u8 {
    unsafe { *address }
}

#[onloop::coroutine]
async unsafe fn peek_later(address: *const u8) -> u8 {
    tokio::task::yield_now().await;
    unsafe { peek(address) }
}

#[onloop::callback]
extern "C" fn on_signal(number: i32) -> i32 {
    number + 1
}

#[onloop::callback]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn onloop_test_on_event(address: *mut i32) {
    unsafe { *address += 1 };
}

#[onloop::blocking]
pub extern "C" fn onloop_test_load() -> i32 {
    3
}

fn main() {
    let value = 7;
    assert_eq!(unsafe { peek(&value) }, 7);
    assert_eq!(futures::executor::block_on(async { unsafe { peek_later(&value).await } }), 7);
    let listener: extern "C" fn(i32) -> i32 = on_signal;
    assert_eq!(listener(1), 2);
    let mut count = 1;
    unsafe { onloop_test_on_event(&mut count) };
    assert_eq!(count + onloop_test_load(), 5);
}
