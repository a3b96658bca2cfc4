#![deny(warnings)]

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Default)]
struct Counter {
    count: u32,
}

impl Counter {
    #[onloop::callback]
    fn get(&self) -> u32 {
        self.count
    }

    #[onloop::callback]
    fn add(&mut self, more: u32) -> &mut Self {
        self.count += more;
        self
    }

    #[onloop::callback]
    fn take(self) -> u32 {
        self.count
    }

    #[onloop::callback]
    fn take_mut(mut self) -> Self {
        self.count += 1;
        self
    }

    #[onloop::callback]
    fn shared(self: Rc<Self>) -> usize {
        Rc::strong_count(&self)
    }

    #[onloop::callback]
    fn boxed(self: Box<Self>) -> Self {
        *self
    }

    #[onloop::callback]
    fn pinned(self: Pin<&mut Self>) -> u32 {
        self.get_mut().add(1).count
    }

    #[onloop::callback]
    fn new(count: u32) -> Self {
        Self { count }
    }

    #[onloop::coroutine]
    async fn get_later(&self) -> u32 {
        tokio::task::yield_now().await;
        self.get()
    }

    #[onloop::coroutine]
    async fn add_later(&mut self, more: u32) -> &mut Self {
        tokio::task::yield_now().await;
        self.add(more)
    }

    #[onloop::coroutine]
    async fn take_later(mut self) -> Self {
        self.add_later(1).await;
        self
    }

    #[onloop::coroutine]
    async fn shared_later(self: Arc<Self>) -> usize {
        tokio::task::yield_now().await;
        Arc::strong_count(&self)
    }

    #[onloop::coroutine]
    async fn pinned_later(self: Pin<&mut Self>, more: &u32) -> u32 {
        tokio::task::yield_now().await;
        self.get_mut().add(*more).count
    }

    #[onloop::blocking]
    fn load(&self) -> u32 {
        self.get()
    }
}

struct View<'a, T: ?Sized>(&'a T);

impl<'a, T: AsRef<str> + ?Sized> View<'a, T> {
    #[onloop::callback]
    fn text(&self) -> &'a str {
        self.0.as_ref()
    }

    #[onloop::coroutine]
    async fn text_later(self) -> &'a str {
        tokio::task::yield_now().await;
        self.text()
    }

    #[onloop::coroutine]
    async fn longer<'b>(&'b self, other: &'b str) -> &'b str
    where
        'a: 'b,
    {
        tokio::task::yield_now().await;
        if self.text().len() > other.len() { self.text() } else { other }
    }
}

fn main() {
    let mut counter = Counter::new(1);
    assert_eq!(counter.add(1).get() + counter.load(), 4);
    assert_eq!(counter.clone().take() + counter.clone().take_mut().take(), 5);
    assert_eq!(Rc::new(counter.clone()).shared(), 1);
    assert_eq!(Box::new(counter.clone()).boxed().count, 2);
    assert_eq!(Pin::new(&mut counter).pinned(), 3);
    futures::executor::block_on(async {
        assert_eq!(counter.add_later(1).await.get_later().await, 4);
        assert_eq!(counter.clone().take_later().await.count, 5);
        assert_eq!(Arc::new(counter.clone()).shared_later().await, 1);
        assert_eq!(Pin::new(&mut counter).pinned_later(&2).await, 6);
        let view = View("abc");
        assert_eq!(view.longer("abcd").await, "abcd");
        assert_eq!(view.text_later().await, "abc");
    });
}
