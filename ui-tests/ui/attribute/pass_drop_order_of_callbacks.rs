#![deny(warnings)]

use std::cell::RefCell;

thread_local! {
    static NOTES: RefCell<Vec<&'static str>> = RefCell::default();
}

/// Notes when it goes, and who holds the loop then.
struct Noisy(&'static str);

impl Noisy {
    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        NOTES.with_borrow_mut(|notes| notes.push(self.0));
    }
}

fn plain(first: Noisy, _: Noisy) -> usize {
    let _local = Noisy("local");
    first.len() + Noisy("temporary").len()
}

#[onloop::callback]
fn marked(first: Noisy, _: Noisy) -> usize {
    let _local = Noisy("local");
    first.len() + Noisy("temporary").len()
}

#[onloop::callback]
fn borrows_from_a_temporary(cell: &RefCell<String>) -> usize {
    let cell = RefCell::new(cell.borrow().clone());
    cell.borrow().len()
}

fn main() {
    plain(Noisy("first"), Noisy("wild"));
    let expected = NOTES.take();
    marked(Noisy("first"), Noisy("wild"));
    assert_eq!(NOTES.take(), expected);
    assert_eq!(expected, ["temporary", "local", "wild", "first"]);
    assert_eq!(borrows_from_a_temporary(&RefCell::new("abc".into())), 3);
}
