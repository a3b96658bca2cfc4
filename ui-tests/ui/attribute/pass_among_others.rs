//! Other attributes above and below ours: what is right compiles, and does the same.

#![deny(warnings)]

use onloop_ui_shapes::{boxes, moves, nests, renames, repeats, wraps};

mod above {
    use super::*;

    #[wraps]
    #[onloop::coroutine]
    pub async fn wrapped(n: u32, text: String) -> Result<u32, std::num::ParseIntError> {
        tokio::task::yield_now().await;
        Ok(n + text.parse::<u32>()?)
    }

    #[wraps]
    #[onloop::callback]
    pub fn wrapped_callback(n: u32) -> u32 {
        n + 1
    }

    #[boxes]
    #[onloop::coroutine]
    pub async fn boxed(n: u32) -> u32 {
        tokio::task::yield_now().await;
        if n > 9 { n } else { boxed(n + 1).await }
    }

    #[nests]
    #[onloop::coroutine]
    pub async fn nested(n: u32) -> u32 {
        tokio::task::yield_now().await;
        n + 1
    }

    #[nests]
    #[onloop::callback]
    pub fn nested_callback(n: u32) -> u32 {
        n + 1
    }

    #[moves]
    #[onloop::coroutine]
    pub async fn moved(n: u32) -> u32 {
        tokio::task::yield_now().await;
        n + 1
    }

    #[moves]
    #[onloop::callback]
    pub fn moved_callback(n: u32) -> u32 {
        n + 1
    }

    #[renames]
    #[onloop::coroutine]
    pub async fn coroutine(n: u32) -> u32 {
        tokio::task::yield_now().await;
        n + 1
    }

    #[repeats]
    #[onloop::coroutine]
    pub async fn repeated(n: u32) -> u32 {
        tokio::task::yield_now().await;
        n + 1
    }

    #[repeats]
    #[onloop::callback]
    pub fn repeated_callback(n: u32) -> u32 {
        n + 1
    }

    #[repeats]
    #[onloop::blocking]
    pub fn repeated_blocking(n: u32) -> u32 {
        n + 1
    }
}

mod below {
    use super::*;

    #[onloop::coroutine]
    #[wraps]
    pub async fn wrapped(n: u32, text: String) -> Result<u32, std::num::ParseIntError> {
        tokio::task::yield_now().await;
        Ok(n + text.parse::<u32>()?)
    }

    #[onloop::callback]
    #[wraps]
    pub fn wrapped_callback(n: u32) -> u32 {
        n + 1
    }

    #[onloop::coroutine]
    #[boxes]
    pub async fn boxed(n: u32) -> u32 {
        tokio::task::yield_now().await;
        if n > 9 { n } else { boxed(n + 1).await }
    }

    #[onloop::coroutine]
    #[nests]
    pub async fn nested(n: u32) -> u32 {
        tokio::task::yield_now().await;
        n + 1
    }

    #[onloop::callback]
    #[nests]
    pub fn nested_callback(n: u32) -> u32 {
        n + 1
    }

    #[onloop::coroutine]
    #[renames]
    pub async fn coroutine(n: u32) -> u32 {
        tokio::task::yield_now().await;
        n + 1
    }

    #[onloop::callback]
    #[repeats]
    pub fn repeated_callback(n: u32) -> u32 {
        n + 1
    }
}

fn main() {
    assert_eq!((above::wrapped_callback(1), below::wrapped_callback(1)), (2, 2));
    assert_eq!((above::nested_callback(1), below::nested_callback(1)), (2, 2));
    assert_eq!((above::repeated_callback(1), below::repeated_callback(1)), (2, 2));
    assert_eq!((above::moved_callback(1), above::repeated_blocking(1)), (2, 2));
    futures::executor::block_on(async {
        assert_eq!((above::wrapped(1, "2".into()).await, below::wrapped(1, "2".into()).await), (Ok(3), Ok(3)));
        assert!(above::wrapped(1, "x".into()).await.is_err());
        assert_eq!((above::boxed(1).await, below::boxed(1).await), (10, 10));
        assert_eq!((above::nested(1).await, below::nested(1).await), (2, 2));
        assert_eq!((above::coroutine_renamed(1).await, below::coroutine_renamed(1).await), (2, 2));
        assert_eq!((above::moved(1).await, above::repeated(1).await), (2, 2));
    });
}
