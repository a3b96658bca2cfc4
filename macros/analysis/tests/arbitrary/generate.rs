//! Tokens, items and whole files at random. Names are few, and those that the engine looks for: so they meet.

use std::fmt::Write as _;

use arbtest::arbitrary::{Result, Unstructured};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

const WORDS: &[&str] = &[
    "fn",
    "async",
    "await",
    "const",
    "unsafe",
    "extern",
    "pub",
    "crate",
    "where",
    "impl",
    "dyn",
    "self",
    "Self",
    "let",
    "mut",
    "ref",
    "if",
    "else",
    "match",
    "for",
    "in",
    "while",
    "loop",
    "break",
    "continue",
    "return",
    "move",
    "use",
    "mod",
    "struct",
    "enum",
    "trait",
    "type",
    "static",
    "macro_rules",
    "as",
    "true",
    "false",
    "_",
    "std",
    "thread",
    "sleep",
    "fs",
    "read",
    "File",
    "open",
    "lock",
    "unwrap",
    "borrow_mut",
    "recv",
    "drop",
    "spawn",
    "tokio",
    "select",
    "println",
    "write",
    "include",
    "path",
    "cfg",
    "test",
    "onloop",
    "allow",
    "expect",
    "callback",
    "coroutine",
    "blocking",
    "blocking_call",
    "reason",
    "strict",
    "x",
    "f",
    "é",
];
const RAW: &[&str] = &["async", "fn", "loop", "match", "read"];
const PUNCTUATION: &[char] = &[
    ';', ';', ',', ':', ':', '.', '<', '>', '-', '=', '#', '#', '!', '?', '&', '|', '*', '+', '\'', '$', '@', '/', '%',
    '^', '~',
];
const DELIMITERS: &[Delimiter] =
    &[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];

/// Any tokens at all.
pub(crate) fn tokens(u: &mut Unstructured<'_>, depth: usize) -> Result<TokenStream> {
    let mut tokens: Vec<TokenTree> = Vec::new();
    for _ in 0..u.int_in_range(0..=12)? {
        match u.int_in_range(0..=9)? {
            0..=3 => tokens.push(ident(u)?.into()),
            4..=6 => {
                let spacing = *u.choose(&[Spacing::Alone, Spacing::Joint])?;
                match *u.choose(PUNCTUATION)? {
                    // Nothing but a name comes behind it.
                    '\'' => {
                        tokens.push(Punct::new('\'', Spacing::Joint).into());
                        tokens.push(Ident::new("a", Span::call_site()).into());
                    }
                    punct => tokens.push(Punct::new(punct, spacing).into()),
                }
            }
            7 => tokens.push(literal(u)?.into()),
            _ if depth > 0 => {
                tokens.push(Group::new(*u.choose(DELIMITERS)?, self::tokens(u, depth - 1)?).into());
            }
            _ => {}
        }
    }
    Ok(tokens.into_iter().collect())
}

fn ident(u: &mut Unstructured<'_>) -> Result<Ident> {
    Ok(if u.ratio(1, 12)? {
        Ident::new_raw(u.choose(RAW)?, Span::call_site())
    } else {
        Ident::new(u.choose(WORDS)?, Span::call_site())
    })
}

fn literal(u: &mut Unstructured<'_>) -> Result<Literal> {
    Ok(match u.int_in_range(0..=5)? {
        0 => Literal::u32_suffixed(u.arbitrary()?),
        1 => Literal::f64_unsuffixed(1.5),
        2 => Literal::string(u.arbitrary()?),
        3 => Literal::byte_string(b"\0\xff"),
        4 => Literal::character(u.arbitrary()?),
        _ => Literal::i8_unsuffixed(1),
    })
}

/// Any tokens, or a function with any tokens somewhere in it.
pub(crate) fn item(u: &mut Unstructured<'_>) -> Result<TokenStream> {
    let head = ["", "async fn f() ", "fn f<'a>(x: &'a File) -> impl Future + 'a ", "fn", "pub const fn f() -> u8 "];
    let head: TokenStream = u.choose(&head)?.parse().expect("tokens");
    let any = tokens(u, 4)?;
    Ok(match u.int_in_range(0..=3)? {
        0 => head.into_iter().chain(any).collect(),
        1 => any.into_iter().chain(head).chain([Group::new(Delimiter::Brace, tokens(u, 3)?).into()]).collect(),
        _ => head.into_iter().chain([TokenTree::from(Group::new(Delimiter::Brace, any))]).collect(),
    })
}

