//! `--types`: where the source does not show what is called, clippy does.
//!
//! Stock clippy gets a configuration made from the catalogue, and reports every call on its list, through any types,
//! traits, macros and imports. We keep the calls that run on the loop, as far as the engine knows, and that are not
//! exempt. The compiler works in a separate folder, so that it does not disturb other builds. Like every build, it runs
//! build scripts and procedural macros.
//!
//! A copy of the sources with the attributes written in, compiled through a wrapper of the compiler, finds as much, and
//! needs more: the crate as a dependency, a second run of the compiler for each crate with a finding, and paths that are
//! mapped back. What only the attributes find (methods of `Read` and `Write`) is left to them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticSpan;
use onloop_analysis::catalogue::{self, Entry, Kind};
use onloop_analysis::{Engine, Known, Place, rule_id};
use proc_macro2::{Span, TokenStream};

use crate::cli::Check;
use crate::disk::Disk;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::levels;
use crate::look::{engine, extent, parse};
use crate::looked::Looked;
use crate::select::Workspace;
use crate::walk::{Function, How, walk};
use crate::write::write_whole;

/// A call that clippy has reported.
struct Reported {
    line: usize,
    column: usize,
    entry: Entry,
}

/// Adds what only the types tell.
pub(crate) fn add(workspace: &Workspace, disk: &Disk, check: &Check, looked: &mut Looked) -> Result<(), Failure> {
    let folder = workspace.target_dir.join("onloop").join("types");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::new(format!("`{}` cannot be made: {error}", folder.display())))?;
    write_whole(&folder.join("clippy.toml"), &configuration())?;
    let reported = ask(workspace, &folder, check)?;
    let mut known: BTreeSet<(String, usize, usize)> =
        looked.findings.iter().map(|found| (found.file.clone(), found.line, found.column)).collect();
    let mut left = reported;
    for unit in &workspace.units {
        let mut engine = engine(workspace, disk, check.selection.target.as_deref(), unit);
        let project = engine.project_config();
        let level = levels::of_project(&project.levels);
        let package = workspace.packages[unit.package].name.to_string();
        for file in engine.files(unit.test) {
            let Some(calls) = left.remove(&file) else { continue };
            for (function, call, reported) in on_loop(&mut engine, disk, &file, calls) {
                let mut finding = finding(workspace, &file, &package, &function, &call, &reported);
                finding.level = level(&finding.rule, false);
                if known.insert((finding.file.clone(), finding.line, finding.column)) {
                    looked.findings.push(finding);
                }
            }
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    }
    looked.sort();
    Ok(())
}

/// Clippy's configuration: each call of the catalogue that always blocks.
fn configuration() -> String {
    let mut made = String::new();
    for (key, is_macro) in [("disallowed-methods", false), ("disallowed-macros", true)] {
        let _ = writeln!(made, "{key} = [");
        let mut paths = BTreeSet::new();
        for entry in catalogue::calls()
            .filter(|entry| catalogue::is_for_clippy(entry) && (entry.kind == Kind::Macro) == is_macro)
        {
            for path in std::iter::once(entry.path).chain(entry.aliases()).filter(|path| paths.insert(*path)) {
                let _ = writeln!(made, "    {{ path = {path:?}, allow-invalid = true }},");
            }
        }
        made += "]\n";
    }
    made
}

/// Runs clippy, and returns the calls that it reports, by file.
fn ask(workspace: &Workspace, folder: &Path, check: &Check) -> Result<BTreeMap<PathBuf, Vec<Reported>>, Failure> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&workspace.root).arg("clippy").args(["--message-format=json", "--quiet", "--keep-going"]);
    command.env("CLIPPY_CONF_DIR", folder).env("CARGO_TARGET_DIR", folder);
    command.args(crate::options::options(workspace, &check.selection));
    command.args(["--", "-A", "clippy::all"]);
    for lint in ["clippy::disallowed_methods", "clippy::disallowed_macros"] {
        command.args(["--force-warn", lint]);
    }
    let output = command.output().map_err(|error| Failure::new(format!("clippy cannot be run: {error}")))?;
    let mut reported: BTreeMap<PathBuf, Vec<Reported>> = BTreeMap::new();
    let mut is_any = false;
    for message in Message::parse_stream(&output.stdout[..]).flatten() {
        is_any = true;
        let Message::CompilerMessage(message) = message else { continue };
        let code = message.message.code.as_ref().map(|code| code.code.as_str());
        if !matches!(code, Some("clippy::disallowed_methods" | "clippy::disallowed_macros")) {
            continue;
        }
        let entry = message.message.message.split('`').nth(1).and_then(catalogue::call);
        for span in message.message.spans.iter().filter(|span| span.is_primary) {
            if let (Some(entry), Some(place)) = (entry, written_at(span)) {
                let file = workspace.file(&place.file_name);
                reported.entry(file).or_default().push(Reported {
                    line: place.line_start,
                    column: place.column_start,
                    entry,
                });
            }
        }
    }
    if !is_any && !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Failure::new(format!("`--types` needs clippy, which fails: {stderr}")));
    }
    Ok(reported)
}

