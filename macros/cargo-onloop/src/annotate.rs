//! `cargo onloop annotate`: writes the attributes above the functions that the check covers, the dependency in
//! `Cargo.toml`, and on request the exemptions that today's findings need.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use onloop_analysis::Kind;
use proc_macro2::TokenTree;

use crate::check;
use crate::cli::{Annotate, Check};
use crate::compile::compile;
use crate::disk::Disk;
use crate::edit::{Changes, Edit, apply, byte_before, byte_of, line_of};
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::journal::Journal;
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
    // Before any source is read: it may bring files back.
    let asks = check.types && (annotate.write || annotate.diff);
    let journal = if annotate.write || asks { Some(Journal::open(&workspace, check)?) } else { None };
    let disk = Disk::default();
    let mut findings = if annotate.exempt { findings(&workspace, &disk, check)? } else { Vec::new() };
    let spots = spots(&workspace, &disk, annotate);
    let mut written = written(&workspace, &disk, &spots, &findings)?;
    if let Some(mut journal) = journal {
        if asks {
            // The compiler's run adds the dependency there, which goes with the rest.
            journal.watch(&workspace.root.join("Cargo.lock"))?;
        }
        journal.write(&written.changes.files())?;
        while asks && add_what_the_compiler_finds(&workspace, annotate, check, &written, &mut findings) {
            written = self::written(&workspace, &disk, &spots, &findings)?;
            journal.write(&written.changes.files())?;
        }
        if annotate.write {
            journal.keep();
        }
    }
    let count: usize = spots.values().map(BTreeMap::len).sum();
    if annotate.write {
        let files = output::count(written.changes.count(), "file");
        output::say(check, "Annotated", &format!("{} in {files}", output::count(count, "function")));
    } else if annotate.diff {
        written.changes.show(&workspace.root);
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

/// A function that gets an attribute.
#[derive(Debug)]
struct Spot {
    package: usize,
    kind: Kind,
    /// The lines that it takes up.
    lines: RangeInclusive<usize>,
}

/// The functions that get an attribute: by file, and by the byte at which it is written.
type Spots = BTreeMap<PathBuf, BTreeMap<usize, Spot>>;

fn spots(workspace: &Workspace, disk: &Disk, annotate: &Annotate) -> Spots {
    let mut spots = Spots::new();
    for unit in &workspace.units {
        let mut engine = engine(workspace, disk, annotate.selection.target.as_deref(), unit);
        for file in engine.files(unit.test) {
            let Some(text) = disk.text(&file) else { continue };
            let Ok(parsed) = parse(&text) else { continue };
            for function in walk(&parsed, engine.cfg()).functions {
                let How::Kind(kind, _) = function.how else { continue };
                if let (false, Some((at, lines))) = (function.is_marked, place(&text, &function)) {
                    let spot = Spot { package: unit.package, kind, lines };
                    spots.entry(file.clone()).or_default().insert(at, spot);
                }
            }
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    }
    spots
}

/// Where an attribute is written, and the lines of the function.
fn place(text: &str, function: &Function) -> Option<(usize, RangeInclusive<usize>)> {
    let (line, column) = behind_docs(function)?;
    let [from, _, to, _] = extent(function.item.clone())?;
    Some((byte_of(text, line, column), from..=to))
}

/// The files with attributes, and what is written into each of them.
#[derive(Debug, Default)]
struct Written {
    changes: Changes,
    edits: BTreeMap<PathBuf, Vec<Edit>>,
}

/// Writes attributes, and exemptions for the findings.
fn written(workspace: &Workspace, disk: &Disk, spots: &Spots, findings: &[Finding]) -> Result<Written, Failure> {
    let Written { mut changes, mut edits } = Written::default();
    let mut packages = BTreeSet::new();
    for (file, spots) in spots {
        let Some(text) = disk.text(file) else { continue };
        let shown = workspace.shown(file);
        let edit =
            |(&at, spot): (&usize, &Spot)| Edit { range: at..at, text: attribute(&text, at, spot, &shown, findings) };
        let here: Vec<_> = spots.iter().map(edit).collect();
        changes.0.insert(file.clone(), (text.to_string(), apply(&text, &here)));
        edits.insert(file.clone(), here);
        packages.extend(spots.values().map(|spot| spot.package));
    }
    for package in packages {
        let manifest = workspace.packages[package].manifest_path.as_std_path();
        if let Some((old, new)) = with_dependency(manifest)? {
            changes.0.insert(manifest.to_owned(), (old, new));
        }
    }
    Ok(Written { changes, edits })
}

/// What is written above a function.
fn attribute(text: &str, at: usize, spot: &Spot, file: &str, findings: &[Finding]) -> String {
    let rules: BTreeSet<&str> = findings
        .iter()
        .filter(|found| found.file == file && spot.lines.contains(&found.line) && !found.rule.is_empty())
        .map(|found| found.rule.as_str())
        .collect();
    let mut attributes = vec![format!("#[onloop::{}]", spot.kind.word())];
    if !rules.is_empty() {
        let rules: Vec<_> = rules.into_iter().collect();
        attributes.push(format!("#[onloop::allow({}, reason = \"TODO: say why it may\")]", rules.join(", ")));
    }
    let start = text[..at].rfind('\n').map_or_else(|| byte_of(text, 1, 1), |end| end + 1);
    let before = &text[start..at];
    if before.trim().is_empty() {
        let first_end = text.find('\n').unwrap_or_default();
        let end = if text[..first_end].ends_with('\r') { "\r\n" } else { "\n" };
        attributes.iter().flat_map(|attribute| [attribute, end, before]).collect()
    } else {
        // Something stands before it in the line.
        attributes.iter().flat_map(|attribute| [attribute, " "]).collect()
    }
}

/// Compiles what is written: the attributes ask the compiler about types, and what they report then needs an exemption
/// too. Whether there is something new.
fn add_what_the_compiler_finds(
    workspace: &Workspace,
    annotate: &Annotate,
    check: &Check,
    written: &Written,
    findings: &mut Vec<Finding>,
) -> bool {
    let said = match compile(workspace, &annotate.selection) {
        Ok(said) => said,
        Err(failure) => {
            output::say(check, "Note", &format!("what only the compiler finds is not exempt: {failure}"));
            return false;
        }
    };
    let known = findings.len();
    for error in said.errors.iter().filter(|error| !error.rules.is_empty()) {
        let Some((file, from, _)) = error.places.first() else { continue };
        let (Some((old, new)), Some(edits)) = (written.changes.0.get(file), written.edits.get(file)) else { continue };
        let line = line_of(old, byte_before(edits, byte_of(new, from.0, from.1)));
        let file = workspace.shown(file);
        for rule in &error.rules {
            if !findings.iter().any(|known| known.file == file && known.line == line && known.rule == *rule) {
                let (file, rule) = (file.clone(), rule.clone());
                findings.push(Finding { rule, file, line, ..Finding::nowhere() });
            }
        }
    }
    findings.len() > known
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
