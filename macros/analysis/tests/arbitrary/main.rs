//! The attributes' whole path on input that nobody wrote: no panic, nothing of the item lost, and what parsed before
//! parses after.
//!
//! Each test runs for less than a second, or for as many milliseconds as `ARBTEST_BUDGET_MS` says. A failure prints its
//! seed, and `ARBTEST_SEED` runs that case again. CONTRIBUTING.md has the commands.

mod generate;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use onloop_analysis::{Cfg, Engine, Files, Index, Kind, Level, Place};
use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};

/// What the engine is told of the file in which the item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Known,
    /// As in an editor.
    Unknown,
    /// There is one, and the item is not in it.
    Other,
    /// Somebody saves it again and again.
    Changing,
}

const FILES: [File; 4] = [File::Known, File::Unknown, File::Other, File::Changing];
const KINDS: [Kind; 3] = [Kind::Callback, Kind::Coroutine, Kind::Blocking];
const PATH: &str = "src/lib.rs";

/// One file, in its versions: the next one each time that it is read.
struct Memory {
    versions: Vec<String>,
    reads: Cell<usize>,
}

impl Files for Memory {
    fn read(&self, path: &Path) -> Option<String> {
        let version = self.reads.replace(self.reads.get() + 1) % self.versions.len();
        (path == Path::new(PATH)).then(|| self.versions[version].clone())
    }

    fn stamp(&self, path: &Path) -> Option<u128> {
        let changes = self.versions.len() > 1;
        (path == Path::new(PATH)).then_some(if changes { self.reads.get() as u128 } else { 0 })
    }
}

fn engine(versions: Vec<String>) -> Engine {
    let memory = Memory { versions, reads: Cell::new(0) };
    Engine::new(Index::new(Box::new(memory), Some(PATH.into()), Cfg::default()))
}

fn expand(
    engine: &mut Engine,
    kind: Kind,
    file: File,
    level: Level,
    arguments: &TokenStream,
    item: &TokenStream,
) -> TokenStream {
    let place = |span: Span| {
        let start = span.start();
        (file != File::Unknown).then(|| Place { file: PathBuf::from(PATH), line: start.line, column: start.column + 1 })
    };
    engine.expand(kind, arguments.clone(), item.clone(), level, &place)
}

/// One case after the other, within the time.
fn cases(case: impl FnMut(&mut Unstructured<'_>) -> Result<()>) {
    let mut case = case;
    let cases = arbtest(|u| {
        let result = case(u);
        // What has been parsed is kept for its places, and there is a lot of it.
        proc_macro2::extra::invalidate_current_thread_spans();
        result
    })
    .size_max(512);
    let more = std::env::var_os("ARBTEST_BUDGET_MS").is_some();
    if more { cases.run() } else { cases.budget(Duration::from_millis(800)).run() }
}

#[test]
fn any_tokens() {
    cases(|u| {
        let (arguments, item) = (generate::tokens(u, 2)?, generate::item(u)?);
        let file = *u.choose(&FILES)?;
        let (text, other) = (item.to_string(), generate::tokens(u, 3)?.to_string());
        let versions = versions_of(file, text, other);
        // With places.
        let Ok(item) = item.to_string().parse::<TokenStream>() else { return Ok(()) };
        for kind in KINDS {
            let expanded = expand(&mut engine(versions.clone()), kind, file, Level::Error, &arguments, &item);
            is_kept_or_refused(&item, &expanded);
        }
        Ok(())
    });
}

#[test]
fn functions() {
    let (mut all, mut parsed) = (0, 0);
    cases(|u| {
        let text = generate::file(u)?;
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{error}, in\n{text}"));
        all += 1;
        // The templates put odd things together now and then.
        if syn::parse2::<syn::File>(tokens.clone()).is_err() {
            return Ok(());
        }
        parsed += 1;
        let file = *u.choose(&FILES)?;
        let versions = versions_of(file, text.clone(), cut(u, &text)?);
        let mut engine = engine(versions.clone());
        for item in functions_of(&tokens) {
            for (kind, level) in KINDS.into_iter().flat_map(|kind| [(kind, Level::Error), (kind, Level::Off)]) {
                let expanded = expand(&mut engine, kind, file, level, &TokenStream::new(), &item);
                is_kept_or_refused(&item, &expanded);
                let off = level == Level::Off;
                assert!(!off || !expanded.to_string().contains("probe"), "asked though it is off: {expanded}");
                if let Err(error) = syn::parse2::<syn::File>(quote::quote! { impl Any { #expanded } }) {
                    panic!(
                        "{error}, {kind:?} in a file that is {file:?}, of\n{item}\ninto\n{expanded}\nin\n{versions:?}"
                    );
                }
            }
        }
        Ok(())
    });
    assert!(all - parsed <= 3 + all / 20, "of {all} files {parsed} parse");
}

/// Functions that somebody is typing.
#[test]
fn nearly_functions() {
    cases(|u| {
        let text = generate::file(u)?;
        let typed = cut(u, &text)?;
        let Ok(tokens) = typed.parse::<TokenStream>() else { return Ok(()) };
        let file = *u.choose(&FILES)?;
        let mut engine = engine(versions_of(file, typed, text));
        for item in functions_of(&tokens) {
            let mutated = generate::mutated(u, item)?;
            for kind in KINDS {
                let expanded = expand(&mut engine, kind, file, Level::Error, &TokenStream::new(), &mutated);
                is_kept_or_refused(&mutated, &expanded);
            }
        }
        Ok(())
    });
}

fn versions_of(file: File, text: String, other: String) -> Vec<String> {
    match file {
        File::Known | File::Unknown => vec![text],
        File::Other => vec![other],
        File::Changing => vec![text, other],
    }
}

/// A text with something missing from it.
fn cut(u: &mut Unstructured<'_>, text: &str) -> Result<String> {
    let mut at = || -> Result<usize> {
        let at = u.choose_index(text.len().max(1))?;
        Ok((0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0))
    };
    let (first, second) = (at()?, at()?);
    Ok(format!("{}{}", &text[..first.min(second)], &text[first.max(second)..]))
}

/// All that ends in braces and has a `fn` in it; of a `mod`, an `impl` or a trait what is in it.
fn functions_of(tokens: &TokenStream) -> Vec<TokenStream> {
    let mut found = Vec::new();
    let mut item = Vec::new();
    for token in tokens.clone() {
        let ends = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        };
        item.push(token);
        if !ends {
            continue;
        }
        let is_function = item.iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == "fn"));
        match item.last() {
            Some(TokenTree::Group(group)) if !is_function => found.extend(functions_of(&group.stream())),
            Some(TokenTree::Group(_)) => found.push(item.iter().cloned().collect()),
            _ => {}
        }
        item.clear();
    }
    found
}

