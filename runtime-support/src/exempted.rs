//! Exemptions that only the stack shows: async functions without another attribute, which are exempt during each poll
//! and nowhere between polls, and `block_in_place`, inside which the thread does not count as a loop.
//!
//! The stack is read only where a function would otherwise be accused, because reading it takes a while.

use std::backtrace::Backtrace;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use crate::lock::lock;
use crate::{Kind, Site, allow_blocking};

/// The async functions that are exempt, as far as they have run.
static FUNCTIONS: Mutex<Vec<&Exempted>> = Mutex::new(Vec::new());

/// An async function that is exempt, made by `#[onloop::allow(blocking_call, ..)]` on one without another attribute.
#[derive(Debug)]
pub struct Exempted {
    module: &'static str,
    name: &'static str,
    file: &'static str,
    /// The first and the last.
    lines: [u32; 2],
    is_known: AtomicBool,
}

impl Exempted {
    /// One of this name, in this module, at these lines of the file.
    #[must_use]
    pub const fn new(module: &'static str, name: &'static str, file: &'static str, lines: [u32; 2]) -> Self {
        Self { module, name, file, lines, is_known: AtomicBool::new(false) }
    }

    /// Says so, the first time that it runs.
    #[inline]
    pub fn begins(&'static self) {
        if !self.is_known.load(Relaxed) && !self.is_known.swap(true, Relaxed) {
            lock(&FUNCTIONS).push(self);
        }
    }

    fn is(&self, place: &Place<'_>) -> bool {
        let function = without_closures(place.function).trim_start_matches(['<', '&']);
        if place.function.starts_with('{') {
            // With little debug information there is nothing but the word for a closure.
            // Shown from the working directory on, if it lies below it, and known from that of the compiler on.
            let is_same = |file: &str| file.ends_with(self.file) || self.file.ends_with(file.trim_start_matches("./"));
            let is_here = place.file.is_some_and(is_same);
            return is_here && place.line.is_some_and(|line| (self.lines[0]..=self.lines[1]).contains(&line));
        }
        // Methods have a type in between, and perhaps a trait.
        let last = function.rsplit_once("::").map_or(function, |(_, last)| last);
        let is_named = last.split('<').next() == Some(self.name);
        is_named && function.strip_prefix(self.module).is_some_and(|rest| rest.starts_with("::"))
    }
}

/// One line of a stack, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) function: &'a str,
    pub(crate) file: Option<&'a str>,
    pub(crate) line: Option<u32>,
}

impl Place<'_> {
    /// Whether the thread does not count as a loop inside this function, or the function is exempt.
    pub(crate) fn may_block(&self) -> bool {
        self.is_in_place() || lock(&FUNCTIONS).iter().any(|one| one.is(self))
    }

    fn is_in_place(&self) -> bool {
        // Newer compilers write `block_in_place::<..>`.
        let name = without_closures(self.function).split('<').next().unwrap_or_default().trim_end_matches("::");
        let is_of_tokio = || self.file.is_some_and(|file| file.contains("/tokio-"));
        match name.rsplit_once("::") {
            Some((path, "block_in_place")) => path.starts_with("tokio::"),
            None => name == "block_in_place" && is_of_tokio(),
            Some(_) => false,
        }
    }
}

/// Whether a function that may block stands on the stack of this thread, inside the one that holds the loop.
pub(crate) fn is_on_the_stack(holder: &Site) -> bool {
    // To find the names, files are read, and locks taken.
    let _exempt = allow_blocking::exempt();
    let stack = Backtrace::force_capture().to_string();
    let places = places(&stack);
    // A coroutine is polled by its scope. Its closures may have its name, and it may have none itself.
    let is_scope =
        |place: &Place<'_>| place.function.contains("onloop::scope::InScope<") && place.function.ends_with("poll");
    let scope = places.iter().position(is_scope).filter(|_| holder.kind() == Kind::Coroutine);
    let is_holder = |place: &Place<'_>| without_closures(place.function) == holder.name();
    let end = scope.or_else(|| places.iter().rposition(is_holder));
    places[..end.unwrap_or(places.len())].iter().any(Place::may_block)
}

/// What a printed stack tells, the innermost first: the name of each function after its number, and the place below it.
fn places(stack: &str) -> Vec<Place<'_>> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for text in stack.lines().map(str::trim_start) {
        let at = text.strip_prefix("at ").and_then(|at| {
            let (rest, _column) = at.rsplit_once(':')?;
            rest.rsplit_once(':')
        });
        if let (Some((file, line)), Some(last)) = (at, places.last_mut()) {
            (last.file, last.line) = (Some(file), line.parse().ok());
        } else {
            let named = text.split_once(": ").filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
            places.extend(named.map(|(_, function)| Place { function, file: None, line: None }));
        }
    }
    places
}

/// The name of a function, whose closures and polls are its own.
pub(crate) fn without_closures(function: &str) -> &str {
    let mut function = function;
    while let Some((outer, inner)) = function.rsplit_once("::{")
        && inner.ends_with('}')
    {
        function = outer;
    }
    function
}

#[cfg(test)]
mod tests {
    use super::*;

    static READ: Exempted = Exempted::new("house::radio", "read_exempt", "src/radio.rs", [10, 20]);

    fn named(function: &str) -> Place<'_> {
        Place { function, file: None, line: None }
    }

    #[test]
    fn functions_are_known_by_their_names() {
        READ.begins();
        READ.begins();
        assert_eq!(FUNCTIONS.lock().unwrap().iter().filter(|one| one.name == "read_exempt").count(), 1);
        for function in [
            "house::radio::read_exempt",
            "house::radio::read_exempt::{{closure}}",
            "house::radio::read_exempt<u8>",
            "house::radio::Radio::read_exempt::{{closure}}",
            "<house::radio::Radio as house::Sensor>::read_exempt",
            "tokio::task::blocking::block_in_place",
            "tokio::task::blocking::block_in_place<house::poll::{closure_env#0}, u8>",
            "tokio::task::blocking::block_in_place::<house::poll::{closure#0}::{closure#0}, u8>",
        ] {
            assert!(named(function).may_block(), "{function}");
        }
        for function in [
            "house::radio::read",
            "house::radio::read_exempt_not",
            "house::radios::read_exempt",
            "house::read_exempt",
            "house::block_in_place",
            "block_in_place",
            "tokio::task::spawn",
            "{async_fn#0}",
        ] {
            assert!(!named(function).may_block(), "{function}");
        }
    }

    #[test]
    fn a_printed_stack_is_read() {
        let stack = "   0: house::load\n             at /house/src/radio.rs:3:5\n   1: {async_fn#0}\n             at \
                     /house/src/radio.rs:12:9\n  10: block_in_place<u8>\n             at \
                     /registry/tokio-1.54.1/src/task/blocking.rs:78:5\n  11: main\n";
        let places = places(stack);
        let known: Vec<_> = places.iter().map(|place| (place.function, place.line)).collect();
        let expected =
            [("house::load", Some(3)), ("{async_fn#0}", Some(12)), ("block_in_place<u8>", Some(78)), ("main", None)];
        assert_eq!(known, expected);
        READ.begins();
        assert_eq!(places.iter().map(Place::may_block).collect::<Vec<_>>(), [false, true, true, false]);
    }
}
