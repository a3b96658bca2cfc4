//! Sites: the static descriptions of annotated functions.

use std::fmt;
use std::time::Duration;

/// The static description of an annotated function: its name, its kind and its place.
///
/// Every function marked [`#[onloop::callback]`][Kind::Callback], [`#[onloop::coroutine]`][Kind::Coroutine] or
/// [`#[onloop::blocking]`][Kind::Blocking] has exactly one. Reports about the loop name functions by it, and
/// [`current_site`][crate::current_site] gives the one that holds the loop now.
///
/// It prints as the name and the place: `station::read_config (src/config.rs:12)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Site {
    // Public for the attributes alone, which write a site as a literal: of all forms that costs the compiler least.
    #[doc(hidden)]
    pub name: &'static str,
    #[doc(hidden)]
    pub kind: Kind,
    #[doc(hidden)]
    pub file: &'static str,
    #[doc(hidden)]
    pub line: u32,
    /// In microseconds; 0 where the function has none of its own.
    #[doc(hidden)]
    pub budget: u32,
    /// Which parts of the function are exempt from the rules on blocking: none (no text), all (`*`), or lines of its
    /// file (`12-14,20`).
    #[doc(hidden)]
    pub exempt: &'static str,
}

/// The kind of an annotated function: what it promises, and so where it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A sync function that runs on the loop and never waits.
    Callback,
    /// An async function that runs on the loop and waits only at `.await`.
    Coroutine,
    /// A sync function that may wait; it runs in the executor, never on the loop.
    Blocking,
}

impl Site {
    /// Describes a function, as the attributes do.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, file: &'static str, line: u32) -> Self {
        Self { name, kind, file, line, budget: 0, exempt: "" }
    }

    /// The function's path: crate, modules, the type if it is a method, and its own name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Which of the three attributes the function carries.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The source file, in the form of [`file!`].
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line in [`file`][Self::file], counted from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// How long the function may hold the loop at a stretch, if it has its own limit:
    /// `#[onloop::callback(budget = "1ms")]`. The watch reports longer runs.
    #[must_use]
    pub const fn budget(&self) -> Option<Duration> {
        match self.budget {
            0 => None,
            microseconds => Some(Duration::from_micros(microseconds as u64)),
        }
    }

    /// Whether the whole function is exempt from the rules on blocking, by `#[onloop::allow(..)]` or
    /// `#[onloop::expect(..)]`.
    #[doc(hidden)]
    #[must_use]
    pub fn exempts_all(&self) -> bool {
        self.exempt == "*"
    }

    /// What tells sites apart without comparing their names.
    #[cfg(feature = "watch")]
    pub(crate) fn address(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Whether any code of the function is.
    pub(crate) fn exempts_some(&self) -> bool {
        !self.exempt.is_empty()
    }

    /// Whether a line of its file is in code of the function that is exempt from the rules on blocking. Where the text
    /// cannot be read nothing is.
    #[doc(hidden)]
    #[must_use]
    pub fn exempts(&self, line: u32) -> bool {
        let mut is_exempt = self.exempts_all();
        if !is_exempt && !self.exempt.is_empty() {
            for part in self.exempt.split(',') {
                let Some((first, last)) = range(part) else { return false };
                is_exempt |= (first..=last).contains(&line);
            }
        }
        is_exempt
    }
}

/// `12-14`, or `20` alone.
fn range(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    (1 <= first && first <= last).then_some((first, last))
}

/// Digits alone: `parse` takes a sign as well.
fn number(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.name, self.file, self.line)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Callback => "callback",
            Self::Coroutine => "coroutine",
            Self::Blocking => "blocking function",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_name_and_the_place() {
        static SITE: Site = Site::new("station::read_config", Kind::Blocking, "src/config.rs", 12);
        assert_eq!(SITE.to_string(), "station::read_config (src/config.rs:12)");
        assert_eq!(SITE.kind().to_string(), "blocking function");
        assert_eq!(SITE.budget(), None);
        assert_eq!((SITE.name(), SITE.file(), SITE.line()), ("station::read_config", "src/config.rs", 12));
    }

    fn exempt(exempt: &'static str) -> Site {
        Site { exempt, ..Site::new("station::read_config", Kind::Callback, "src/config.rs", 12) }
    }

    #[test]
    fn exempt_lines_are_told() {
        let site = exempt("12-14,20,30-31");
        let lines: Vec<_> = (0..40).filter(|&line| site.exempts(line)).collect();
        assert_eq!(lines, [12, 13, 14, 20, 30, 31]);
        assert!(!site.exempts_all());
        let site = exempt("*");
        assert!(site.exempts_all() && site.exempts(1) && site.exempts(u32::MAX));
        let site = exempt("");
        assert!(!site.exempts_all() && !site.exempts(0) && !site.exempts(12));
    }

    #[test]
    fn what_cannot_be_read_exempts_nothing() {
        for text in [
            "12,",
            ",12",
            "12-",
            "-12",
            "12--14",
            "12-13-14",
            "14-12",
            "0-12",
            "+12",
            "12-+14",
            " 12",
            "12 ",
            "12;13",
            "x",
            "12,x",
            "*,12",
            "12,*",
            "**",
            "-",
            ",",
            "99999999999",
            "12,99999999999",
            "\u{661}2",
        ] {
            let site = exempt(text);
            assert!(!site.exempts_all() && (0..40).all(|line| !site.exempts(line)), "{text}");
        }
    }
}
