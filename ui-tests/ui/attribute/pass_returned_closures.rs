#![deny(warnings)]

//! Of a closure that is returned, the compiler knows the parameters from the function's output alone.

use std::fmt::Debug;

async fn wait() {
    tokio::task::yield_now().await;
}

#[onloop::coroutine]
async fn measure() -> impl Fn(&str) -> usize {
    wait().await;
    |text| text.len()
}

#[onloop::coroutine]
async fn show(short: bool) -> Option<impl FnOnce(Vec<u8>) -> Box<dyn Debug> + Send + 'static> {
    wait().await;
    Some(move |mut bytes: Vec<u8>| -> Box<dyn Debug> {
        bytes.push(1);
        if short { Box::new(bytes.len()) } else { Box::new(bytes) }
    })
}

#[onloop::coroutine]
async fn ask() -> impl AsyncFn(&str) -> usize {
    async |text| {
        wait().await;
        text.len()
    }
}

struct Gauge<K>(K);

impl<K: Clone + Debug> Gauge<K> {
    #[onloop::coroutine]
    async fn named(&self) -> impl Fn(&K) -> String + use<'_, K> {
        wait().await;
        |key| format!("{:?} {:?}", key.clone(), self.0)
    }

    #[onloop::callback]
    fn into_shown(self) -> impl FnOnce(&str) -> Box<dyn Debug>
    where
        K: 'static,
    {
        move |text| if text.is_empty() { Box::new(self.0) } else { Box::new(1) }
    }
}

fn main() {
    futures::executor::block_on(async {
        assert_eq!((measure().await)("abc"), 3);
        assert_eq!(format!("{:?}", (show(true).await.unwrap())(Vec::new())), "1");
        assert_eq!((ask().await)("ab").await, 2);
        assert_eq!((Gauge("a").named().await)(&"b"), "\"b\" \"a\"");
    });
    assert_eq!(format!("{:?}", Gauge(7).into_shown()("")), "7");
}
