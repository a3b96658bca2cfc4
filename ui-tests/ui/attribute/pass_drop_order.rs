#![deny(warnings)]

use std::cell::RefCell;

/// Notes when it goes.
struct Noisy<'a>(&'static str, &'a RefCell<Vec<&'static str>>);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

macro_rules! cases {
    ($($attribute:meta)?) => {
        $(#[$attribute])?
        pub async fn later<'a>(
            first: Noisy<'a>,
            _unused: Noisy<'a>,
            _: Noisy<'a>,
            (second, _): (Noisy<'a>, Noisy<'a>),
            notes: &'a RefCell<Vec<&'static str>>,
        ) -> usize {
            let _local = Noisy("local", notes);
            tokio::task::yield_now().await;
            drop(second);
            notes.borrow_mut().push("body");
            let _ = &first;
            notes.borrow().len()
        }
    };
}

mod plain {
    use super::*;
    cases!();
}

mod marked {
    use super::*;
    cases!(onloop::coroutine);
}

fn order<'a, F: Future>(
    notes: &'a RefCell<Vec<&'static str>>,
    run: impl FnOnce(Noisy<'a>, Noisy<'a>, Noisy<'a>, (Noisy<'a>, Noisy<'a>), &'a RefCell<Vec<&'static str>>) -> F,
) -> Vec<&'static str> {
    let noisy = |name| Noisy(name, notes);
    let tuple = (noisy("second"), noisy("third"));
    futures::executor::block_on(run(noisy("first"), noisy("unused"), noisy("wild"), tuple, notes));
    notes.take()
}

fn main() {
    let notes = RefCell::default();
    let expected = order(&notes, plain::later);
    assert_eq!(expected, ["second", "body", "local", "third", "wild", "unused", "first"]);
    assert_eq!(order(&notes, marked::later), expected);
}
