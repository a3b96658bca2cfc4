#![deny(warnings)]

use std::future::{Ready, ready};
use std::pin::Pin;

use futures::future::{BoxFuture, FutureExt, LocalBoxFuture};
use onloop::current_site;

fn is_inside(name: &str) -> bool {
    current_site().is_some_and(|site| site.name().ends_with(name))
}

struct Device(u32);

impl Device {
    #[onloop::coroutine]
    fn by_impl(&self) -> impl Future<Output = u32> + '_ {
        assert!(is_inside("by_impl"));
        async move {
            tokio::task::yield_now().await;
            assert!(is_inside("by_impl"));
            self.0
        }
    }

    #[onloop::coroutine]
    fn by_impl_of_another(&self, more: u32) -> impl Future<Output = u32> + use<'_> {
        let more = more + 1;
        self.by_impl().map(move |value| {
            assert!(is_inside("by_impl_of_another"));
            value + more
        })
    }

    #[onloop::coroutine]
    fn by_box<'a>(&'a self, more: &'a u32) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>> {
        let doubled = 2 * more;
        Box::pin(async move {
            tokio::task::yield_now().await;
            assert!(is_inside("by_box"));
            self.0 + doubled
        })
    }

    #[onloop::coroutine]
    fn by_box_future(&self) -> BoxFuture<'_, Result<u32, std::num::ParseIntError>> {
        Box::pin(async move {
            let one: u32 = "1".parse()?;
            tokio::task::yield_now().await;
            Ok(self.0 + one)
        })
    }

    #[onloop::coroutine]
    fn by_local_box_future(&self) -> LocalBoxFuture<'_, u32> {
        async move { self.0 }.boxed_local()
    }

    #[onloop::coroutine]
    fn by_name(&self) -> Ready<u32> {
        ready(self.0)
    }

    #[onloop::coroutine]
    fn by_generic<F: Future<Output = u32>>(&self, future: F) -> F {
        future
    }

    #[onloop::coroutine]
    fn by_condition(&self, boxed: bool) -> BoxFuture<'static, u32> {
        if !boxed {
            return ready(self.0).boxed();
        }
        let value = self.0;
        Box::pin(async move { value })
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

fn main() {
    let device = Device(7);
    futures::executor::block_on(async {
        assert_eq!(assert_send(device.by_impl()).await, 7);
        assert_eq!(device.by_impl_of_another(1).await, 9);
        assert_eq!(assert_send(device.by_box(&2)).await, 11);
        assert_eq!(device.by_box_future().await, Ok(8));
        assert_eq!(device.by_local_box_future().await, 7);
        assert_eq!(device.by_name().await, 7);
        assert_eq!(device.by_generic(async { 3 }).await, 3);
        assert_eq!(device.by_condition(true).await + device.by_condition(false).await, 14);
    });
    assert!(current_site().is_none());
}
