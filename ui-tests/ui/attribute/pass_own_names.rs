#![deny(warnings)]

//! Names of the user that generated code must not stumble over.

#[allow(non_camel_case_types, reason = "the point of this test")]
mod core {
    pub struct bool;
}

mod onloop_local {
    #[allow(dead_code, reason = "the point of this test")]
    pub enum Option<T> {
        Some(T),
        None,
    }

    #[allow(dead_code, reason = "the point of this test")]
    pub enum Result {
        Ok,
        Err,
    }

    pub struct Box;
    pub struct Future;
    #[allow(dead_code, reason = "the point of this test")]
    pub trait Send {}

    #[allow(unused_macros, reason = "the point of this test")]
    macro_rules! concat {
        () => {};
    }

    #[allow(unused_imports, reason = "the point of this test")]
    pub(crate) use concat;

    #[onloop::callback]
    pub fn on_press(level: u8) -> u8 {
        let _ = (Box, Future);
        level
    }

    #[onloop::coroutine]
    pub async fn poll(level: u8) -> u8 {
        tokio::task::yield_now().await;
        level
    }

    #[onloop::coroutine]
    pub fn boxed(level: u8) -> std::pin::Pin<std::boxed::Box<dyn std::future::Future<Output = u8>>> {
        std::boxed::Box::pin(async move { level })
    }

    #[onloop::blocking]
    pub fn load() -> u8 {
        1
    }
}

mod onloop {
    pub use ::onloop::*;
}

fn main() {
    let _ = core::bool;
    assert_eq!(onloop_local::on_press(1), 1);
    assert_eq!(futures::executor::block_on(onloop_local::poll(1)), 1);
    assert_eq!(futures::executor::block_on(onloop_local::boxed(1)), 1);
    assert_eq!(onloop_local::load(), 1);
    let _ = onloop::current_site();
}
