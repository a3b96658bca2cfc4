use std::future::{Future, Ready, ready};
use std::pin::Pin;

use futures::future::{BoxFuture, FutureExt, LocalBoxFuture};

type Reply<'a> = Pin<Box<dyn Future<Output = u8> + 'a>>;

#[onloop::coroutine]
fn by_impl(value: &u8) -> impl Future<Output = u8> + '_ {
    async move { *value }
}

#[onloop::coroutine]
fn by_box(value: &u8) -> Pin<Box<dyn Future<Output = u8> + Send + '_>> {
    Box::pin(async move { *value })
}

#[onloop::coroutine]
fn by_alias(value: &u8) -> Reply<'_> {
    Box::pin(async move { *value })
}

#[onloop::coroutine]
fn by_box_future(value: &u8) -> BoxFuture<'_, u8> {
    async move { *value }.boxed()
}

#[onloop::coroutine]
fn by_local_box_future(value: &u8) -> LocalBoxFuture<'_, u8> {
    async move { *value }.boxed_local()
}

#[onloop::coroutine]
fn by_named_type(value: u8) -> Ready<u8> {
    ready(value)
}

#[onloop::coroutine]
fn by_early_return(value: u8) -> Pin<Box<dyn Future<Output = u8>>> {
    if value == 0 {
        return Box::pin(ready(0));
    }
    Box::pin(async move { value })
}

#[onloop::coroutine]
fn by_match(value: u8) -> Pin<Box<dyn Future<Output = u8>>> {
    match value {
        0 => Box::pin(ready(0)),
        _ => Box::pin(async move { value }),
    }
}

/// An actor's future is polled by the actor, and is no `Future`.
struct ActorFuture(u8);

trait Handler {
    type Result;
    fn handle(&mut self, value: u8) -> Self::Result;
}

struct Counter(u8);

impl Handler for Counter {
    type Result = ActorFuture;

    #[onloop::coroutine]
    fn handle(&mut self, value: u8) -> Self::Result {
        self.0 += value;
        ActorFuture(self.0)
    }
}

#[onloop::coroutine]
fn by_parameter<H: Handler>(handler: &mut H) -> H::Result {
    handler.handle(1)
}

#[onloop::coroutine]
fn by_trait<H: Handler>(handler: &mut H) -> <H as Handler>::Result {
    handler.handle(1)
}

fn main() {
    let value = 7;
    let mut counter = Counter(0);
    assert_eq!(by_parameter(&mut counter).0 + by_trait(&mut counter).0, 3);
    futures::executor::block_on(async {
        assert_eq!(by_impl(&value).await, 7);
        assert_eq!(by_box(&value).await, 7);
        assert_eq!(by_alias(&value).await, 7);
        assert_eq!(by_box_future(&value).await, 7);
        assert_eq!(by_local_box_future(&value).await, 7);
        assert_eq!(by_named_type(value).await, 7);
        assert_eq!(by_early_return(value).await + by_early_return(0).await, 7);
        assert_eq!(by_match(value).await + by_match(0).await, 7);
    });
}
