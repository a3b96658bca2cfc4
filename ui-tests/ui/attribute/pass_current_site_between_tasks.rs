use std::cell::RefCell;
use std::rc::Rc;

use onloop::{Hub, current_site};

fn name() -> &'static str {
    current_site().map_or("nobody", |site| site.name().rsplit("::").next().unwrap())
}

#[onloop::coroutine]
async fn first(notes: Rc<RefCell<Vec<&'static str>>>) {
    for _ in 0..2 {
        notes.borrow_mut().push(name());
        tokio::task::yield_now().await;
    }
}

#[onloop::coroutine]
async fn second(notes: Rc<RefCell<Vec<&'static str>>>) {
    for _ in 0..2 {
        notes.borrow_mut().push(name());
        tokio::task::yield_now().await;
    }
}

#[onloop::callback]
fn start(hub: &Hub, notes: &Rc<RefCell<Vec<&'static str>>>) {
    hub.create_task(first(Rc::clone(notes)));
    hub.create_task(second(Rc::clone(notes)));
    notes.borrow_mut().push(name());
}

fn main() {
    let notes = Rc::default();
    Hub::run(async |hub| {
        start(&hub, &notes);
        notes.borrow_mut().push(name());
        hub.block_till_done().await;
    });
    assert_eq!(*notes.borrow(), ["first", "second", "start", "nobody", "first", "second"]);
}
