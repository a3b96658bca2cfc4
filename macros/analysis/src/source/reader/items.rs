//! Items one by one.

use super::{Around, Attributes, DEPTH, Reader};
use crate::source::outline::{Function, Impl, What};
use crate::syntax::lex::{Token, TokenKind};
use crate::syntax::path::Path;
use std::ops::Range;

impl Reader<'_> {
    /// Called behind `type`.
    pub(super) fn alias(&mut self, module: usize, owner: Option<usize>, doubtful: bool) {
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

    pub(super) fn inline_or_file_module(&mut self, module: usize, attributes: Attributes) {
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
    pub(super) fn macro_rules(&mut self, module: usize, attributes: &Attributes) {
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
    pub(super) fn function(
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
    pub(super) fn body(&mut self) -> Option<Range<usize>> {
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

    /// Called behind `extern` of a block that declares what other languages define.
    pub(super) fn foreign(&mut self, module: usize, doubtful: bool) {
        let abi = self.peek().filter(|token| token.kind == TokenKind::Literal);
        let abi = abi.map_or("\"C\"", |token| self.lexer.text(token));
        let is_of_system = abi.starts_with("\"C") || abi.starts_with("\"system");
        if self.peek().is_some_and(|token| token.kind == TokenKind::Literal) {
            self.lexer.next();
        }
        if !is_of_system || !self.take("{") {
            self.skip_item();
            return;
        }
        while self.peek().is_some_and(|token| !matches!(token.kind, TokenKind::Close(_))) {
            let attributes = self.attributes();
            while matches!(self.peek_text(), "pub" | "safe" | "unsafe") {
                self.lexer.next();
                if self.peek_text() == "(" {
                    self.skip_group_if_open();
                }
            }
            if self.take("fn")
                && let Some(name) = self.ident()
                && !attributes.absent
            {
                let linked = attributes.link_name.filter(|linked| linked != name);
                self.bind(module, name, What::Foreign(linked), doubtful || attributes.doubtful);
            }
            self.skip_declaration();
        }
        self.lexer.next();
    }

    /// Up to and including the next `;`.
    fn skip_declaration(&mut self) {
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Close(_) => return,
                TokenKind::Open(_) => {
                    self.skip_group_if_open();
                }
                _ => {
                    self.lexer.next();
                }
            }
            if token.kind == TokenKind::Punct(b';') {
                return;
            }
        }
    }

    /// Called behind `impl`, which begins at `start`.
    pub(super) fn impl_block(&mut self, module: usize, start: usize) {
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

    pub(super) fn trait_block(&mut self, module: usize, doubtful: bool) {
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
    pub(super) fn owner(
        &mut self,
        module: usize,
        self_type: Path,
        of_trait: Option<Path>,
        is_trait: bool,
        generics: Vec<String>,
    ) -> usize {
        let owner = self.outline.impls.len();
        let Around { absent, doubtful } = self.around;
        let (functions, head, types, constants) = (Vec::new(), 0..0, Vec::new(), Vec::new());
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
            constants,
        });
        owner
    }

    /// Passes `<..>` and gives the names of the parameters in it.
    pub(super) fn skip_generics(&mut self) -> Vec<String> {
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
    pub(super) fn path(&mut self) -> Option<Path> {
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

    pub(super) fn use_tree(&mut self, module: usize, prefix: &Path, doubtful: bool, depth: usize) {
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
