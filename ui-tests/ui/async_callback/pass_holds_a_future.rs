use std::pin::Pin;

type Job = Pin<Box<dyn Future<Output = u8>>>;

struct Queue(Vec<Job>);

impl Queue {
    #[onloop::callback]
    fn push(&mut self, job: impl Future<Output = u8> + 'static) -> &mut Self {
        self.0.push(Box::pin(job));
        self
    }

    #[onloop::callback]
    fn pop(&mut self) -> Option<Job> {
        self.0.pop()
    }
}

fn main() {
    let mut queue = Queue(Vec::new());
    queue.push(async { 1 }).push(async { 2 });
    assert_eq!(futures::executor::block_on(queue.pop().unwrap()), 2);
}
