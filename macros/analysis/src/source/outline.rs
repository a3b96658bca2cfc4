//! The outline of a file: its modules, imports, items and functions, without what is inside the functions.
//!
//! Plain data, read in one pass over the text. No syntax tree is made or kept.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::cfg::Cfg;
use crate::syntax::kind::Kind;
use crate::syntax::lex::{Lexer, Token, TokenKind};
use crate::syntax::path::Path;

/// What one file holds. `modules[0]` is the file itself.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) modules: Vec<Module>,
    pub(crate) functions: Vec<Function>,
    /// Functions by the line and column of their `fn`, and of their `async`: an attribute that makes a plain function of
    /// an async one may give the place of the one to the other.
    pub(crate) by_place: HashMap<(usize, usize), usize>,
    pub(crate) impls: Vec<Impl>,
    /// The same by the last name of the type or trait.
    pub(crate) impls_by_name: HashMap<String, Vec<usize>>,
    /// Names in capitals that macros between the items are given or hold: they may write an `impl` of one.
    pub(crate) macro_words: HashSet<String>,
    /// Where statics begin that a macro fills when they are first used.
    pub(crate) lazy: HashSet<usize>,
}

/// A file, an inline module, or a block with items of its own.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    /// The module around it in the same file.
    pub(crate) parent: Option<usize>,
    /// A block sees all that the module around it sees, and `self::` and `super::` pass it by.
    pub(crate) is_block: bool,
    /// `#[path = ".."]` on an inline module.
    pub(crate) path: Option<String>,
    /// By name; several stand side by side in different namespaces or under different `cfg`s.
    pub(crate) bindings: HashMap<String, Vec<Binding>>,
    pub(crate) globs: Vec<Path>,
}

/// A name that a module declares.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) what: What,
    /// Under a `cfg` that cannot be decided.
    pub(crate) doubtful: bool,
    /// Only part of a test build.
    pub(crate) test_only: bool,
}

/// What a name stands for.
#[derive(Debug)]
pub(crate) enum What {
    /// `use path as name`
    Import(Path),
    /// `extern crate path as name`
    ExternCrate(String),
    /// `mod name { .. }`, by its index in the outline
    Inline(usize),
    /// `mod name;`, with its `#[path = ".."]`; an empty one where a `cfg` that cannot be decided chooses it
    File(Option<String>),
    /// by its index in the outline
    Function(usize),
    /// `type name<parameters> = path<..>`; the type it stands for is written at the range
    Alias(Path, Vec<String>, Range<usize>),
    /// a type or trait; the range is that of a struct or enum, from its keyword on
    Type(Option<Range<usize>>),
    /// a constant or static; its type and value are written at the range
    Value(Range<usize>),
    /// `macro_rules! name`, its arms by their index among the functions
    Macro(usize),
}

/// A function with or without a body.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line and column of `fn` and of the name, both from 1, in characters.
    pub(crate) at: [(usize, usize); 2],
    pub(crate) module: usize,
    /// The `impl` or trait around it.
    pub(crate) owner: Option<usize>,
    /// The onloop attribute that it bears.
    pub(crate) marker: Option<Kind>,
    /// Where its head stands, from `fn` to before the body.
    pub(crate) signature: Range<usize>,
    pub(crate) is_async: bool,
    /// An exemption from the rules about blocking stands on it.
    pub(crate) is_exempt: bool,
    /// Under a `cfg` that cannot be decided, its own or that of what is around it.
    pub(crate) doubtful: bool,
    /// The arms of a `macro_rules!`.
    pub(crate) is_macro: bool,
    /// Where the inside of its body stands, in bytes and in lines.
    pub(crate) body: Option<(Range<usize>, Range<usize>)>,
    /// The blocks of its body, by their numbers among the modules, once it has been opened.
    pub(crate) blocks: Option<Range<usize>>,
}

