//! Reads the outline of a file, in one pass over its text.

mod attributes;
mod items;
#[cfg(test)]
mod tests;

use super::cfg::Cfg;
use super::outline::{Binding, Module, Outline, What};
use crate::syntax::kind::Kind;
use crate::syntax::lex::{Lexer, Token, TokenKind};
use crate::syntax::path::Path;
use crate::syntax::quick::HashMap;
use std::ops::Range;

impl Outline {
    pub(crate) fn of(text: &str, cfg: &Cfg) -> Outline {
        let mut reader = Reader::new(text, 0..text.len(), cfg);
        reader.module(String::new(), None, false, None);
        reader.items(0, None, false);
        reader.outline
    }

    /// Adds what stands inside the body of a function: for a function nested in another one.
    pub(crate) fn open_body(&mut self, text: &str, cfg: &Cfg, function: usize) {
        let Some((range, _)) = self.functions[function].body.clone() else { return };
        let parent = self.functions[function].module;
        let first = self.modules.len();
        let mut reader = Reader::new(text, range.start..range.end.min(text.len()), cfg);
        reader.outline = std::mem::take(self);
        let block = reader.module(String::new(), Some(parent), true, None);
        reader.items(block, None, true);
        *self = reader.outline;
        self.functions[function].blocks = Some(first..self.modules.len());
    }
}

/// The attributes of one item, as far as they matter.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
struct Attributes {
    marker: Option<Kind>,
    is_exempt: bool,
    path: Option<String>,
    /// The name that the linker looks for.
    link_name: Option<String>,
    /// Not part of this build.
    absent: bool,
    doubtful: bool,
    test_only: bool,
    /// `#[tokio::main]` and its like: what is `async` here waits for itself.
    waits: bool,
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    text: &'a str,
    cfg: &'a Cfg,
    /// The same without tests, where tests are built.
    untested: Option<Cfg>,
    outline: Outline,
    /// What the `cfg`s around say.
    around: Around,
    /// Up to where lines were counted, how many there were, and where the last one begins.
    counted: (usize, usize, usize),
    depth: usize,
}

#[derive(Clone, Copy, Default)]
struct Around {
    absent: bool,
    doubtful: bool,
}

/// Deeper nesting than anybody writes by hand is not followed.
const DEPTH: usize = 128;

impl<'a> Reader<'a> {
    fn new(text: &'a str, range: Range<usize>, cfg: &'a Cfg) -> Self {
        let lexer = if range.start == 0 { Lexer::new(text) } else { Lexer::within(text, range) };
        let untested = cfg.test.then(|| Cfg { test: false, ..cfg.clone() });
        let (outline, around) = (Outline::default(), Around::default());
        Reader { lexer, text, cfg, untested, outline, around, counted: (0, 1, 0), depth: 0 }
    }

    fn module(&mut self, name: String, parent: Option<usize>, is_block: bool, path: Option<String>) -> usize {
        self.outline.modules.push(Module {
            name,
            parent,
            is_block,
            path,
            bindings: HashMap::default(),
            globs: Vec::new(),
        });
        self.outline.modules.len() - 1
    }

    fn bind(&mut self, module: usize, name: &str, what: What, doubtful: bool) {
        let bindings = self.outline.modules[module].bindings.entry(name.to_owned()).or_default();
        bindings.push(Binding { what, doubtful, test_only: self.around.absent });
    }

    /// Passes the tokens of a macro, and keeps the names in it.
    fn macro_tokens(&mut self) -> Option<Range<usize>> {
        let Some(Token { kind: TokenKind::Open(_), end: start, .. }) = self.peek() else { return None };
        self.lexer.next();
        let end = self.lexer.skip_group();
        self.keep_words(start..end);
        Some(start..end)
    }

    fn keep_words(&mut self, range: Range<usize>) {
        let mut inside = Lexer::within(self.text, range);
        while let Some(token) = inside.next() {
            let word = inside.text(token);
            if token.kind == TokenKind::Ident && word.starts_with(char::is_uppercase) {
                self.outline.macro_words.insert(word.to_owned());
            }
        }
    }

    /// Line and column of a byte, both from 1. Asked in rising order.
    fn place(&mut self, at: usize) -> (usize, usize) {
        let (from, mut line, mut line_start) = self.counted;
        let passed = &self.text[from..at];
        if let Some(last) = passed.rfind('\n') {
            line += passed.matches('\n').count();
            line_start = from + last + 1;
        }
        self.counted = (at, line, line_start);
        (line, self.text[line_start..at].chars().count() + 1)
    }

