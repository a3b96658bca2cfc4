//! Test support for rules, as annotated source: the expected report is under the line, with `^` at its place.

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream, TokenTree};

pub(crate) use crate::Kind;
use crate::rules::RULES;
use crate::source::{Cfg, Edition, Index, Place};
use crate::{Engine, Files, Finding, Level};

/// Files in memory.
pub(crate) struct Memory(pub(crate) Vec<(&'static str, String)>);

impl Files for Memory {
    fn read(&self, path: &Path) -> Option<String> {
        self.0.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| text.clone())
    }

    fn stamp(&self, path: &Path) -> Option<u128> {
        self.0.iter().any(|(name, _)| Path::new(name) == path).then_some(0)
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let names = self.0.iter().map(|(name, _)| PathBuf::from(name));
        names.filter(|name| name.parent() == Some(folder)).collect()
    }
}

#[track_caller]
pub(crate) fn check_callback(item: &str) {
    check_file(Kind::Callback, item);
}

#[track_caller]
pub(crate) fn check_coroutine(item: &str) {
    check_file(Kind::Coroutine, item);
}

#[track_caller]
pub(crate) fn check_blocking(item: &str) {
    check_file(Kind::Blocking, item);
}

/// Checks the last top-level function of a file that stands alone.
#[track_caller]
pub(crate) fn check_file(kind: Kind, text: &str) {
    check_crate(kind, text, &[]);
}

/// Checks the last top-level function of `src/lib.rs` in a crate with more files.
#[track_caller]
pub(crate) fn check_crate(kind: Kind, text: &str, more: &[(&'static str, &str)]) {
    check_crate_with(kind, &[], text, more);
}

/// The same for a crate with dependencies, by their names and artifacts.
#[track_caller]
pub(crate) fn check_crate_with(kind: Kind, externs: &[(&str, &str)], text: &str, more: &[(&'static str, &str)]) {
    let mut files = vec![("src/lib.rs", text.to_owned())];
    files.extend(more.iter().map(|(name, text)| (*name, (*text).to_owned())));
    let mut found: Vec<_> = findings_with(kind, "", "src/lib.rs", files, externs)
        .into_iter()
        .map(|finding| {
            let at = finding.tokens.clone().into_iter().next().map(|token| token.span().start());
            (at.map_or((0, 0), |at| (at.line, at.column)), finding.message, finding.rule)
        })
        .collect();
    let mut expected = Vec::new();
    let mut code_line = 0;
    for (n, line) in text.lines().enumerate() {
        match line.trim_start().strip_prefix("//").filter(|mark| mark.starts_with('^')) {
            Some(mark) => {
                let column = line.find('^').expect("the mark was just found");
                expected.push(((code_line, column), mark.trim_start_matches('^').trim().to_owned()));
            }
            None if line.trim_start().starts_with("//-") => {}
            None => code_line = n + 1,
        }
    }
    // A rule's snippets say nothing about the other rules, but where they show what those say.
    let rule = rule_under_test();
    found.retain(|(at, message, by)| {
        rule.is_none_or(|rule| *by == rule) || by.is_empty() || expected.contains(&(*at, message.clone()))
    });
    let mut found: Vec<_> = found.into_iter().map(|(at, message, _)| (at, message)).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "in\n{text}");
}

/// The findings in one function, of the rule whose tests ask.
#[track_caller]
pub(crate) fn findings_of(kind: Kind, item: &str) -> Vec<Finding> {
    let mut found = findings_in(kind, "", "src/lib.rs", vec![("src/lib.rs", item.to_owned())]);
    let rule = rule_under_test();
    found.retain(|finding| rule.is_none_or(|rule| finding.rule == rule));
    found
}

/// The rule whose tests call.
#[track_caller]
fn rule_under_test() -> Option<&'static str> {
    let mut parts = Path::new(std::panic::Location::caller().file()).iter().skip_while(|part| *part != "rules");
    let name = parts.nth(1)?.to_str()?.trim_end_matches(".rs");
    RULES.iter().map(|rule| rule.id).find(|id| *id == name)
}

/// How many findings a coroutine has with these arguments of the attribute.
pub(crate) fn strict_findings_of(arguments: &str, item: &str) -> usize {
    findings_in(Kind::Coroutine, arguments, "src/lib.rs", vec![("src/lib.rs", item.to_owned())]).len()
}

/// The findings in the last top-level function of a file. The files are those of the package `house`.
pub(crate) fn findings_in(
    kind: Kind,
    arguments: &str,
    file: &'static str,
    files: Vec<(&'static str, String)>,
) -> Vec<Finding> {
    findings_with(kind, arguments, file, files, &[])
}

/// The same in a crate with dependencies, by their names and artifacts.
pub(crate) fn findings_with(
    kind: Kind,
    arguments: &str,
    file: &'static str,
    files: Vec<(&'static str, String)>,
    externs: &[(&str, &str)],
) -> Vec<Finding> {
    let text = files.iter().find(|(name, _)| *name == file).expect("the file is among them").1.clone();
    let item = last_function(text.parse().expect("the snippet is Rust"));
    let arguments: TokenStream = arguments.parse().expect("the arguments are tokens");
    let found = engine(file, files.clone(), externs).findings(kind, arguments.clone(), item.clone(), &place_in(file));
    // The scan passes over nothing that a rule would find.
    let all = engine(file, files, externs).looking_at_all().findings(kind, arguments, item, &place_in(file));
    let messages = |findings: &[Finding]| findings.iter().map(Finding::text).collect::<Vec<_>>();
    assert_eq!(messages(&found), messages(&all), "with the scan and without it, in\n{text}");
    found
}

/// What the compiler is asked about the last top-level function of a file.
pub(crate) fn probes_in(kind: Kind, text: &str) -> Vec<String> {
    let item = last_function(text.parse().expect("the snippet is Rust"));
    let asked =
        engine("src/lib.rs", vec![("src/lib.rs", text.to_owned())], &[]).asked(kind, item, &place_in("src/lib.rs"));
    asked.iter().map(ToString::to_string).collect()
}

/// What clippy sees of the last top-level function of a file.
pub(crate) fn under_clippy(kind: Kind, text: &str) -> String {
    let item = last_function(text.parse().expect("the snippet is Rust"));
    let mut engine = engine("src/lib.rs", vec![("src/lib.rs", text.to_owned())], &[]).under_clippy("");
    let made = engine.expand(kind, TokenStream::new(), item, Level::Error, &place_in("src/lib.rs"));
    made.to_string()
}

/// What the sites of the last top-level function of a file say of exempt lines, its own first.
pub(crate) fn exempt_lines_of(kind: Kind, text: &str, level: Level) -> Vec<String> {
    let item = last_function(text.parse().expect("the snippet is Rust"));
    let mut engine = engine("src/lib.rs", vec![("src/lib.rs", text.to_owned())], &[]);
    let made = engine.expand(kind, TokenStream::new(), item, level, &place_in("src/lib.rs")).to_string();
    let texts = made.split("exempt : \"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
    texts.collect()
}

fn engine(file: &str, files: Vec<(&'static str, String)>, externs: &[(&str, &str)]) -> Engine {
    // In a crate by this name the old rules hold.
    let edition = if file.contains("2021") { Edition::Before2024 } else { Edition::Since2024 };
    let cfg = Cfg { features: Some(Vec::new()), edition, ..Cfg::default() };
    let externs = externs.iter().map(|(name, artifact)| ((*name).to_owned(), PathBuf::from(artifact))).collect();
    let index = Index::new(Box::new(Memory(files)), Some(PathBuf::from("src/lib.rs")), cfg);
    let index = index.with_externs(externs, PathBuf::new());
    Engine::new(index).in_package(PathBuf::new(), "house".to_owned())
}

/// Where the tokens of a snippet stand.
pub(crate) fn place_in(file: &'static str) -> impl Fn(Span) -> Option<Place> {
    move |span| {
        let start = span.start();
        Some(Place { file: file.into(), line: start.line, column: start.column + 1 })
    }
}

/// The last `fn` with all that belongs to it.
pub(crate) fn last_function(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_end = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
        _ => false,
    };
    let before = &tokens[..tokens.len().saturating_sub(1)];
    let start = before.iter().rposition(is_end).map_or(0, |at| at + 1);
    tokens[start..].iter().cloned().collect()
}
