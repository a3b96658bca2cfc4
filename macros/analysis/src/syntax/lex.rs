//! A lexer for whole files: just enough of Rust's lexical grammar to find items and to skip what lies between.
//!
//! The tokens of an annotated function come from the compiler. This lexer is for the rest of the file, whose outline is
//! all we need: lexing it with `proc_macro2` takes some fifty times as long in an unoptimised macro, nearly all of it
//! for function bodies that nobody asks about. It never fails: text that is not Rust gives odd tokens, and the outline
//! ignores what it does not understand.

use std::cell::Cell;

/// One token and where it begins and ends, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// An identifier or keyword; a raw one (`r#type`) without its prefix.
    Ident,
    /// A string, character or number. Its value matters only for `#[path = ".."]`.
    Literal,
    Lifetime,
    /// One character of punctuation; `::` and `->` are two tokens.
    Punct(u8),
    Open(u8),
    Close(u8),
}

/// A position in the text of a file.
///
/// What goes through every byte does so by hand: iterators cost several times as much in a macro that is not optimised.
#[derive(Clone)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// The token that somebody has looked ahead to: from where, and where it ends.
    ahead: Cell<Option<(usize, Token)>>,
}

/// A yes or no for each byte.
type Bytes = [bool; 256];

const fn bytes(of: &[u8]) -> Bytes {
    let (mut bytes, mut at) = ([false; 256], 0);
    while at < of.len() {
        bytes[of[at] as usize] = true;
        at += 1;
    }
    bytes
}

