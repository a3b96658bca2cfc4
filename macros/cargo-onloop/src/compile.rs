//! What the compiler says of the code as it is now.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Applicability, Diagnostic, DiagnosticLevel, DiagnosticSpan};
use onloop_analysis::page;

use crate::cli::Selection;
use crate::edit::Edit;
use crate::failure::Failure;
use crate::select::Workspace;

/// A line and a column, both from 1, in characters.
pub(crate) type At = (usize, usize);

/// An error.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub(crate) text: String,
    /// The rules that its notes name: it comes from an attribute.
    pub(crate) rules: BTreeSet<String>,
    /// What it points at, what it is about first: files, with the line and column of beginning and end.
    pub(crate) places: Vec<(PathBuf, At, At)>,
}

/// All that the compiler says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) errors: Vec<Complaint>,
    /// Imports that nobody uses, and how to take them out.
    pub(crate) unused: Vec<Suggestion>,
}

/// A warning, and how to follow it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Suggestion {
    pub(crate) file: PathBuf,
    pub(crate) text: String,
    pub(crate) edits: Vec<Edit>,
}

/// Asks the compiler.
pub(crate) fn compile(workspace: &Workspace, selection: &Selection) -> Result<Said, Failure> {
    let output = run(workspace, selection, "check", &[])?;
    let mut said = Said::default();
    for told in messages(&output) {
        if has_code(&told, "unused_imports") {
            said.unused.extend(suggestion(workspace, &told));
        } else if told.level == DiagnosticLevel::Error && !told.spans.is_empty() {
            said.errors.push(complaint(workspace, &told));
        }
    }
    if said.errors.is_empty() && !output.status.success() {
        return Err(Failure::new(format!("cargo check fails: {}", String::from_utf8_lossy(&output.stderr).trim())));
    }
    Ok(said)
}

/// Asks clippy for one lint; nothing where there is no clippy.
pub(crate) fn lint(workspace: &Workspace, selection: &Selection, lint: &str) -> Vec<Suggestion> {
    let Ok(output) = run(workspace, selection, "clippy", &["--", "-A", "clippy::all", "-W", lint]) else {
        return Vec::new();
    };
    messages(&output).filter(|told| has_code(told, lint)).filter_map(|told| suggestion(workspace, &told)).collect()
}

fn run(workspace: &Workspace, selection: &Selection, command: &str, rest: &[&str]) -> Result<Output, Failure> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&workspace.root).args([command, "--message-format=json", "--quiet", "--keep-going"]);
    cargo.args(crate::options::options(workspace, selection)).args(rest);
    cargo.output().map_err(|error| Failure::new(format!("cargo cannot be run: {error}")))
}

fn messages(output: &Output) -> impl Iterator<Item = Diagnostic> {
    Message::parse_stream(&output.stdout[..]).flatten().filter_map(|message| match message {
        Message::CompilerMessage(message) => Some(message.message),
        _ => None,
    })
}

fn has_code(told: &Diagnostic, code: &str) -> bool {
    told.code.as_ref().is_some_and(|known| known.code == code)
}

/// The rules that an error of ours names.
fn rules(told: &Diagnostic) -> BTreeSet<String> {
    let texts = std::iter::once(&told.message).chain(told.children.iter().map(|child| &child.message));
    let named = texts.flat_map(|text| text.split("onloop::").skip(1));
    let word = |text: &str| text.split(|next: char| !next.is_alphanumeric() && next != '_').next().map(str::to_owned);
    named.filter_map(word).filter(|word| page(word).is_some()).collect()
}

fn complaint(workspace: &Workspace, told: &Diagnostic) -> Complaint {
    let code = told.code.as_ref().map(|code| format!("[{}]", code.code)).unwrap_or_default();
    let place = |span: &DiagnosticSpan| {
        let (from, to) = ((span.line_start, span.column_start), (span.line_end, span.column_end));
        (workspace.file(&span.file_name), from, to)
    };
    let mut spans: Vec<&DiagnosticSpan> = told.spans.iter().collect();
    // Of a value that is gone the use is pointed at, but where it went is what is wrong.
    let has_moved = |span: &DiagnosticSpan| span.label.as_ref().is_some_and(|label| label.contains("moved"));
    spans.sort_by_key(|span| (!has_moved(span), !span.is_primary));
    let notes = told.children.iter().flat_map(|note| &note.spans);
    let places = spans.into_iter().chain(notes).map(place).collect();
    Complaint { text: format!("error{code}: {}", told.message), rules: rules(told), places }
}

/// Where the compiler knows how to take it out.
fn suggestion(workspace: &Workspace, told: &Diagnostic) -> Option<Suggestion> {
    let file = workspace.file(&told.spans.first()?.file_name);
    let spans = told.children.iter().flat_map(|child| &child.spans);
    let spans = spans.filter(|span| span.suggestion_applicability == Some(Applicability::MachineApplicable));
    let edits: Vec<Edit> = spans.filter_map(|span| edit(&file, workspace, span)).collect();
    Some(Suggestion { file, text: told.message.clone(), edits }).filter(|suggestion| !suggestion.edits.is_empty())
}

fn edit(file: &Path, workspace: &Workspace, span: &DiagnosticSpan) -> Option<Edit> {
    let text = span.suggested_replacement.clone()?;
    let range = usize::try_from(span.byte_start).ok()?..usize::try_from(span.byte_end).ok()?;
    (workspace.file(&span.file_name) == file).then_some(Edit { range, text })
}
