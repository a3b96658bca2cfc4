//! `cargo onloop annotate`: writes the attributes above the functions that the check covers, the dependency in
//! `Cargo.toml`, and on request the exemptions that today's findings need.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::TokenTree;

use crate::check;
use crate::cli::{Annotate, Check};
use crate::disk::Disk;
use crate::edit::{Changes, Edit, apply, byte_of};
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::levels::Given;
use crate::look::{engine, extent, parse};
use crate::output;
use crate::select::Workspace;
use crate::types;
use crate::walk::{Function, How, walk};

/// What the crate is needed for.
const NEEDED: &str = "0.1.0";

pub(crate) fn annotate(annotate: &Annotate, check: &Check) -> Result<u8, Failure> {
    let workspace = Workspace::load(&annotate.selection)?;
    let disk = Disk::default();
    let findings = if annotate.exempt { findings(&workspace, &disk, check)? } else { Vec::new() };
    let mut places: BTreeMap<PathBuf, BTreeMap<usize, String>> = BTreeMap::new();
    let mut packages = BTreeSet::new();
    for unit in &workspace.units {
        let mut engine = engine(&workspace, &disk, annotate.selection.target.as_deref(), unit);
        for file in engine.files(unit.test) {
            let Some(text) = disk.text(&file) else { continue };
            let Ok(parsed) = parse(&text) else { continue };
            for function in walk(&parsed, engine.cfg()).functions {
                let shown = workspace.shown(&file);
                if let Some((at, line)) = attribute(&text, &function, &shown, &findings) {
                    places.entry(file.clone()).or_default().insert(at, line);
                    packages.insert(unit.package);
                }
            }
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    }
    let mut changes = Changes::default();
    let mut count = 0;
    for (file, inserted) in places {
        let Some(text) = disk.text(&file) else { continue };
        count += inserted.len();
        let edits: Vec<_> = inserted.into_iter().map(|(at, text)| Edit { range: at..at, text }).collect();
        changes.0.insert(file, (text.to_string(), apply(&text, &edits)));
    }
    for package in packages {
        let manifest = workspace.packages[package].manifest_path.as_std_path();
        if let Some((old, new)) = with_dependency(manifest)? {
            changes.0.insert(manifest.to_owned(), (old, new));
        }
    }
    if annotate.write {
        changes.write()?;
        let files = output::count(changes.count(), "file");
        output::say(check, "Annotated", &format!("{} in {files}", output::count(count, "function")));
    } else if annotate.diff {
        changes.show(&workspace.root);
    } else {
        let functions = output::count(count, "function");
        output::say(check, "Found", &format!("{functions} to annotate: `--diff` shows it, `--write` does it"));
    }
    Ok(CLEAN)
}

fn findings(workspace: &Workspace, disk: &Disk, check: &Check) -> Result<Vec<Finding>, Failure> {
    let mut looked = check::findings(workspace, disk, check)?;
    if check.types {
        types::add(workspace, disk, check, &mut looked)?;
    }
    Given::default().apply(&mut looked.findings);
    Ok(looked.findings)
}

/// What is written above a function, and where; nothing where it bears an attribute already.
fn attribute(text: &str, function: &Function, file: &str, findings: &[Finding]) -> Option<(usize, String)> {
    let How::Kind(kind, _) = &function.how else { return None };
    if function.is_marked {
        return None;
    }
    let (line, column) = behind_docs(function)?;
    let [from, _, to, _] = extent(function.item.clone())?;
    let rules: BTreeSet<&str> = findings
        .iter()
        .filter(|found| found.file == file && (from..=to).contains(&found.line) && !found.rule.is_empty())
        .map(|found| found.rule.as_str())
        .collect();
    let mut attributes = vec![format!("#[onloop::{}]", kind.word())];
    if !rules.is_empty() {
        let rules: Vec<_> = rules.into_iter().collect();
        attributes.push(format!("#[onloop::allow({}, reason = \"TODO: say why it may\")]", rules.join(", ")));
    }
    let at = byte_of(text, line, column);
    let start = text[..at].rfind('\n').map_or_else(|| byte_of(text, 1, 1), |end| end + 1);
    let before = &text[start..at];
    if before.trim().is_empty() {
        let first_end = text.find('\n').unwrap_or_default();
        let end = if text[..first_end].ends_with('\r') { "\r\n" } else { "\n" };
        let lines: String = attributes.iter().flat_map(|attribute| [attribute, end, before]).collect();
        Some((at, lines))
    } else {
        // Something stands before it in the line.
        Some((at, attributes.iter().flat_map(|attribute| [attribute, " "]).collect()))
    }
}

/// Where a function begins behind its docs: line and column.
fn behind_docs(function: &Function) -> Option<(usize, usize)> {
    let tokens: Vec<TokenTree> = function.item.clone().into_iter().collect();
    let mut at = 0;
    while let [TokenTree::Punct(hash), TokenTree::Group(group), ..] = &tokens[at..] {
        let is_doc = group.stream().into_iter().next().is_some_and(|token| token.to_string() == "doc");
        if hash.as_char() != '#' || !is_doc {
            break;
        }
        at += 2;
    }
    let start = tokens.get(at)?.span().start();
    Some((start.line, start.column + 1))
}

/// A manifest without the crate among its dependencies, and with it.
fn with_dependency(manifest: &Path) -> Result<Option<(String, String)>, Failure> {
    let cannot = |why: String| Failure::new(format!("`{}` cannot be changed: {why}", manifest.display()));
    let old = std::fs::read_to_string(manifest).map_err(|error| cannot(error.to_string()))?;
    let mut document: toml_edit::DocumentMut =
        old.parse().map_err(|error: toml_edit::TomlError| cannot(error.to_string()))?;
    let dependencies = document.entry("dependencies").or_insert_with(toml_edit::table);
    let table = dependencies.as_table_like_mut().ok_or_else(|| cannot("`dependencies` is no table".to_owned()))?;
    let is_there = table.iter().any(|(name, what)| {
        name == "onloop" || what.get("package").and_then(toml_edit::Item::as_str) == Some("onloop")
    });
    if is_there {
        return Ok(None);
    }
    // For the checks alone: nothing is rewritten.
    let mut wanted = toml_edit::InlineTable::new();
    wanted.insert("version", NEEDED.into());
    wanted.insert("default-features", false.into());
    table.insert("onloop", toml_edit::value(wanted));
    Ok(Some((old, document.to_string())))
}