/// An `impl` block, or a trait (which is its own `self_type`).
#[derive(Debug)]
pub(crate) struct Impl {
    pub(crate) module: usize,
    pub(crate) self_type: Path,
    /// `impl of_trait for self_type`
    pub(crate) of_trait: Option<Path>,
    /// A trait's own declaration.
    pub(crate) is_trait: bool,
    /// Under a `cfg` that cannot be decided.
    pub(crate) doubtful: bool,
    /// Not part of this build, or only of a test build.
    pub(crate) absent: bool,
    pub(crate) generics: Vec<String>,
    pub(crate) functions: Vec<usize>,
    /// Where its head stands, from `impl` to before the braces; nothing of a trait.
    pub(crate) head: Range<usize>,
    /// Its associated types, with where it is written what they are.
    pub(crate) types: Vec<(String, Range<usize>)>,
}

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
        self.outline.modules.push(Module { name, parent, is_block, path, bindings: HashMap::new(), globs: Vec::new() });
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
        self.lexer.clone().next()
    }

    fn peek_text(&self) -> &'a str {
        self.peek().map_or("", |token| self.lexer.text(token))
    }

    /// Takes the next token if it reads like `text`.
    fn take(&mut self, text: &str) -> bool {
        let mut ahead = self.lexer.clone();
        let found = ahead.next().is_some_and(|token| ahead.text(token) == text);
        if found {
            self.lexer = ahead;
        }
        found
    }

    fn ident(&mut self) -> Option<&'a str> {
        let mut ahead = self.lexer.clone();
        let token = ahead.next().filter(|token| token.kind == TokenKind::Ident)?;
        self.lexer = ahead;
        Some(self.lexer.text(token))
    }

    fn skip_group_if_open(&mut self) -> bool {
        let mut ahead = self.lexer.clone();
        let open = matches!(ahead.next(), Some(Token { kind: TokenKind::Open(_), .. }));
        if open {
            ahead.skip_group();
            self.lexer = ahead;
        }
        open
    }

    /// Up to behind the next `;` or braces that are no part of a type.
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

    /// Reads items up to the closing brace or the end. In a block, what is no item is passed over.
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

    fn attributes(&mut self) -> Attributes {
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
    fn attribute(&mut self, found: &mut Attributes, range: Range<usize>, sure: bool, depth: usize) {
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
        let before = self.lexer.clone();
        // Items that are no part of the build are read all the same, into a module that nobody sees.
        let module = if attributes.absent { self.module(String::new(), Some(module), true, None) } else { module };
        let doubtful = attributes.doubtful;
        let mut fn_possible = true;
        let mut asyncness = None;
        while fn_possible {
            let Some(token) = self.peek().filter(|token| token.kind == TokenKind::Ident) else { break };
            match self.lexer.text(token) {
                "fn" => {
                    self.function(module, owner, &attributes, asyncness);
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
                _ => fn_possible = false,
            }
        }
        self.lexer = before;
        let Some(keyword) = self.ident() else { return false };
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
                if let Some(name) = name
                    && owner.is_none()
                {
                    self.bind(module, name, What::Value(start..self.lexer.position()), doubtful);
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

    /// Called behind `type`.
    fn alias(&mut self, module: usize, owner: Option<usize>, doubtful: bool) {
        let Some(name) = self.ident() else { return };
        let parameters = self.skip_generics();
        let has_target = self.take("=");
        let start = self.lexer.position();
        let is_path = !matches!(self.peek_text(), "fn" | "unsafe" | "extern" | "impl" | "for");
        let target = if has_target && is_path { self.path() } else { None };
        self.skip_item();
        let end = self.lexer.position().saturating_sub(1).max(start);
        if let Some(owner) = owner {
            self.outline.impls[owner].types.push((name.to_owned(), start..end));
        } else {
            let what = target.map_or(What::Type(None), |target| What::Alias(target, parameters, start..end));
            self.bind(module, name, what, doubtful);
        }
    }

    fn inline_or_file_module(&mut self, module: usize, attributes: Attributes) {
        let Some(name) = self.ident() else { return };
        if self.take("{") {
            let inner = self.module(name.to_owned(), Some(module), false, attributes.path);
            self.bind(module, name, What::Inline(inner), attributes.doubtful);
            self.items(inner, None, false);
        } else {
            self.bind(module, name, What::File(attributes.path), attributes.doubtful);
            self.take(";");
        }
    }

    /// Called behind `macro_rules!`.
    fn macro_rules(&mut self, module: usize, attributes: &Attributes) {
        let keyword = self.peek().map_or(0, |token| token.start);
        let Some(name) = self.ident() else { return };
        let at = self.place(keyword);
        let Some(range) = self.macro_tokens() else { return };
        let lines = self.place(range.start).0..self.place(range.end).0 + 1;
        let index = self.outline.functions.len();
        self.outline.functions.push(Function {
            name: name.to_owned(),
            at: [at, at],
            module,
            owner: None,
            marker: None,
            signature: keyword..range.start.saturating_sub(1),
            is_async: false,
            is_exempt: attributes.is_exempt,
            doubtful: self.around.doubtful,
            is_macro: true,
            body: Some((range, lines)),
            blocks: None,
        });
        self.bind(module, name, What::Macro(index), attributes.doubtful);
    }

    /// Called at `fn`, with the place of the `async` before it.
    fn function(
        &mut self,
        module: usize,
        owner: Option<usize>,
        attributes: &Attributes,
        asyncness: Option<(usize, usize)>,
    ) {
        let keyword = self.lexer.next().map_or(0, |token| token.start);
        let name_at = self.peek().map_or(keyword, |token| token.start);
        let Some(name) = self.ident() else { return };
        let at = [self.place(keyword), self.place(name_at)];
        let body = self.body();
        let end = body.as_ref().map_or(self.lexer.position(), |body| body.start);
        let signature = keyword..end.saturating_sub(1).max(keyword);
        let body = body.map(|range| {
            let lines = self.place(range.start).0..self.place(range.end).0 + 1;
            (range, lines)
        });
        let index = self.outline.functions.len();
        self.outline.by_place.extend([Some(at[0]), asyncness].into_iter().flatten().map(|place| (place, index)));
        self.outline.functions.push(Function {
            name: name.to_owned(),
            at,
            module,
            owner,
            marker: attributes.marker,
            signature,
            is_async: asyncness.is_some() && !attributes.waits,
            is_exempt: attributes.is_exempt,
            doubtful: self.around.doubtful,
            is_macro: false,
            body,
            blocks: None,
        });
        match owner {
            Some(_) if attributes.absent => {}
            Some(owner) => self.outline.impls[owner].functions.push(index),
            None => self.bind(module, name, What::Function(index), attributes.doubtful),
        }
    }

    /// From behind the name of a function to behind its body.
    fn body(&mut self) -> Option<Range<usize>> {
        let mut angles = 0_usize;
        let mut previous = 0;
        while let Some(token) = self.lexer.next() {
            match token.kind {
                // A brace inside `<..>` is a constant, as in `Buffer<{ SIZE }>`.
                TokenKind::Open(b'{') if angles == 0 => return Some(token.end..self.lexer.skip_group()),
                TokenKind::Open(_) => {
                    self.lexer.skip_group();
                }
                TokenKind::Punct(b';') | TokenKind::Close(_) => return None,
                TokenKind::Punct(b'<') => angles += 1,
                TokenKind::Punct(b'>') if previous != b'-' => angles = angles.saturating_sub(1),
                _ => {}
            }
            previous = if let TokenKind::Punct(punct) = token.kind { punct } else { 0 };
        }
        None
    }

    /// Called behind `impl`, which begins at `start`.
    fn impl_block(&mut self, module: usize, start: usize) {
        let generics = self.skip_generics();
        self.take("!");
        let mut self_type = self.path().unwrap_or_default();
        let mut of_trait = None;
        let (mut angles, mut end) = (0_usize, start);
        let mut previous = 0;
        while let Some(token) = self.lexer.next() {
            match token.kind {
                TokenKind::Open(b'{') if angles == 0 => {
                    end = token.start;
                    break;
                }
                TokenKind::Open(_) => {
                    self.lexer.skip_group();
                }
                TokenKind::Punct(b';') | TokenKind::Close(_) => return,
                TokenKind::Punct(b'<') => angles += 1,
                TokenKind::Punct(b'>') if previous != b'-' => angles = angles.saturating_sub(1),
                TokenKind::Ident if angles == 0 && self.lexer.text(token) == "for" && self.peek_text() != "<" => {
                    of_trait = Some(std::mem::replace(&mut self_type, self.path().unwrap_or_default()));
                }
                _ => {}
            }
            previous = if let TokenKind::Punct(punct) = token.kind { punct } else { 0 };
        }
        let owner = self.owner(module, self_type, of_trait, false, generics);
        self.outline.impls[owner].head = start..end;
        self.items(module, Some(owner), false);
    }

    fn trait_block(&mut self, module: usize, doubtful: bool) {
        let Some(name) = self.ident() else { return };
        self.bind(module, name, What::Type(None), doubtful);
        let generics = self.skip_generics();
        while let Some(token) = self.lexer.next() {
            match token.kind {
                TokenKind::Open(b'{') => break,
                TokenKind::Open(_) => {
                    self.lexer.skip_group();
                }
                TokenKind::Punct(b';') | TokenKind::Close(_) => return,
                _ => {}
            }
        }
        let self_type = Path { absolute: false, segments: vec![name.to_owned()] };
        let owner = self.owner(module, self_type, None, true, generics);
        self.items(module, Some(owner), false);
    }

    /// What the items in an `impl` or trait belong to.
    fn owner(
        &mut self,
        module: usize,
        self_type: Path,
        of_trait: Option<Path>,
        is_trait: bool,
        generics: Vec<String>,
    ) -> usize {
        let owner = self.outline.impls.len();
        let Around { absent, doubtful } = self.around;
        let (functions, head, types) = (Vec::new(), 0..0, Vec::new());
        let name = self_type.segments.last().cloned().unwrap_or_default();
        self.outline.impls_by_name.entry(name).or_default().push(owner);
        self.outline.impls.push(Impl {
            module,
            self_type,
            of_trait,
            is_trait,
            doubtful,
            absent,
            generics,
            functions,
            head,
            types,
        });
        owner
    }

    /// Passes `<..>` and gives the names of the parameters in it.
    fn skip_generics(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        if !self.take("<") {
            return names;
        }
        let mut angles = 1_usize;
        let mut previous = b',';
        while let Some(token) = self.lexer.next() {
            match token.kind {
                TokenKind::Open(_) => {
                    self.lexer.skip_group();
                }
                TokenKind::Close(_) => break,
                TokenKind::Punct(b'<') => angles += 1,
                TokenKind::Punct(b'>') if previous != b'-' => {
                    angles -= 1;
                    if angles == 0 {
                        break;
                    }
                }
                TokenKind::Ident if angles == 1 && previous == b',' => {
                    let name = self.lexer.text(token);
                    if name == "const" {
                        continue;
                    }
                    names.push(name.to_owned());
                }
                _ => {}
            }
            previous = if let TokenKind::Punct(punct) = token.kind { punct } else { 0 };
        }
        names
    }

    /// The path that a type begins with, behind references; nothing if it begins with something else.
    fn path(&mut self) -> Option<Path> {
        while self.take("&") || self.take("mut") || self.take("dyn") {}
        if matches!(self.peek(), Some(Token { kind: TokenKind::Lifetime, .. })) {
            self.lexer.next();
            while self.take("mut") || self.take("dyn") {}
        }
        let mut path = Path::default();
        if self.take(":") {
            path.absolute = self.take(":");
        }
        loop {
            path.segments.push(self.ident()?.to_owned());
            let before = self.lexer.clone();
            if !(self.take(":") && self.take(":")) || self.peek().is_none_or(|token| token.kind != TokenKind::Ident) {
                self.lexer = before;
                return Some(path);
            }
        }
    }

    fn use_tree(&mut self, module: usize, prefix: &Path, doubtful: bool, depth: usize) {
        if depth > DEPTH {
            return self.skip_item();
        }
        let mut path = prefix.clone();
        loop {
            let Some(token) = self.peek() else { return };
            match token.kind {
                TokenKind::Punct(b':') => {
                    self.lexer.next();
                    path.absolute |= path.segments.is_empty();
                }
                TokenKind::Punct(b'*') => {
                    self.lexer.next();
                    return self.outline.modules[module].globs.push(path);
                }
                TokenKind::Open(_) => {
                    self.lexer.next();
                    while self.peek().is_some_and(|token| !matches!(token.kind, TokenKind::Close(_))) {
                        let before = self.lexer.position();
                        self.use_tree(module, &path, doubtful, depth + 1);
                        if !self.take(",") && self.lexer.position() == before {
                            break;
                        }
                    }
                    self.lexer.next();
                    return;
                }
                TokenKind::Ident => {
                    let name = self.ident().unwrap_or_default();
                    // `use std::fs::{self, File}` names the module itself.
                    if name != "self" || path.segments.is_empty() {
                        path.segments.push(name.to_owned());
                    }
                    if self.peek_text() == ":" {
                        continue;
                    }
                    let last = path.segments.last().cloned().unwrap_or_default();
                    let alias = if self.take("as") { self.ident().unwrap_or("_").to_owned() } else { last };
                    if alias != "_" {
                        self.bind(module, &alias, What::Import(path), doubtful);
                    }
                    return;
                }
                _ => return,
            }
        }
    }
}

/// The parts between the commas of a list.
fn split(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
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

#[cfg(test)]
mod tests {
    use super::{Outline, What};
    use crate::source::Cfg;
    use crate::syntax::kind::Kind;

    fn outline(text: &str) -> Outline {
        Outline::of(text, &Cfg { test: false, features: Some(vec!["net".into()]), ..Cfg::default() })
    }

    /// The names that the file's own module declares, sorted, with a letter for what they are.
    fn names(text: &str) -> String {
        let outline = outline(text);
        let bindings = outline.modules[0].bindings.iter();
        let mut names: Vec<_> = bindings
            .flat_map(|(name, all)| all.iter().map(move |binding| (name, binding)))
            .map(|(name, binding)| {
                let what = match &binding.what {
                    What::Import(path) => format!("use {path}"),
                    What::ExternCrate(path) => format!("crate {path}"),
                    What::Inline(_) => "mod {}".to_owned(),
                    What::File(path) => format!("mod {}", path.as_deref().unwrap_or(";")),
                    What::Function(_) => "fn".to_owned(),
                    What::Alias(path, _, range) => {
                        assert!(text[range.clone()].contains(path.segments.last().unwrap()));
                        format!("type {path}")
                    }
                    What::Type(_) => "type".to_owned(),
                    What::Value(_) => "value".to_owned(),
                    What::Macro(_) => "macro".to_owned(),
                };
                format!("{name}: {what}{}", if binding.doubtful { "?" } else { "" })
            })
            .collect();
        names.sort();
        names.join(", ")
    }

    #[test]
    fn items_of_every_kind() {
        let text = "
            #![allow(unused)]
            pub(in crate::a) struct A<const N: usize = { 1 }>(u8) where A<N>: Sized;
            struct B { f: fn() -> u8 }
            enum C { D(u8), E { f: u8 } = 3 }
            union U { a: u8 }
            pub const F: [u8; 2] = { [1, 2] };
            const _: () = { fn hidden() {} };
            static mut G: u8 = 1;
            pub type H<'a, T = Vec<u8>> = std::fs::File;
            type I = &'static mut inner::File<u8>;
            type J = fn(u8) -> u8;
            extern crate alloc as k;
            extern \"C\" { fn foreign(); }
            pub unsafe extern \"C\" fn l<F: Fn(u8) -> [u8; { 2 }]>(f: F) -> Result<A<{ 3 }>, E> where F: Send {}
            const fn m() -> u8 { 1 }
            macro_rules! n { () => { fn hidden() {} } }
            some::macro_call! { fn hidden() {} }
            other_call!(fn hidden() {});
            unsafe impl Send for A<1> {}
            pub unsafe auto trait O {}
            trait P<T>: Q where T: R { type S = u8; const T: u8 = 1; fn method(&self); fn other() {} }
            impl<'a, T: Fn(u8) -> u8> P<T> for &'a mut A<1> where for<'b> T: X<'b> { const Z: u8 = 1; fn method(&self) {} }
            mod v { fn hidden() {} }
            mod w;
            #[path = \"odd.rs\"] mod x;
            #[cfg(test)] fn hidden() {}
            #[cfg(feature = \"net\")] fn y() {}
            #[cfg(feature = \"tls\")] fn hidden() {}
            #[cfg(unix)] fn z() {}
        ";
        assert_eq!(
            names(text),
            "A: type, B: type, C: type, F: value, G: value, H: type std::fs::File, I: type inner::File, J: type, O: type, \
             P: type, U: type, _: value, k: crate alloc, l: fn, m: fn, n: macro, v: mod {}, w: mod ;, x: mod odd.rs, y: fn, \
             z: fn?"
        );
    }

    #[test]
    fn imports_of_every_shape() {
        let text =
            "use a; pub use b::c; use d::e as f; use g::{self, h, i::{j as k, *}, self as l}; use ::m::n; use o::*;
            use p::q as _; use {r, s::t}; use self::u::v; use crate::w; use r#type::r#fn;";
        assert_eq!(
            names(text),
            "a: use a, c: use b::c, f: use d::e, fn: use type::fn, g: use g, h: use g::h, k: use g::i::j, l: use g, \
             n: use ::m::n, r: use r, t: use s::t, v: use self::u::v, w: use crate::w"
        );
        let globs: Vec<_> = outline(text).modules[0].globs.iter().map(ToString::to_string).collect();
        assert_eq!(globs, ["g::i", "o"]);
    }

    #[test]
    fn functions_know_their_place_owner_and_marker() {
        let text = "impl<T> Store<T> {\n    /// Doc.\n    #[onloop::blocking]\n    pub fn load() {\n        x\n    }\n}\n#[callback] fn é() {} fn b();";
        let outline = outline(text);
        let found: Vec<_> = outline
            .functions
            .iter()
            .map(|f| (f.name.as_str(), f.at, f.owner, f.marker, f.body.clone().map(|body| body.1)))
            .collect();
        assert_eq!(
            found,
            [
                ("load", [(4, 9), (4, 12)], Some(0), Some(Kind::Blocking), Some(4..7)),
                ("é", [(8, 13), (8, 16)], None, Some(Kind::Callback), Some(8..9)),
                ("b", [(8, 23), (8, 26)], None, None, None),
            ]
        );
        assert_eq!(outline.impls[0].generics, ["T"]);
        assert_eq!(outline.impls[0].self_type.segments, ["Store"]);
    }

    #[test]
    fn a_body_is_opened_on_demand() {
        let text = "fn outer() { use a::b; let x = async move { fn inner() { fn innermost() {} } struct S; }; match x { _ => { use c::d; } } }";
        let mut outline = outline(text);
        assert_eq!(outline.functions.len(), 1);
        outline.open_body(text, &Cfg::default(), 0);
        let inner = outline.functions.iter().position(|function| function.name == "inner").unwrap();
        let block = &outline.modules[outline.functions[inner].module];
        assert!(block.is_block && block.bindings.contains_key("S"));
        assert!(outline.modules[block.parent.unwrap()].bindings.contains_key("b"));
        outline.open_body(text, &Cfg::default(), inner);
        assert!(outline.functions.iter().any(|function| function.name == "innermost"));
    }

    #[test]
    fn broken_text_gives_what_can_be_read() {
        for text in [
            "fn",
            "fn f(",
            "fn f() {",
            "use a::{b, c",
            "use",
            "impl",
            "impl<",
            "mod m {",
            "trait",
            "struct S<",
            "#[",
            "#",
            "type T = ",
            "const",
            "static",
            "extern",
            "macro_rules! m",
            "}",
            ")",
            "use a::{{{",
            "pub(",
            "pub",
            "unsafe",
            "async",
            "impl for for",
            "use ::;",
            "use a::;",
            "use as;",
            "# # fn x() {}",
            "mod",
            "extern crate",
            "union",
            "fn f<>>>() {}",
            "\u{0}",
            "fn é(",
            "impl X { fn",
        ] {
            outline(text);
            let mut opened = outline(&format!("fn a() {{ {text} }}"));
            opened.open_body(&format!("fn a() {{ {text} }}"), &Cfg::default(), 0);
        }
        assert!(names("fn a() {} } fn b() {}").starts_with("a: fn"));
        let deep = format!("{}fn f() {{}}{}", "mod m {".repeat(500), "}".repeat(500));
        outline(&deep);
        outline(&format!("use {}a{};", "a::{".repeat(500), "}".repeat(500)));
    }
}
