#![deny(warnings, clippy::all)]

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{BufRead as _, Cursor, Read, Write as _};
use std::rc::Rc;

/// A type with the names of methods that block.
#[derive(Default)]
struct Queue {
    items: RefCell<Vec<u8>>,
    sent: Cell<usize>,
}

impl Queue {
    fn recv(&self) -> Option<u8> {
        self.items.borrow_mut().pop()
    }

    fn send(&self, item: u8) {
        self.sent.set(self.sent.get() + 1);
        self.items.borrow_mut().push(item);
    }

    fn wait(self) -> usize {
        self.sent.get()
    }

    fn join(self: Box<Self>) -> usize {
        self.sent.get()
    }

    fn read<'a>(&'a self, key: &'a Cell<u8>) -> &'a Cell<u8> {
        key
    }
}

fn any<T>(value: T) -> T {
    value
}

#[onloop::callback]
fn in_memory(text: &mut String) -> std::io::Result<usize> {
    let mut bytes = any(&b"abc"[..]);
    bytes.read_to_string(text)?;
    let mut cursor = any(std::io::BufReader::new(Cursor::new(vec![1])));
    cursor.read_line(text)?;
    let mut out = any(Vec::new());
    writeln!(out, "on")?;
    out.write_all(b"off")?;
    let names = any(vec!["a", "b"]);
    Ok(names.join(",").len())
}

#[onloop::callback]
fn names_of_the_probe(of: Rc<Queue>) -> Option<u8> {
    let recv = any(of);
    let (read, status, verdict) = (any(1), any(2), any(recv.clone()));
    let value = verdict.recv();
    recv.send(read + status);
    value
}

#[onloop::callback]
fn moves(queue: Queue, boxed: Box<Queue>) -> usize {
    let (queue, boxed) = (any(queue), any(boxed));
    queue.wait() + boxed.join()
}

#[onloop::callback]
fn borrows(queue: &mut Option<Queue>, other: &mut Queue) -> usize {
    let first = any(&mut *other);
    first.send(1);
    let queue = match any(queue.as_mut()) {
        Some(queue) => queue,
        None => first,
    };
    let send = |item| queue.send(item);
    send(2);
    send(3);
    queue.items.get_mut().len()
}

#[onloop::callback]
fn returns_a_closure<'a>(queue: &'a Queue) -> impl Fn() -> Option<u8> + use<'a> {
    let queue = any(queue);
    move || queue.recv()
}

#[onloop::callback]
fn keeps_temporaries(queue: &Queue) -> u8 {
    let queue = any(queue);
    queue.read(&Cell::new(1)).get()
}

#[onloop::callback]
fn generic<R: Read + ?Sized, Q: AsRef<Queue>>(reader: &mut R, queue: Q, dynamic: &mut dyn Read) -> Option<u8> {
    let (reader, dynamic) = (any(reader), any(dynamic));
    let mut byte = [0];
    reader.read_exact(&mut byte).ok()?;
    dynamic.read_exact(&mut byte).ok()?;
    let queue = any(queue.as_ref());
    queue.recv()
}

#[onloop::coroutine]
async fn stays_send(items: Vec<(u8, tokio::sync::mpsc::Receiver<u8>)>) -> u8 {
    let mut sum = 0;
    for (first, mut items) in items {
        let read = items.recv();
        sum += first + read.await.unwrap_or_default();
        let later = any(tokio::sync::Mutex::new(first));
        let guard = later.lock();
        sum += *guard.await;
    }
    sum
}

#[onloop::coroutine]
async fn borrowed_across(queue: &RefCell<Option<Box<Queue>>>) -> Option<u8> {
    let inner = any(queue.take())?;
    tokio::task::yield_now().await;
    let value = (*inner).recv();
    match any(Some(&inner)) {
        Some(queue) if queue.sent.get() > 0 => queue.recv(),
        Some(_) | None => value,
    }
}

struct Shown<T>(T);

impl<T: fmt::Display> fmt::Display for Shown<T> {
    #[onloop::callback]
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = any(to);
        writeln!(to, "{}", self.0)
    }
}

fn main() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let mut text = String::new();
    assert_eq!(in_memory(&mut text).unwrap(), 3);
    assert_eq!(text, "abc\u{1}");
    let queue = Rc::new(Queue::default());
    assert_eq!(names_of_the_probe(queue.clone()), None);
    assert_eq!(moves(Queue::default(), Box::default()), 0);
    assert_eq!(borrows(&mut None, &mut Queue::default()), 3);
    assert_eq!(returns_a_closure(&queue)(), Some(3));
    assert_eq!(keeps_temporaries(&queue), 1);
    assert_eq!(generic(&mut &[1_u8][..], Wrapped(Queue::default()), &mut &[1_u8][..]), None);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(is_send(stays_send(Vec::new()))), 0);
    assert_eq!(runtime.block_on(borrowed_across(&RefCell::default())), None);
    assert_eq!(Shown(1).to_string(), "1\n");
}

struct Wrapped(Queue);

impl AsRef<Queue> for Wrapped {
    fn as_ref(&self) -> &Queue {
        &self.0
    }
}
