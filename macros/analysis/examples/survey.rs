//! Runs the engine over every function of every `.rs` file below some folders: as callback, as coroutine, as blocking
//! function. No panic, no hang, an expansion that parses; and what is found, to be judged by a reader.
//!
//! ```text
//! cargo run --release -p onloop-analysis --example survey -- FOLDER ..      figures
//! cargo run --release -p onloop-analysis --example survey -- --show FOLDER  and the findings in async functions
//!                                               --show-callbacks FOLDER    and those in sync functions, as callbacks
//!                                               --digest FOLDER            a line for each function and kind: what it
//!                                                                          becomes, as a number, and its findings.
//!                                                                          Two versions of the engine are compared
//!                                                                          by `diff`
//!                                               --clippy                   as clippy sees it
//!                                               --all                      with the rules on request
//! ```

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use onloop_analysis::{Cfg, Engine, Files, Finding, Index, Kind, Level, Place};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;

struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Option<String> {
        std::fs::read_to_string(path).ok()
    }

    fn stamp(&self, _: &Path) -> Option<u128> {
        None
    }
}

#[derive(Default)]
struct Survey {
    files: usize,
    unreadable: usize,
    times: Vec<Duration>,
    slowest: (Duration, String),
    panics: Vec<String>,
    unparsed: Vec<String>,
    findings: usize,
    show: Option<Kind>,
    digest: bool,
    clippy: bool,
    all: bool,
}

fn main() {
    let mut survey = Survey::default();
    let mut files = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--show" => survey.show = Some(Kind::Coroutine),
            "--digest" => survey.digest = true,
            "--clippy" => survey.clippy = true,
            "--all" => survey.all = true,
            "--show-callbacks" => survey.show = Some(Kind::Callback),
            folder => collect(Path::new(folder), &mut files),
        }
    }
    files.sort();
    for file in &files {
        survey.file(file);
    }
    survey.report();
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| collect(&entry.path(), files));
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        files.push(path.to_owned());
    }
}

/// The first file of the crate that a file belongs to, as cargo lays crates out.
fn root_of(file: &Path) -> Option<PathBuf> {
    let is_target = |folder: &Path| ["tests", "benches", "examples"].iter().any(|name| folder.ends_with(name));
    if file.parent().is_some_and(is_target) {
        return Some(file.to_owned());
    }
    file.ancestors().skip(1).find_map(|folder| {
        let named = ["lib.rs", "main.rs"].map(|name| folder.join(name));
        named.into_iter().find(|root| folder.ends_with("src") && root.exists())
    })
}

impl Survey {
    fn file(&mut self, path: &Path) {
        // Not UTF-8, or no Rust of this edition: the compiler would not get as far as a macro.
        let parsed = std::fs::read_to_string(path).ok().and_then(|text| syn::parse_file(&text).ok());
        let Some(parsed) = parsed else {
            self.unreadable += 1;
            return;
        };
        self.files += 1;
        let index = Index::new(Box::new(Disk), root_of(path), Cfg::default());
        let mut engine = Engine::new(index);
        if self.clippy {
            engine = engine.under_clippy("");
        }
        if self.all {
            engine = engine.with_all_rules();
        }
        for item in &parsed.items {
            self.item(&mut engine, path, item);
        }
        proc_macro2::extra::invalidate_current_thread_spans();
    }

    fn item(&mut self, engine: &mut Engine, path: &Path, item: &syn::Item) {
        match item {
            syn::Item::Fn(item) => self.function(engine, path, &item.sig, item.to_token_stream()),
            syn::Item::Impl(item) => {
                for item in &item.items {
                    if let syn::ImplItem::Fn(item) = item {
                        self.function(engine, path, &item.sig, item.to_token_stream());
                    }
                }
            }
            syn::Item::Trait(item) => {
                for item in &item.items {
                    if let syn::TraitItem::Fn(item) = item {
                        self.function(engine, path, &item.sig, item.to_token_stream());
                    }
                }
            }
            syn::Item::Mod(item) => {
                for item in item.content.iter().flat_map(|(_, items)| items) {
                    self.item(engine, path, item);
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, engine: &mut Engine, path: &Path, signature: &syn::Signature, item: TokenStream) {
        let file = path.to_owned();
        let place = move |span: Span| {
            let start = span.start();
            Some(Place { file: file.clone(), line: start.line, column: start.column + 1 })
        };
        let name = || format!("{}:{} {}", path.display(), signature.ident.span().start().line, signature.ident);
        for kind in [Kind::Callback, Kind::Coroutine, Kind::Blocking] {
            let run = || engine.expand(kind, TokenStream::new(), item.clone(), Level::Error, &place);
            let start = Instant::now();
            let expanded = catch_unwind(AssertUnwindSafe(run));
            let time = start.elapsed();
            self.times.push(time);
            if time > self.slowest.0 {
                self.slowest = (time, name());
            }
            match expanded {
                Err(_) => self.panics.push(name()),
                Ok(tokens) if syn::parse2::<syn::File>(as_item(&tokens)).is_err() => self.unparsed.push(name()),
                Ok(tokens) => {
                    if self.digest {
                        let found = engine.findings(kind, TokenStream::new(), item.clone(), &place);
                        println!("{} {}: {:016x}{}", name(), kind.word(), number(&tokens), in_short(&found));
                    }
                }
            }
        }
        let kind = if signature.asyncness.is_some() { Kind::Coroutine } else { Kind::Callback };
        if kind == Kind::Coroutine || self.show == Some(kind) {
            let findings = engine.findings(kind, TokenStream::new(), item, &place);
            self.findings += if kind == Kind::Coroutine { findings.len() } else { 0 };
            for Finding { tokens, message, rule, .. } in findings.iter().filter(|_| self.show == Some(kind)) {
                let line = tokens.clone().into_iter().next().map_or(0, |token| token.span().start().line);
                println!("{}:{line}: {message} [{rule}]", path.display());
            }
        }
    }

    fn report(&mut self) {
        self.times.sort();
        let at = |share: f64| {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "an index"
            )]
            let index = (self.times.len() as f64 * share) as usize;
            self.times.get(index.min(self.times.len().saturating_sub(1))).copied().unwrap_or_default()
        };
        println!("{} files, {} that are no Rust; {} expansions", self.files, self.unreadable, self.times.len());
        println!("time: median {:?}, p99 {:?}, max {:?}", at(0.5), at(0.99), at(1.0));
        println!("the longest: {}", self.slowest.1);
        if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            println!("peak memory: {}", peak.unwrap_or("unknown").trim());
        }
        println!("{} findings in async functions", self.findings);
        println!("{} panics: {:#?}", self.panics.len(), self.panics);
        println!("{} expansions that do not parse: {:#?}", self.unparsed.len(), self.unparsed);
        if !self.panics.is_empty() || !self.unparsed.is_empty() {
            std::process::exit(1);
        }
    }
}

/// A number for an expansion: of two that differ it is not the same.
fn number(tokens: &TokenStream) -> u64 {
    let mut hasher = DefaultHasher::new();
    tokens.to_string().hash(&mut hasher);
    hasher.finish()
}

/// Where what is found stands, and the rules.
fn in_short(findings: &[Finding]) -> String {
    let line = |found: &Finding| found.tokens.clone().into_iter().next().map_or(0, |token| token.span().start().line);
    let found: Vec<_> = findings.iter().map(|found| format!(" {}@{}", found.rule, line(found))).collect();
    found.concat()
}

/// Methods parse as items only inside an `impl`.
fn as_item(tokens: &TokenStream) -> TokenStream {
    quote::quote! { impl Surveyed { #tokens } }
}
