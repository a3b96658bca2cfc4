#![deny(warnings)]

//! A `self` that changes: what the compiler says of it stays, and so does what the program tells of itself.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

struct Meter {
    level: u32,
    last: Rc<Cell<u32>>,
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.last.set(self.level);
    }
}

impl Meter {
    #[onloop::coroutine]
    async fn raise(mut self) {
        tokio::task::yield_now().await;
        self.level += 1;
    }

    #[onloop::coroutine]
    #[expect(unused_mut, reason = "the point of this test")]
    async fn read(mut self) -> u32 {
        tokio::task::yield_now().await;
        self.level
    }

    #[onloop::callback]
    #[expect(unused_mut, reason = "the point of this test")]
    fn level(mut self: Box<Self>) -> u32 {
        self.level
    }

    #[onloop::coroutine]
    async fn check(mut self) {
        tokio::task::yield_now().await;
        self.level = 9;
        assert!(self.level == 8);
    }

    #[onloop::callback]
    fn named(mut self) -> (&'static str, u32) {
        let self_ = 3;
        self.level += self_;
        (stringify!(self.level), self.level)
    }
}

fn main() {
    let last = Rc::new(Cell::new(0));
    let new = || Meter { level: 1, last: Rc::clone(&last) };
    futures::executor::block_on(new().raise());
    assert_eq!(last.take(), 2);
    assert_eq!(futures::executor::block_on(new().read()), 1);
    assert_eq!(Box::new(new()).level(), 1);
    assert_eq!(new().named(), ("self.level", 4));
    assert_eq!(last.take(), 4);
    std::panic::set_hook(Box::new(|_| ()));
    let panic = catch_unwind(AssertUnwindSafe(|| futures::executor::block_on(new().check()))).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "assertion failed: self.level == 8");
    assert_eq!(last.take(), 9);
}
