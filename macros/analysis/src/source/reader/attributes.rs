//! Attributes of items: `cfg`s, paths, and our own.

use super::{Attributes, Reader};
use crate::syntax::kind::Kind;
use crate::syntax::lex::{Lexer, Token, TokenKind};
use std::ops::Range;

impl Reader<'_> {
    pub(super) fn attributes(&mut self) -> Attributes {
        let mut found = Attributes::default();
        while self.take("#") {
            self.take("!");
            let Some(Token { kind: TokenKind::Open(b'['), end: start, .. }) = self.peek() else { break };
            self.lexer.next();
            let end = self.lexer.skip_group();
            self.attribute(&mut found, start..end, true, 0);
        }
        found
    }

    /// Takes in what stands inside `#[..]`. It is not `sure` behind a `cfg_attr` that cannot be decided.
    pub(super) fn attribute(&mut self, found: &mut Attributes, range: Range<usize>, sure: bool, depth: usize) {
        let mut inside = Lexer::within(self.text, range.clone());
        let mut path = Vec::new();
        let mut value = 0..0;
        while let Some(token) = inside.next() {
            match token.kind {
                TokenKind::Ident => path.push(inside.text(token)),
                TokenKind::Punct(b':') => {}
                TokenKind::Open(_) => {
                    value = token.end..inside.skip_group();
                    break;
                }
                _ => {
                    value = token.end..range.end;
                    break;
                }
            }
        }
        let text = &self.text[value.clone()];
        match *path {
            ["path"] if sure => found.path = Some(text.trim().trim_matches('"').to_owned()),
            ["path"] => found.path = Some(String::new()),
            ["cfg"] => {
                match self.cfg.holds(text) {
                    Some(true) => {}
                    Some(false) if sure => found.absent = true,
                    Some(false) | None => found.doubtful = true,
                }
                found.test_only |= self.untested.as_ref().is_some_and(|cfg| cfg.holds(text) == Some(false));
            }
            ["cfg_attr"] if depth < 4 => {
                let mut parts = split(self.text, value).into_iter();
                let holds = parts.next().and_then(|predicate| self.cfg.holds(&self.text[predicate]));
                for part in parts.filter(|_| holds != Some(false)) {
                    self.attribute(found, part, sure && holds == Some(true), depth + 1);
                }
            }
            ["link_name"] if sure => found.link_name = Some(symbol(text).to_owned()),
            ["derive"] => self.keep_words(value),
            [.., "main" | "test"] => found.waits = true,
            ["onloop", "allow" | "expect"] => found.is_exempt |= text.contains("blocking_"),
            ["onloop", name] | [name] => match Kind::from_word(name) {
                Some(kind) if sure => found.marker = found.marker.or(Some(kind)),
                // It may answer for itself.
                Some(_) => found.is_exempt = true,
                None => {}
            },
            _ => {}
        }
    }
}

/// The function that `#[link_name = ".."]` names: without the sign that its name is to be left as it is, and without the
/// version that some systems put behind it.
fn symbol(value: &str) -> &str {
    let name = value.trim().trim_matches('"');
    let name = ["\\u{1}", "\\x01"].iter().find_map(|sign| name.strip_prefix(sign)).unwrap_or(name);
    name.split('$').next().unwrap_or(name)
}

/// The parts between the commas of a list.
pub(super) fn split(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut inside = Lexer::within(text, range.clone());
    let mut parts = Vec::new();
    let mut start = range.start;
    while let Some(token) = inside.next() {
        match token.kind {
            TokenKind::Punct(b',') => {
                parts.push(start..token.start);
                start = token.end;
            }
            TokenKind::Open(_) => {
                inside.skip_group();
            }
            _ => {}
        }
    }
    parts.push(start..range.end);
    parts
}