    fn peek(&self) -> Option<Token> {
        self.lexer.peek()
    }

    fn peek_text(&self) -> &'a str {
        self.peek().map_or("", |token| self.lexer.text(token))
    }

    /// Takes the next token if it reads like `text`.
    fn take(&mut self, text: &str) -> bool {
        let found = self.peek_text() == text;
        if found {
            self.lexer.next();
        }
        found
    }

    fn ident(&mut self) -> Option<&'a str> {
        let token = self.peek().filter(|token| token.kind == TokenKind::Ident)?;
        self.lexer.next();
        Some(self.lexer.text(token))
    }

    fn skip_group_if_open(&mut self) -> bool {
        let open = matches!(self.peek(), Some(Token { kind: TokenKind::Open(_), .. }));
        if open {
            self.lexer.next();
            self.lexer.skip_group();
        }
        open
    }

    /// Up to and including the next `;` or braces that are not part of a type.
    fn skip_item(&mut self) {
        while let Some(token) = self.lexer.next() {
            match token.kind {
                TokenKind::Punct(b';') | TokenKind::Close(_) => return,
                TokenKind::Open(open) => {
                    self.lexer.skip_group();
                    if open == b'{' && !matches!(self.peek_text(), ";" | "." | "," | ")" | ">" | "?") {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    /// Reads items up to the closing brace or the end. In a block, everything but items is skipped.
    fn items(&mut self, module: usize, owner: Option<usize>, block: bool) {
        self.depth += 1;
        if self.depth > DEPTH {
            self.lexer.skip_group();
            self.depth -= 1;
            return;
        }
        let mut at_start = true;
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Close(_) => {
                    self.lexer.next();
                    break;
                }
                TokenKind::Ident | TokenKind::Punct(b'#') if at_start || !block => {
                    let before = self.lexer.position();
                    at_start = self.item(module, owner, block);
                    if self.lexer.position() == before {
                        self.lexer.next();
                    }
                }
                TokenKind::Open(open) if block => {
                    self.lexer.next();
                    let inner =
                        if open == b'{' { self.module(String::new(), Some(module), true, None) } else { module };
                    self.items(inner, None, true);
                    at_start = true;
                }
                TokenKind::Open(_) => {
                    self.skip_group_if_open();
                }
                _ => {
                    self.lexer.next();
                    at_start = matches!(token.kind, TokenKind::Punct(b';' | b'>'));
                }
            }
        }
        self.depth -= 1;
    }

    /// Reads one item and its attributes. In a block: whether a statement may begin behind it.
    fn item(&mut self, module: usize, owner: Option<usize>, block: bool) -> bool {
        let attributes = self.attributes();
        let around = self.around;
        self.around.absent |= attributes.absent || attributes.test_only;
        self.around.doubtful |= attributes.doubtful;
        let ends = self.bare_item(module, owner, block, attributes);
        self.around = around;
        ends
    }

    fn bare_item(&mut self, module: usize, owner: Option<usize>, block: bool, attributes: Attributes) -> bool {
        if self.take("pub") && self.peek_text() == "(" {
            self.skip_group_if_open();
        }
        // Items that are no part of the build are read all the same, into a module that nobody sees.
        let module = if attributes.absent { self.module(String::new(), Some(module), true, None) } else { module };
        if self.function_behind_its_words(module, owner, &attributes) {
            return true;
        }
        match self.ident() {
            Some(keyword) => self.item_of_keyword(keyword, module, owner, block, attributes),
            None => false,
        }
    }

    /// A function, with the words that may stand before its `fn`. Where it is none, nothing is passed.
    fn function_behind_its_words(&mut self, module: usize, owner: Option<usize>, attributes: &Attributes) -> bool {
        let before = self.lexer.clone();
        let mut asyncness = None;
        while let Some(token) = self.peek().filter(|token| token.kind == TokenKind::Ident) {
            match self.lexer.text(token) {
                "fn" => {
                    self.function(module, owner, attributes, asyncness);
                    return true;
                }
                "async" => {
                    asyncness = Some(self.place(token.start));
                    self.lexer.next();
                }
                "const" | "unsafe" | "safe" | "default" | "gen" => {
                    self.lexer.next();
                }
                "extern" => {
                    self.lexer.next();
                    if matches!(self.peek(), Some(Token { kind: TokenKind::Literal, .. })) {
                        self.lexer.next();
                    }
                }
                _ => break,
            }
        }
        self.lexer = before;
        false
    }

    fn item_of_keyword(
        &mut self,
        keyword: &'a str,
        module: usize,
        owner: Option<usize>,
        block: bool,
        attributes: Attributes,
    ) -> bool {
        let doubtful = attributes.doubtful;
        match keyword {
            "use" => {
                self.use_tree(module, &Path::default(), doubtful, 0);
                self.take(";");
            }
            "mod" => self.inline_or_file_module(module, attributes),
            "extern" if self.take("crate") => {
                if let Some(name) = self.ident() {
                    let alias = if self.take("as") { self.ident().unwrap_or("_") } else { name };
                    self.bind(module, alias, What::ExternCrate(name.to_owned()), doubtful);
                }
                self.take(";");
            }
            "extern" => self.foreign(module, doubtful),
            "unsafe" if self.take("extern") => self.foreign(module, doubtful),
            "impl" => {
                let start = self.lexer.position() - keyword.len();
                self.impl_block(module, start);
            }
            "unsafe" | "auto" | "default" if matches!(self.peek_text(), "impl" | "trait" | "auto") => {
                return self.item(module, owner, block);
            }
            "trait" => self.trait_block(module, doubtful),
            "struct" | "enum" | "union" if !block || keyword != "union" => {
                let start = self.lexer.position() - keyword.len();
                let name = self.ident();
                self.skip_item();
                if let Some(name) = name {
                    let range = (keyword != "union").then(|| start..self.lexer.position());
                    self.bind(module, name, What::Type(range), doubtful);
                }
            }
            "type" => self.alias(module, owner, doubtful),
            "const" | "static" if matches!(self.peek(), Some(Token { kind: TokenKind::Ident, .. })) => {
                self.take("mut");
                let name = self.ident();
                self.take(":");
                let start = self.lexer.position();
                self.skip_item();
                let range = start..self.lexer.position();
                match (name, owner) {
                    (Some(name), None) => self.bind(module, name, What::Value(range), doubtful),
                    (Some(name), Some(owner)) if !attributes.absent => {
                        self.outline.impls[owner].constants.push((name.to_owned(), range));
                    }
                    _ => {}
                }
            }
            "macro_rules" if self.take("!") => {
                self.macro_rules(module, &attributes);
                self.take(";");
            }
            _ if block => return false,
            _ => {
                // A macro call, or something that this outline does not know.
                let mut name = keyword;
                while self.take(":")
                    || self.take("!")
                    || self.ident().is_some_and(|word| {
                        name = word;
                        true
                    })
                {}
                // What it is given it keeps, and adds to it.
                if name == "pin_project" && self.take("{") {
                    self.items(module, None, false);
                    self.take(";");
                    return true;
                }
                if let Some(range) = self.macro_tokens().filter(|_| matches!(name, "lazy_static" | "thread_local")) {
                    self.lazy_statics(module, range);
                }
                self.take(";");
            }
        }
        true
    }

    /// `static NAME: Type = value;` inside `thread_local!`, with `ref` inside `lazy_static!`.
    fn lazy_statics(&mut self, module: usize, range: Range<usize>) {
        let mut inside = Lexer::within(self.text, range);
        while let Some(token) = inside.next() {
            if let TokenKind::Open(_) = token.kind {
                inside.skip_group();
            }
            if token.kind != TokenKind::Ident || inside.text(token) != "static" {
                continue;
            }
            let mut name = inside.next();
            if name.is_some_and(|name| inside.text(name) == "ref") {
                name = inside.next();
            }
            let (Some(name), Some(colon)) = (name, inside.next()) else { return };
            let mut end = colon.end;
            while let Some(token) = inside.next().filter(|token| token.kind != TokenKind::Punct(b';')) {
                if let TokenKind::Open(_) = token.kind {
                    inside.skip_group();
                }
                end = inside.position();
            }
            let name = inside.text(name).to_owned();
            self.outline.lazy.insert(colon.end);
            self.bind(module, &name, What::Value(colon.end..end), false);
        }
    }
}