/// Either the item's tokens are all there, those of the body in their order, or there is an error that says why not.
///
/// Of the head the word `async` may go, a pattern may move into the body, and `_` gets a name; a `self` that is changed
/// has another name there.
fn is_kept_or_refused(item: &TokenStream, expanded: &TokenStream) {
    let out = flat(expanded);
    if out.iter().any(|token| token == "compile_error") {
        return;
    }
    let mut head: Vec<TokenTree> = without_ours(item).into_iter().collect();
    let body: Vec<TokenTree> = head.pop().into_iter().collect();
    let mut rest = out.iter();
    for token in flat(&body.into_iter().collect()).into_iter().filter(|token| token != "self") {
        assert!(rest.any(|found| *found == token), "`{token}` is lost, of\n{item}\nin\n{expanded}");
    }
    // Commas between parameters are ours.
    let plain = |token: String| if token == ",+" { ",".to_owned() } else { token };
    let mut rest: Vec<_> = out.into_iter().map(plain).collect();
    let head = flat(&head.into_iter().collect()).into_iter().map(plain);
    for token in head.filter(|token| !["async", "_"].contains(&token.as_str())) {
        let found = rest.iter().position(|found| *found == token);
        let found = found.unwrap_or_else(|| panic!("`{token}` of the head is lost, of\n{item}\nin\n{expanded}"));
        rest.swap_remove(found);
    }
}

/// Without attributes of ours, and without inner ones: these go to the others.
fn without_ours(tokens: &TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens.clone() {
        let TokenTree::Group(group) = token else {
            kept.push(token);
            continue;
        };
        let is = |at: Option<&TokenTree>, c| matches!(at, Some(TokenTree::Punct(punct)) if punct.as_char() == c);
        let hash = kept.len().checked_sub(1 + usize::from(is(kept.last(), '!')));
        let is_attribute = group.delimiter() == Delimiter::Bracket && hash.is_some_and(|at| is(kept.get(at), '#'));
        let words = ["onloop", "callback", "coroutine", "blocking"];
        let is_ours = flat(&group.stream()).iter().any(|token| words.contains(&token.as_str()));
        if let (true, Some(hash)) = (is_attribute && (is_ours || is(kept.last(), '!')), hash) {
            kept.truncate(hash);
            continue;
        }
        kept.push(proc_macro2::Group::new(group.delimiter(), without_ours(&group.stream())).into());
    }
    kept.into_iter().collect()
}

/// The texts of all tokens, brackets among them. Invisible brackets may come and go.
fn flat(tokens: &TokenStream) -> Vec<String> {
    fn collect(tokens: &TokenStream, to: &mut Vec<String>) {
        for token in tokens.clone() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    to.extend(Some(open).filter(|text| !text.is_empty()).map(str::to_owned));
                    collect(&group.stream(), to);
                    to.extend(Some(close).filter(|text| !text.is_empty()).map(str::to_owned));
                }
                TokenTree::Punct(punct) => {
                    let joint = if punct.spacing() == Spacing::Joint { "+" } else { "" };
                    to.push(format!("{}{joint}", punct.as_char()));
                }
                token => to.push(token.to_string()),
            }
        }
    }
    let mut to = Vec::new();
    collect(tokens, &mut to);
    to
}