/// Tokens with something missing, doubled, moved or strange in them.
pub(crate) fn mutated(u: &mut Unstructured<'_>, tokens: TokenStream) -> Result<TokenStream> {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if tokens.is_empty() {
        return Ok(TokenStream::new());
    }
    let at = u.choose_index(tokens.len())?;
    match u.int_in_range(0..=9)? {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, tokens[at].clone()),
        2 => tokens.swap(0, at),
        3 => tokens.insert(at, ident(u)?.into()),
        4 => tokens.insert(at, Punct::new(*u.choose(&PUNCTUATION[..18])?, Spacing::Alone).into()),
        // Often further in, where most of it is.
        _ => {
            let groups = |(at, token): (usize, &TokenTree)| matches!(token, TokenTree::Group(_)).then_some(at);
            let groups: Vec<usize> = tokens.iter().enumerate().filter_map(groups).collect();
            let Some(&at) = groups.get(u.choose_index(groups.len().max(1))?) else { return Ok(TokenStream::new()) };
            if let TokenTree::Group(group) = &tokens[at] {
                let delimiter = if u.ratio(1, 8)? { *u.choose(DELIMITERS)? } else { group.delimiter() };
                let mut inside = Group::new(delimiter, mutated(u, group.stream())?);
                inside.set_span(group.span());
                tokens[at] = inside.into();
            }
        }
    }
    Ok(tokens.into_iter().collect())
}

/// The text of a file that parses.
pub(crate) fn file(u: &mut Unstructured<'_>) -> Result<String> {
    let mut writer = Writer { u, text: String::new(), depth: 5 };
    for _ in 0..writer.up_to(4)? {
        writer.item()?;
    }
    writer.function(false)?;
    Ok(writer.text)
}

struct Writer<'u, 'data> {
    u: &'u mut Unstructured<'data>,
    text: String,
    /// How much deeper it may go.
    depth: usize,
}

/// What stands in braces in the templates below is written at random: see [`Writer::write`].
const ITEMS: &[&str] = &[
    "use std::fs;\n",
    "use std::{fs as disk, sync::{Mutex, mpsc::{self, Receiver}}, io::prelude::*};\n",
    "use std::thread::sleep as nap;\n",
    "use super::*;\n",
    "pub use self::inner::x;\n",
    "extern crate std as other;\n",
    "mod inner {{I}{I}{F}}\n",
    "mod elsewhere;\n",
    "#[cfg(test)]\nmod tests {{F}}\n",
    "struct S { file: std::fs::File, m: Mutex<{T}>, x: {T} }\n",
    "enum E { A, B({T}), C { x: {T} } }\n",
    "static M: Mutex<u8> = Mutex::new({E});\n",
    "const N: usize = {E};\n",
    "type A<T> = {T};\n",
    "trait Tr { fn x(&self); {M} }\n",
    "impl S {{M}{M}}\n",
    "impl<T> Tr for S {{M}}\n",
    "macro_rules! m { ($e:expr) => { std::fs::read($e) }; () => { {E} } }\n",
    "include!(\"x.rs\");\n",
    "m! { {E} }\n",
    "{F}",
];

const HEADS: &[&str] = &[
    "fn {n}({p}) ",
    "async fn {n}({p}) ",
    "pub async fn {n}<T: Read>({p}) -> {T} ",
    "pub(crate) fn {n}<'a, const K: usize>({p}) -> impl Future<Output = {T}> + 'a ",
    "unsafe fn {n}({p}) -> Pin<Box<dyn Future<Output = {T}>>> where {T}: Send ",
    "extern \"C\" fn {n}({p}) -> {T} ",
    "#[inline]\n#[doc = \"x\"]\nfn {n}({p}) -> {T} ",
    "#[onloop::allow(blocking_call, reason = \"x\")]\nasync fn {n}({p}) -> {T} ",
    "const fn {n}() ",
];

