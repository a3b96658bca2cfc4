//! The text of a page: its rows, found by their last name, and the cells of a row.

use crate::syntax::quick::HashMap;
use std::cell::RefCell;
use std::iter;

/// A row of a table, from its first bar to its last. The first cell is a path, as code or as a link.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) path: &'static str,
    pub(super) line: &'static str,
}

impl Row {
    pub(super) fn cells(self) -> impl Iterator<Item = &'static str> {
        let inner = self.line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
        inner.unwrap_or_default().split('|').map(str::trim_ascii)
    }

    pub(super) fn also(self) -> &'static str {
        let line = self.line.strip_suffix('|').unwrap_or_default();
        line.rfind('|').map_or("", |bar| line[bar + 1..].trim_ascii())
    }

    pub(super) fn aliases(self) -> impl Iterator<Item = &'static str> {
        values(self.also(), "as")
    }
}

/// The values of a key in the last cell.
pub(super) fn values(also: &'static str, key: &str) -> impl Iterator<Item = &'static str> + use<> {
    let facts = if also.is_empty() { None } else { Some(also.split("; ")) };
    let values = facts
        .into_iter()
        .flatten()
        .find_map(|fact| fact.strip_prefix(key).and_then(|values| values.strip_prefix(": ")));
    values.into_iter().flat_map(|values| values.split(", "))
}

/// All rows of calls.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    let mut at = 0;
    iter::from_fn(move || {
        let (start, path) = row_from(text, at, text.len())?;
        at = line_end(text, start);
        Some(Row { path, line: text[start..at].trim_ascii_end() })
    })
}

/// The rows whose path ends with that name.
pub(super) fn rows_named(text: &'static str, name: &str) -> impl Iterator<Item = Row> {
    let mut low = first_named(text, name);
    iter::from_fn(move || {
        let (start, path) = row_from(text, low, text.len())?;
        if last_name(path) != name {
            return None;
        }
        low = line_end(text, start);
        Some(Row { path, line: text[start..low].trim_ascii_end() })
    })
}

/// Where the rows of a name begin, or would. The same names are asked for again and again: each is searched for once.
fn first_named(text: &'static str, name: &str) -> usize {
    thread_local! {
        /// By page and name.
        static KNOWN: RefCell<HashMap<*const u8, HashMap<Box<str>, usize>>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        let of_page = known.entry(text.as_ptr()).or_default();
        if let Some(&at) = of_page.get(name) {
            return at;
        }
        let at = search(text, name);
        of_page.insert(name.into(), at);
        at
    })
}

fn search(text: &'static str, name: &str) -> usize {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = text[low..middle].rfind('\n').map_or(low, |newline| low + newline + 1);
        match row_from(text, start, high) {
            Some((row, path)) if last_name(path) < name => low = line_end(text, row),
            _ => high = start,
        }
    }
    low
}

/// The first row that begins at or after `start`, a start of a line, and before `end`: where, and its
/// path. Headings and the heads of tables are stepped over; the bold rows of types end the search.
pub(super) fn row_from(text: &'static str, mut start: usize, end: usize) -> Option<(usize, &'static str)> {
    while start < end {
        let path = match &text.as_bytes()[start..] {
            [b'|', b' ', b'`', ..] => start + 3,
            [b'|', b' ', b'[', b'`', ..] => start + 4,
            [b'|', b' ', b'*', ..] => return None,
            _ => {
                start = line_end(text, start);
                continue;
            }
        };
        let length = text[path..].find('`')?;
        return Some((start, &text[path..path + length]));
    }
    None
}

/// A line of a page.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) text: &'static str,
    pub(super) start: usize,
}

pub(super) fn line_around(text: &'static str, at: usize) -> Line {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    Line { text: text[start..line_end(text, start)].trim_end(), start }
}

impl Line {
    pub(super) fn names_type(self) -> bool {
        self.text.starts_with("| **") || self.text.starts_with('|') && self.text.split('|').any(|cell| cell == " type ")
    }

    pub(super) fn path(self) -> Option<&'static str> {
        self.text.split('`').nth(1)
    }

    pub(super) fn values(self, key: &str) -> Option<&'static str> {
        let at = self.text.find(key)? + key.len();
        self.text[at..].split([';', '|']).next()
    }
}

pub(super) fn line_end(text: &str, start: usize) -> usize {
    text[start..].find('\n').map_or(text.len(), |newline| start + newline + 1)
}

/// A path to compare with, its crate apart.
pub(crate) struct Path<'a> {
    pub(super) krate: &'a str,
    pub(super) rest: &'a str,
}

impl<'a> Path<'a> {
    pub(crate) fn new(path: &'a str) -> Self {
        let (krate, rest) = path.split_at(path.find(':').unwrap_or(0));
        let krate = if matches!(krate, "core" | "alloc") { "std" } else { krate };
        Self { krate, rest }
    }

    pub(crate) fn is(&self, path: &str) -> bool {
        path.len() == self.krate.len() + self.rest.len() && path.starts_with(self.krate) && path.ends_with(self.rest)
    }
}

pub(crate) fn last_name(path: &str) -> &str {
    path.rfind(':').map_or(path, |colon| &path[colon + 1..])
}

/// The type, trait or module that the last name belongs to.
pub(crate) fn owner(path: &str) -> Option<&str> {
    path.rfind("::").map(|colons| &path[..colons])
}