/// Where the code stands that a macro may have written: at the macro's call.
fn written_at(span: &DiagnosticSpan) -> Option<&DiagnosticSpan> {
    match &span.expansion {
        Some(expansion) => written_at(&expansion.span),
        None => Some(span).filter(|span| !span.file_name.starts_with('<')),
    }
}

/// Those of the calls that run on the loop and are not exempt, with the paths of their functions.
fn on_loop(engine: &mut Engine, disk: &Disk, file: &Path, reported: Vec<Reported>) -> Vec<(String, Known, Reported)> {
    let Some(parsed) = disk.text(file).and_then(|text| parse(&text).ok()) else { return Vec::new() };
    let mut functions = walk(&parsed, engine.cfg()).functions;
    let mut found = Vec::new();
    let mut left = reported;
    // The innermost function stands last.
    while let Some(Function { how, item, .. }) = functions.pop() {
        let Some([from, _, to, _]) = extent(item.clone()) else { continue };
        let (inside, outside): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|reported| (from..=to).contains(&reported.line));
        left = outside;
        if inside.is_empty() {
            continue;
        }
        let place = |span: Span| {
            let start = span.start();
            (start.line > 0).then(|| Place { file: file.to_owned(), line: start.line, column: start.column + 1 })
        };
        let (kind, arguments) = match how {
            How::Kind(kind, arguments) => (Some(kind), arguments),
            How::Tasks => (None, TokenStream::new()),
        };
        let Some(why) = engine.why(kind, arguments, item, &place) else { continue };
        let mut inside = inside;
        for call in why.calls.into_iter().filter(|call| call.is_on_loop && !call.is_exempt && !call.is_awaited) {
            let Some([line, column, end_line, end_column]) = extent(call.tokens.clone()) else { continue };
            let is_meant = |reported: &Reported| {
                let at = (reported.line, reported.column);
                (line, column) <= at && at < (end_line, end_column)
            };
            if let Some(at) = inside.iter().position(is_meant) {
                found.push((why.function.clone(), call, inside.remove(at)));
            }
        }
    }
    found
}

fn finding(
    workspace: &Workspace,
    file: &Path,
    package: &str,
    function: &str,
    call: &Known,
    reported: &Reported,
) -> Finding {
    let [line, column, end_line, end_column] =
        extent(call.tokens.clone()).unwrap_or([reported.line, reported.column, reported.line, reported.column]);
    let rule = rule_id::BLOCKING_CALL;
    let Entry { path, .. } = reported.entry;
    Finding {
        rule: rule.to_owned(),
        package: package.to_owned(),
        file: workspace.shown(file),
        line,
        column,
        end_line,
        end_column,
        function: function.to_owned(),
        message: format!("`{}` blocks the event loop: it is `{path}`", call.written),
        help: reported.entry.advice(),
        callee: path.to_owned(),
        key: Finding::key_of(package, function, rule, path),
        by_types: true,
        ..Finding::nowhere()
    }
}

#[cfg(test)]
mod tests {
    use super::configuration;

    #[test]
    fn clippy_is_told_of_what_always_blocks() {
        let made = configuration();
        assert!(made.contains("{ path = \"std::fs::read\", allow-invalid = true },"));
        assert!(!made.contains("\"std::sync::Mutex::lock\""), "an uncontended lock does not always block");
        let parsed: toml_edit::DocumentMut = made.parse().unwrap();
        assert!(parsed["disallowed-methods"].as_array().unwrap().len() > 1000);
    }
}