const PARAMETERS: &[&str] = &["", "x: {T}", "{P}: {T}", "mut f: std::fs::File, rx: &Receiver<u8>", "r#async: {T},"];

const STATEMENTS: &[&str] = &[
    "let {P} = {E};",
    "let {n}: {T} = {E};",
    "let {n};",
    "let Some({n}) = {E} else { {S} return; };",
    "let g = m.lock().unwrap();",
    "let mut g = self.cell.borrow_mut();",
    "drop(g);",
    "{E};",
    "{E}.await;",
    "let _ = {E};",
    "{n} = {E};",
    "if {E} {{S}}",
    "if let {P} = {E} {{S}} else {{S}}",
    "if let {P} = {E} && {E} && let {P} = {E} {{S}}",
    "while let {P} = {E} {{S}}",
    "while true {{S}}",
    "for {P} in {E} {{S}}",
    "'a: loop {{S} break 'a; }",
    "loop {{S}}",
    "match {E} { {P} if {E} => {E}, {P} => {{S}} _ => {E} }",
    "unsafe {{S}}",
    "{{S}}",
    "const K: u8 = {E};",
    "use std::fs::read;",
    "#[cfg(unix)] {E};",
    "#[cfg(feature = \"x\")] let {P} = {E};",
    "#[onloop::allow(blocking_call, reason = \"x\")] {E};",
    "#[onloop::expect(blocking_call, reason = \"x\")] let {P} = {E};",
    "println!(\"{}\", {E});",
    "writeln!({n}, \"x\")?;",
    "m!({E});",
    "m! { {S} }",
    "tokio::select! { {P} = {E} => {{S}} _ = {E} => {E}, else => {E} }",
    "struct Local { x: {T} }",
    "macro_rules! own { () => { {S} } }",
    "return;",
    ";",
    "{I}",
    "fn inside() {{S}}",
    "async fn inside() -> u8 {{S} {E}}",
];

const EXPRESSIONS: &[&str] = &[
    "x",
    "1",
    "\"a\"",
    "r#async",
    "self.x",
    "{n}.{n}.0",
    "std::fs::read({E})",
    "std::thread::sleep({E})",
    "disk::read_dir({E}).unwrap()",
    "nap(d)",
    "fs::File::open({E})?",
    "std::fs::read",
    "helper({E}, {E})",
    "{n}(x)",
    "{E}.recv()",
    "rx.recv()",
    "{n}.read(&mut b)",
    "{E}.{n}({E})",
    "{E}.join()",
    "{E}.await",
    "{E}?",
    "{E}[{E}]",
    "m.lock().unwrap().x({E})",
    "x.borrow_mut().y",
    "<std::fs::File as Read>::read({E}, {E})",
    "Vec::<{T}>::new()",
    "tokio::spawn({E})",
    "tokio::task::spawn_blocking({E})",
    "hub.add_executor_job({E})",
    "|{P}| {E}",
    "move |{P}: {T}| -> {T} {{S} {E}}",
    "async move |x| {E}",
    "async {{S}}",
    "async move {{S} {E}}",
    "#[callback] |x| {E}",
    "#[onloop::coroutine] async || {E}",
    "#[blocking] helper",
    "{ {S} {E} }",
    "unsafe { {E} }",
    "if x { {E} } else { {E} }",
    "if let {P} = x && y { {E} } else { {E} }",
    "match x { {P} => {E}, {P} | {P} if {E} => {{S}} }",
    "loop { {S} break {E}; }",
    "'b: { {S} break 'b {E} }",
    "return {E}",
    "({E}, {E})",
    "[{E}; 2]",
    "S { x: {E}, ..x }",
    "&mut {E}",
    "!{E}",
    "x as {T}",
    "x..=y",
    "a < b",
    "a + {E} * 2",
    "matches!({E}, {P})",
    "format!(\"{x} {}\", {E})",
    "vec![{E}, {E}]",
    "assert!({E})",
    "m!({E})",
    "other!{ any => tokens, {E} }",
    "const { {E} }",
];

