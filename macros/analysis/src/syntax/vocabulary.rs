//! The names in a text, each once.
//!
//! What a crate never names it does not use. To ask a text for a name is to read it; to ask its vocabulary is one look.

use crate::syntax::lex::{Lexer, TokenKind};
use crate::syntax::quick::hash;

/// The names in a text.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    /// Each name, with a blank behind it.
    joined: String,
    /// Where the names stand in it, by their hashes: a table with the next free slot for one that is taken, never more
    /// than half full. By hand, since each word of each file comes by here.
    slots: Vec<(usize, usize)>,
    count: usize,
}

impl Vocabulary {
    /// `with_tests`: those in modules for tests, too.
    pub(crate) fn of(text: &str, with_tests: bool) -> Vocabulary {
        let mut vocabulary = Vocabulary { slots: vec![(0, 0); 1024], ..Vocabulary::default() };
        for word in (Words { lexer: Lexer::new(text), text, with_tests }) {
            if let Err(slot) = vocabulary.slot_of(word) {
                vocabulary.add(word, slot);
            }
        }
        vocabulary
    }

    fn add(&mut self, word: &str, slot: usize) {
        let start = self.joined.len();
        self.joined.push_str(word);
        self.slots[slot] = (start, self.joined.len());
        self.joined.push(' ');
        self.count += 1;
        if 2 * self.count > self.slots.len() {
            let larger = vec![(0, 0); 4 * self.slots.len()];
            for (start, end) in std::mem::replace(&mut self.slots, larger) {
                if end != 0
                    && let Err(slot) = self.slot_of(&self.joined[start..end])
                {
                    self.slots[slot] = (start, end);
                }
            }
        }
    }

    /// The slot of a name, or the one that it would have.
    fn slot_of(&self, name: &str) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let hash = hash(name);
        #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
        let mut slot = (hash ^ (hash >> 32)) as usize & mask;
        loop {
            let (start, end) = self.slots[slot];
            if end == 0 {
                return Err(slot);
            }
            if self.joined.as_bytes()[start..end] == *name.as_bytes() {
                return Ok(slot);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Whether a name stands there, as a word of its own.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.count != 0 && self.slot_of(name).is_ok()
    }

    /// Whether some name has this in it. A blank stands for its end.
    pub(crate) fn holds(&self, part: &str) -> bool {
        self.joined.contains(part)
    }
}

/// The names and keywords of a text.
struct Words<'a> {
    lexer: Lexer<'a>,
    text: &'a str,
    with_tests: bool,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let token = self.lexer.next()?;
            match token.kind {
                TokenKind::Ident => return Some(&self.text[token.start..token.end]),
                TokenKind::Punct(b'#') if !self.with_tests && self.text[token.end..].starts_with(FOR_TESTS) => {
                    self.lexer.next();
                    self.lexer.skip_group();
                    self.skip_module();
                }
                _ => {}
            }
        }
    }
}

const FOR_TESTS: &str = "[cfg(test)]";

impl Words<'_> {
    fn skip_module(&mut self) {
        let mut ahead = self.lexer.clone();
        let mut word = || ahead.next().map_or("", |token| ahead.text(token));
        if word() == "mod" && !word().is_empty() && word() == "{" {
            self.lexer = ahead;
            self.lexer.skip_group();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn comments_and_strings_name_nothing() {
        let vocabulary = Vocabulary::of("fn größe(a: r#type) { b(\"c\") /* d */ } // e", true);
        assert!(["größe", "a", "type", "b"].iter().all(|name| vocabulary.has(name)));
        assert!(!["c", "d", "e"].iter().any(|name| vocabulary.has(name)));
    }

    #[test]
    fn modules_for_tests_are_left_out() {
        let text = "fn a() {} #[cfg(test)] mod tests { fn b() {} } fn c() {} #[cfg(test)] use d;";
        let names = |with_tests| ["a", "b", "c", "d"].map(|name| Vocabulary::of(text, with_tests).has(name));
        assert_eq!(names(false), [true, false, true, true]);
        assert_eq!(names(true), [true; 4]);
    }

    #[test]
    fn a_name_is_there_or_a_part_of_one() {
        assert!(!Vocabulary::default().has("a"));
        let many = (0..2000).map(|number| format!("a{number} a{}", number / 2)).collect::<Vec<_>>().join(" ");
        let vocabulary = Vocabulary::of(&many, true);
        assert!((0..2000).all(|number| vocabulary.has(&format!("a{number}"))) && !vocabulary.has("a2000"));
        let vocabulary = Vocabulary::of("use std::sync::MutexGuard; fn a(b: MutexGuard<u8>) {}", true);
        assert!(vocabulary.has("MutexGuard") && vocabulary.has("a") && !vocabulary.has("Guard"));
        assert!(vocabulary.holds("Guard") && vocabulary.holds("Guard ") && !vocabulary.holds("Mutex "));
    }
}
