//! The scan before parsing passes over nothing that a rule would find: the findings are the same without it.
//!
//! Checked in the sources of this workspace, and in any others by
//! `SCAN_OVER=FOLDER cargo test --release -p onloop-analysis --test scan`.

use std::path::{Path, PathBuf};

use onloop_analysis::{Cfg, Engine, Files, Finding, Index, Kind, Place};
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

#[test]
fn findings_are_the_same_without_the_scan() {
    let folder = std::env::var_os("SCAN_OVER").map_or_else(
        || ["../src", "../../runtime-support/src/hub", "../../examples/src"].map(PathBuf::from).to_vec(),
        |folder| vec![PathBuf::from(folder)],
    );
    let mut files = Vec::new();
    for folder in &folder {
        collect(folder, &mut files);
    }
    files.sort();
    let (mut findings, mut different) = (0, Vec::new());
    for file in &files {
        let Some(parsed) = std::fs::read_to_string(file).ok().and_then(|text| syn::parse_file(&text).ok()) else {
            continue;
        };
        let root = root_of(file);
        let engine = || Engine::new(Index::new(Box::new(Disk), root.clone(), Cfg::default()));
        let (mut with, mut without) = (engine(), engine().looking_at_all());
        let mut functions = Vec::new();
        parsed.items.iter().for_each(|item| functions_in(item, &mut functions));
        for function in functions {
            for kind in [Kind::Callback, Kind::Coroutine, Kind::Blocking] {
                let [with, without] =
                    [&mut with, &mut without].map(|engine| found(engine, kind, file, function.clone()));
                findings += without.len();
                if with != without {
                    different.push(format!("{}: with the scan {with:#?}, without {without:#?}", file.display()));
                }
            }
        }
        proc_macro2::extra::invalidate_current_thread_spans();
    }
    println!("{} files, {findings} findings", files.len());
    assert!(different.is_empty(), "{} functions differ\n{}", different.len(), different.join("\n"));
}

/// The findings in a function, each with its line.
fn found(engine: &mut Engine, kind: Kind, file: &Path, function: TokenStream) -> Vec<String> {
    let start = |span: Span| span.start();
    let place =
        |span: Span| Some(Place { file: file.to_owned(), line: start(span).line, column: start(span).column + 1 });
    let line = |found: &Finding| found.tokens.clone().into_iter().next().map_or(0, |token| start(token.span()).line);
    let findings = engine.findings(kind, TokenStream::new(), function, &place);
    findings.iter().map(|found| format!("{}: {}", line(found), found.text())).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() && !path.ends_with("target") {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| collect(&entry.path(), files));
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        files.push(path.to_owned());
    }
}

/// The first file of the crate that a file belongs to, as cargo lays crates out.
fn root_of(file: &Path) -> Option<PathBuf> {
    file.ancestors().skip(1).find_map(|folder| {
        let named = ["lib.rs", "main.rs"].map(|name| folder.join(name));
        named.into_iter().find(|root| folder.ends_with("src") && root.exists())
    })
}

fn functions_in(item: &syn::Item, functions: &mut Vec<TokenStream>) {
    match item {
        syn::Item::Fn(item) => functions.push(item.to_token_stream()),
        syn::Item::Impl(item) => functions.extend(item.items.iter().filter_map(|item| match item {
            syn::ImplItem::Fn(item) => Some(item.to_token_stream()),
            _ => None,
        })),
        syn::Item::Trait(item) => functions.extend(item.items.iter().filter_map(|item| match item {
            syn::TraitItem::Fn(item) => Some(item.to_token_stream()),
            _ => None,
        })),
        syn::Item::Mod(item) => {
            item.content.iter().flat_map(|(_, items)| items).for_each(|item| functions_in(item, functions));
        }
        _ => {}
    }
}