static BLANK: Bytes = bytes(b" \n\t\r");
/// Brackets, and what may hide one.
static NOT_PLAIN: Bytes = bytes(b"{}()[]\"'/");
static ENDS_STRING: Bytes = bytes(b"\"\\");
static WORD: Bytes = bytes(b"_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut lexer = Lexer { text, at: 0, ahead: Cell::new(None) };
        if text.starts_with('\u{feff}') {
            lexer.at = 3;
        }
        // A shebang line, unless it is an inner attribute.
        if text[lexer.at..].starts_with("#!") && !text[lexer.at + 2..].trim_start().starts_with('[') {
            lexer.skip_line();
        }
        lexer
    }

    /// The lexer of a part of `text`; tokens keep their position in the whole.
    pub(crate) fn within(text: &'a str, range: std::ops::Range<usize>) -> Self {
        Lexer { text: &text[..range.end], at: range.start, ahead: Cell::new(None) }
    }

    pub(crate) fn text(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Goes on to the first byte of which the answer is not this.
    fn skip_while(&mut self, of: &Bytes, answer: bool) {
        let (bytes, mut at) = (self.text.as_bytes(), self.at);
        while at < bytes.len() && of[bytes[at] as usize] == answer {
            at += 1;
        }
        self.at = at;
    }

    fn skip_line(&mut self) {
        self.at = self.text[self.at..].find('\n').map_or(self.text.len(), |n| self.at + n);
    }

    /// Called at `/*`: to behind its end, nested comments included.
    fn skip_block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.text.as_bytes()[self.at..].iter().position(|&b| b == b'/' || b == b'*') {
                None => return self.at = self.text.len(),
                Some(n) => self.at += n,
            }
            match (self.byte(self.at), self.byte(self.at + 1)) {
                (b'/', b'*') => (depth, self.at) = (depth + 1, self.at + 2),
                (b'*', b'/') => (depth, self.at) = (depth - 1, self.at + 2),
                _ => self.at += 1,
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_blank(&mut self) {
        loop {
            self.skip_while(&BLANK, true);
            if self.byte(self.at) >= 128 {
                let rest = &self.text[self.at..];
                self.at += rest.len() - rest.trim_start().len();
            }
            match (self.byte(self.at), self.byte(self.at + 1)) {
                (b'/', b'/') => self.skip_line(),
                (b'/', b'*') => self.skip_block_comment(),
                _ => return,
            }
        }
    }

    /// Called at the opening quote: to behind the closing one.
    fn skip_string(&mut self, hashes: Option<usize>) {
        self.at += 1;
        if let Some(hashes) = hashes {
            loop {
                match self.text[self.at..].find('"') {
                    None => return self.at = self.text.len(),
                    Some(n) => self.at += n + 1,
                }
                let closing = (0..hashes).all(|n| self.byte(self.at + n) == b'#');
                if closing {
                    return self.at += hashes;
                }
            }
        }
        loop {
            self.skip_while(&ENDS_STRING, false);
            match self.byte(self.at) {
                b'"' => return self.at += 1,
                // What is escaped is one byte, or begins with one that needs no care.
                b'\\' => self.at = (self.at + 2).min(self.text.len()),
                _ => return,
            }
        }
    }

    /// Called at `'`: to behind a character or a lifetime.
    fn skip_quote(&mut self) -> TokenKind {
        let rest = &self.text[self.at + 1..];
        let mut chars = rest.chars();
        match (chars.next(), chars.next()) {
            (Some('\\'), _) => {
                // The escaped character may itself be a quote.
                let end = rest.as_bytes().iter().skip(2).position(|&b| b == b'\'' || b == b'\n');
                self.at = end.map_or(self.text.len(), |n| self.at + 1 + 2 + n + 1);
                TokenKind::Literal
            }
            (Some(c), Some('\'')) => {
                self.at += 2 + c.len_utf8();
                TokenKind::Literal
            }
            _ => {
                self.at += 1;
                self.skip_word();
                TokenKind::Lifetime
            }
        }
    }

    fn skip_word(&mut self) {
        self.skip_while(&WORD, true);
        if self.byte(self.at) >= 128 {
            let rest = &self.text[self.at..];
            self.at += rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        }
    }

    pub(crate) fn next(&mut self) -> Option<Token> {
        match self.ahead.get() {
            Some((from, token)) if from == self.at => {
                self.at = token.end;
                Some(token)
            }
            _ => self.lex(),
        }
    }

    /// The next token, without taking it.
    pub(crate) fn peek(&self) -> Option<Token> {
        match self.ahead.get() {
            Some((from, token)) if from == self.at => Some(token),
            _ => {
                let token = self.clone().lex()?;
                self.ahead.set(Some((self.at, token)));
                Some(token)
            }
        }
    }

    fn lex(&mut self) -> Option<Token> {
        self.skip_blank();
        let start = self.at;
        let first = self.text[start..].chars().next()?;
        let mut token_start = start;
        if matches!(first, 'r' | 'b' | 'c')
            && let Some(kind) = self.prefixed(&mut token_start)
        {
            return Some(Token { kind, start: token_start, end: self.at });
        }
        let kind = match first {
            _ if first == '_' || first.is_alphabetic() => {
                self.skip_word();
                TokenKind::Ident
            }
            '0'..='9' => {
                self.skip_word();
                // `1.5` is one literal; `1..5`, `1.max(2)` and `x.0.1` are not.
                if self.byte(self.at) == b'.' && self.byte(self.at + 1).is_ascii_digit() {
                    self.at += 1;
                    self.skip_word();
                }
                TokenKind::Literal
            }
            '"' => {
                self.skip_string(None);
                TokenKind::Literal
            }
            '\'' => self.skip_quote(),
            '(' | '[' | '{' => {
                self.at += 1;
                TokenKind::Open(first as u8)
            }
            ')' | ']' | '}' => {
                self.at += 1;
                TokenKind::Close(first as u8)
            }
            _ => {
                self.at += first.len_utf8();
                TokenKind::Punct(if first.is_ascii() { first as u8 } else { 0 })
            }
        };
        Some(Token { kind, start, end: self.at })
    }

    /// `r"..`, `r#".."#`, `b".."`, `b'x'`, `br#".."#`, `c".."`, `r#ident`; nothing if an ordinary word begins here.
    fn prefixed(&mut self, token_start: &mut usize) -> Option<TokenKind> {
        let mut at = self.at;
        if matches!(self.byte(at), b'b' | b'c') {
            at += 1;
        }
        let raw = self.byte(at) == b'r';
        if raw {
            at += 1;
        }
        let hashes = self.text.as_bytes()[at.min(self.text.len())..].iter().take_while(|&&b| b == b'#').count();
        match self.byte(at + hashes) {
            b'"' if raw || (hashes == 0 && at > self.at) => {
                self.at = at + hashes;
                self.skip_string(raw.then_some(hashes));
                Some(TokenKind::Literal)
            }
            b'\'' if self.byte(self.at) == b'b' && !raw && hashes == 0 => {
                self.at = at;
                self.skip_quote();
                Some(TokenKind::Literal)
            }
            _ if raw && hashes == 1 && at == self.at + 1 => {
                self.at = at + 1;
                *token_start = self.at;
                self.skip_word();
                (self.at > *token_start).then_some(TokenKind::Ident)
            }
            _ => None,
        }
    }

    /// Called behind an opening bracket: to behind the one that closes it. Gives where the inside ends.
    ///
    /// Function bodies are most of a file, so this looks at the few bytes that matter instead of making tokens.
    pub(crate) fn skip_group(&mut self) -> usize {
        let mut depth = 1_usize;
        loop {
            self.skip_while(&NOT_PLAIN, false);
            if self.at >= self.text.len() {
                return self.at;
            }
            match self.byte(self.at) {
                b'{' | b'(' | b'[' => (depth, self.at) = (depth + 1, self.at + 1),
                b'}' | b')' | b']' => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        return self.at - 1;
                    }
                }
                b'"' => {
                    let hashes = self.raw_hashes_before(self.at);
                    self.skip_string(hashes);
                }
                b'\'' => {
                    self.skip_quote();
                }
                _ => match self.byte(self.at + 1) {
                    b'/' => self.skip_line(),
                    b'*' => self.skip_block_comment(),
                    _ => self.at += 1,
                },
            }
        }
    }

    /// Whether the quote at `at` opens a raw string, and with how many hashes.
    fn raw_hashes_before(&self, at: usize) -> Option<usize> {
        let before = &self.text.as_bytes()[..at];
        let hashes = before.iter().rev().take_while(|&&b| b == b'#').count();
        let mut word = before[..at - hashes].iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
        let raw = word.next() == Some(&b'r');
        let rest = [word.next(), word.next()];
        (raw && matches!(rest, [None | Some(b'b' | b'c'), None])).then_some(hashes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexer, TokenKind};

    fn words(text: &str) -> Vec<&str> {
        let mut lexer = Lexer::new(text);
        let mut words = Vec::new();
        while let Some(token) = lexer.next() {
            words.push(lexer.text(token));
        }
        words
    }

    #[test]
    fn comments_and_strings_are_skipped_whole() {
        let text = r##"a /* b /* c */ d */ // e
            "f } \" g" 'h' '\'' 'life r#"i " j"# br"k" b'{' r#type 1..2 1.5e3 é"##;
        assert_eq!(
            words(text),
            [
                "a",
                r#""f } \" g""#,
                "'h'",
                r"'\''",
                "'life",
                r##"r#"i " j"#"##,
                r#"br"k""#,
                "b'{'",
                "type",
                "1",
                ".",
                ".",
                "2",
                "1.5e3",
                "é"
            ]
        );
    }

    #[test]
    fn a_group_ends_at_its_own_bracket() {
        let text = r##"{ '}' "}" '\u{7d}' r"}" r#"" }"# /* } */ // }
            b'}' { ['a'; 2] } 'x: loop { break 'x } } after"##;
        let mut lexer = Lexer::new(text);
        assert_eq!(lexer.next().unwrap().kind, TokenKind::Open(b'{'));
        lexer.skip_group();
        let token = lexer.next().unwrap();
        assert_eq!(lexer.text(token), "after");
    }

    #[test]
    fn broken_text_ends() {
        for text in ["\"", "'", "'\\", "/*", "r#\"", "b", "r#", "{ \"", "{ '\\", "\u{feff}#!", "'é", "\\"] {
            let mut lexer = Lexer::new(text);
            while let Some(token) = lexer.next() {
                if matches!(token.kind, TokenKind::Open(_)) {
                    lexer.skip_group();
                }
            }
        }
    }

    #[test]
    fn shebang_and_byte_order_mark() {
        assert_eq!(words("\u{feff}#!/usr/bin/env run\nfn"), ["fn"]);
        assert_eq!(words("#![allow(x)]"), ["#", "!", "[", "allow", "(", "x", ")", "]"]);
    }
}
