//! Where values of catalogued types come from, and the properties of such a type.

use super::pages::{Family, families_of};
use super::text::{Line, Path, line_around, line_end};
use crate::syntax::quick::HashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What a function that makes a value of a catalogued type does with its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Makes {
    /// The value, alone or inside `Option`, `Result`, `Box` or `Arc`.
    Value,
    /// A tuple with the value at this place.
    Element(usize),
    /// A value that blocks where the argument of this number does.
    Around(usize),
    /// A value that blocks where the one that the method is called on does.
    AroundSelf,
}

/// Types, and how a function makes a value of them.
pub type Made = Rc<[(&'static str, Makes)]>;

/// The type of which a function or field, by its canonical path, gives a value. Two versions of a crate may give
/// values of two. What makes a value stands in no order that could be searched, so answers are kept.
#[must_use]
pub fn made_by(path: &str) -> Made {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Made>> = RefCell::default();
    }
    if let Some(known) = KNOWN.with_borrow(|known| known.get(path).cloned()) {
        return known;
    }
    let made: Made = find_made_by(path).collect();
    KNOWN.with_borrow_mut(|known| known.insert(path.to_owned(), Rc::clone(&made)));
    made
}

pub(super) fn find_made_by(path: &str) -> impl Iterator<Item = (&'static str, Makes)> {
    families_of(Path::new(path).krate).flat_map(move |family| {
        family.text.match_indices(path).filter_map(move |(at, _)| {
            let line = line_around(family.text, at);
            let before = &line.text[..at - line.start];
            let rest = &line.text[at - line.start + path.len()..];
            let makes = match rest.as_bytes().first()? {
                b',' | b' ' | b';' => Makes::Value,
                b'#' => Makes::Element(digit(rest)?),
                b'@' if rest.starts_with("@self") => Makes::AroundSelf,
                b'@' => Makes::Around(digit(rest)?),
                _ => return None,
            };
            let cell = before.rsplit([';', '|']).next().unwrap_or_default().trim_start();
            let is_listed = before.ends_with(' ') && line.names_type() && !cell.starts_with("implements");
            is_listed.then(|| line.path().map(|path| (path, makes)))?
        })
    })
}

/// Whether a method of a builder returns the builder.
#[must_use]
pub fn keeps_type(type_path: &str, method: &str) -> bool {
    type_line(type_path).is_some_and(|line| {
        let chain = match line.values("chain: ") {
            Some(chain) => Some(chain),
            None => line.text.split('|').nth(3),
        };
        chain.is_some_and(|chain| chain.split(',').any(|name| name.trim() == method))
    })
}

/// Whether a type has a row.
#[must_use]
pub fn lists_type(path: &str) -> bool {
    type_line(path).is_some()
}

/// The traits of std that a catalogued type has.
pub fn implements(type_path: &str) -> impl Iterator<Item = &'static str> {
    let traits = type_line(type_path).and_then(|line| line.values("implements: "));
    traits.into_iter().flat_map(|traits| traits.split(", ")).map(str::trim)
}

/// The trait of what a loop runs over.
pub(super) const ITERATOR: &str = "std::iter::Iterator";

/// Whether a catalogued type is an iterator.
#[must_use]
pub fn iterates(type_path: &str) -> bool {
    implements(type_path).any(|of| of == ITERATOR)
}

/// The type on which the methods of a catalogued type are also found.
#[must_use]
pub fn derefs_to(type_path: &str) -> Option<&'static str> {
    type_line(type_path).and_then(|line| line.values("derefs: ")).map(str::trim)
}

/// Whether a type blocks exactly where what it holds does, as `BufReader`.
#[must_use]
pub fn is_wrapper(type_path: &str) -> bool {
    type_line(type_path).is_some_and(|line| line.values("holds: ").is_some())
}

pub(super) fn digit(text: &str) -> Option<usize> {
    text[1..].chars().next()?.to_digit(10).map(|digit| digit as usize)
}

/// The row of a type in either table. Types are asked about again and again, most of them in vain, and their rows stand
/// in no order that could be searched: each page is read for them once.
pub(super) fn type_line(type_path: &str) -> Option<Line> {
    type Lines = HashMap<&'static str, Line>;
    thread_local! {
        /// By page.
        static KNOWN: RefCell<HashMap<&'static str, Lines>> = RefCell::default();
    }
    let row = |family: &Family| {
        KNOWN.with_borrow_mut(|known| {
            let lines = known.entry(family.name).or_insert_with(|| type_lines(family.text));
            lines.get(type_path).copied()
        })
    };
    families_of(Path::new(type_path).krate).find_map(row)
}

/// The rows of types on a page, each by its path; of two with the same path the first.
fn type_lines(text: &'static str) -> HashMap<&'static str, Line> {
    let (mut start, mut lines) = (0, HashMap::default());
    for whole in text.lines() {
        let line = Line { text: whole.trim_end(), start };
        start = line_end(text, start);
        if let Some(path) = line.path().filter(|_| line.names_type()) {
            lines.entry(path).or_insert(line);
        }
    }
    lines
}