const PATTERNS: &[&str] = &[
    "_",
    "x",
    "g",
    "mut f",
    "ref y",
    "Some({P})",
    "Ok(mut rx)",
    "({P}, {P})",
    "S { x, file: {P}, .. }",
    "[{P}, .., y]",
    "z @ {P}",
    "&{P}",
    "1..=3",
    "E::A",
    "r#fn",
    "\"s\"",
    "None",
    "Err(_)",
    "({P} | {P})",
];

const TYPES: &[&str] = &[
    "u8",
    "File",
    "std::fs::File",
    "&'a u8",
    "&mut ({T})",
    "Arc<Mutex<{T}>>",
    "Box<dyn Fn({T}) -> {T}>",
    "Option<{T}>",
    "std::sync::mpsc::Receiver<{T}>",
    "[{T}; 2]",
    "({T}, {T})",
    "impl Read",
    "dyn Read + Send",
    "Self",
    "S",
    "A<{T}>",
    "fn({T}) -> {T}",
    "!",
    "std::sync::MutexGuard<'a, {T}>",
    "m!()",
    "<T as Tr>::X",
    "*const u8",
];

const NAMES: &[&str] = &["x", "f", "g", "rx", "helper", "r#async", "lock", "read", "wait", "recv", "next", "é"];

impl Writer<'_, '_> {
    fn up_to(&mut self, most: usize) -> Result<usize> {
        self.u.int_in_range(0..=most)
    }

    fn item(&mut self) -> Result<()> {
        self.one_of(ITEMS)
    }

    fn function(&mut self, is_method: bool) -> Result<()> {
        self.one_of(HEADS)?;
        if is_method {
            // The head ends with a blank or with what stands behind the parameters.
            let at = self.text.rfind("fn ").map_or(0, |at| at + self.text[at..].find('(').unwrap_or(0) + 1);
            if self.text[at..].starts_with(|c: char| c != ')') {
                self.text.insert_str(at, "&mut self, ");
            } else {
                self.text.insert_str(at, "&self");
            }
        }
        self.template("{{S}{S}{S}}\n")
    }

    fn one_of(&mut self, templates: &[&str]) -> Result<()> {
        // The first are the short ones.
        let among = if self.depth == 0 { &templates[..1.min(templates.len())] } else { templates };
        let template = *self.u.choose(among)?;
        self.depth = self.depth.saturating_sub(1);
        let result = self.template(template);
        self.depth += 1;
        result
    }

    /// Writes a template, in which `{E}` is an expression, `{S}` a few statements, `{P}` a pattern, `{T}` a type, `{I}`
    /// an item, `{F}` a function, `{M}` a method, `{p}` parameters and `{n}` a name.
    fn template(&mut self, template: &str) -> Result<()> {
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            self.text.push_str(&rest[..at]);
            rest = &rest[at..];
            let hole = rest.as_bytes().get(1..3).filter(|hole| hole[1] == b'}').map_or(b' ', |hole| hole[0]);
            match hole {
                // In parentheses it is one operand wherever it stands.
                b'E' => {
                    self.text.push('(');
                    self.one_of(EXPRESSIONS)?;
                    self.text.push(')');
                }
                b'S' => {
                    for _ in 0..self.up_to(2)? {
                        self.one_of(STATEMENTS)?;
                        self.text.push('\n');
                    }
                }
                b'P' => self.one_of(PATTERNS)?,
                b'T' => self.one_of(TYPES)?,
                b'I' if self.depth > 0 => self.one_of(ITEMS)?,
                b'F' if self.depth > 0 => self.function(false)?,
                b'M' if self.depth > 0 => self.function(true)?,
                b'I' | b'F' | b'M' => {}
                b'p' => self.one_of(PARAMETERS)?,
                b'n' => {
                    let name = self.u.choose(NAMES)?;
                    write!(self.text, "{name}").expect("strings take all");
                }
                _ => {
                    self.text.push('{');
                    rest = &rest[1..];
                    continue;
                }
            }
            rest = &rest[3..];
        }
        self.text.push_str(rest);
        Ok(())
    }
}
