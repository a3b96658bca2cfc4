//! `cargo onloop fix`: makes mechanical repairs. Each change is compiled, and reverted if it does not compile.
//!
//! This command runs the compiler, and with it the build scripts and procedural macros of the code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;

use crate::check;
use crate::cli::{Check, Fix};
use crate::disk::Disk;
use crate::edit::{Changes, Edit, apply};
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::journal::{self, Journal};
use crate::levels::Given;
use crate::mend::{self, Mended};
use crate::output;
use crate::select::Workspace;

/// A file, and what is mended in it.
type Files = BTreeMap<PathBuf, (String, Vec<Mended>)>;

pub(crate) fn fix(fix: &Fix, check: &Check) -> Result<u8, Failure> {
    let workspace = Workspace::load(&fix.selection)?;
    let recovered = journal::recover(&workspace.target_dir);
    if recovered > 0 {
        output::say(check, "Restored", &format!("{} of an interrupted run", output::count(recovered, "file")));
    }
    if !fix.diff {
        is_clean(&workspace.root, fix)?;
    }
    let disk = Disk::default();
    let mut looked = check::findings(&workspace, &disk, check)?;
    Given::default().apply(&mut looked.findings);
    let mut files = Files::new();
    for found in &looked.findings {
        let path = workspace.root.join(&found.file);
        let Some(text) = disk.text(&path) else { continue };
        let entry = files.entry(path).or_insert_with(|| (text.to_string(), Vec::new()));
        entry.1.extend(mend::mend(&text, found));
    }
    files.retain(|_, (_, mended)| !mended.is_empty());
    let tried: usize = files.values().map(|(_, mended)| mended.len()).sum();
    if tried > 0 {
        let mut journal = Journal::new(&workspace.target_dir);
        keep_what_compiles(&workspace, &mut files, fix, &mut journal)?;
        if !fix.diff {
            journal.keep();
        }
    }
    let kept: usize = files.values().map(|(_, mended)| mended.len()).sum();
    if fix.diff {
        changes(&files).show(&workspace.root);
    }
    let back =
        if tried > kept { format!("; {} taken back, since it did not compile", tried - kept) } else { String::new() };
    let left = looked.findings.len() - kept;
    let word = if fix.diff { "Would fix" } else { "Fixed" };
    output::say(check, word, &format!("{}{back}; {left} left", output::count(kept, "finding")));
    Ok(CLEAN)
}

fn changes(files: &Files) -> Changes {
    let changed = files.iter().map(|(path, (text, mended))| {
        let edits: Vec<Edit> = mended.iter().flat_map(|mended| mended.edits.clone()).collect();
        (path.clone(), (text.clone(), apply(text, &edits)))
    });
    Changes(changed.collect())
}

/// Compiles, and reverts the changes at the places of errors, until there are no errors.
fn keep_what_compiles(
    workspace: &Workspace,
    files: &mut Files,
    fix: &Fix,
    journal: &mut Journal,
) -> Result<(), Failure> {
    let errors = compile(workspace, fix)?;
    if let Some((_, _, error)) = errors.first() {
        return Err(Failure::new(format!("the code does not compile as it is: {error}")));
    }
    loop {
        let changes = changes(files);
        for (path, (old, new)) in &changes.0 {
            journal.write(path, old, new)?;
        }
        let errors = compile(workspace, fix)?;
        if errors.is_empty() {
            return Ok(());
        }
        let before: usize = files.values().map(|(_, mended)| mended.len()).sum();
        for (path, (_, mended)) in files.iter_mut() {
            let lines: Vec<usize> = errors.iter().filter(|(file, ..)| file == path).map(|(_, line, _)| *line).collect();
            // Changes add no lines before the last of a file's, but for those of guards, which add one each.
            mended.retain(|mended| !lines.iter().any(|line| mended.is_near(*line)));
        }
        let after: usize = files.values().map(|(_, mended)| mended.len()).sum();
        if before == after {
            // It is somewhere else: then none of those in the files with errors is kept, or none at all.
            let is_hit = |path: &Path| errors.iter().any(|(file, ..)| file == path);
            let any = files.iter().any(|(path, (_, mended))| is_hit(path) && !mended.is_empty());
            for (path, (_, mended)) in files.iter_mut() {
                if !any || is_hit(path) {
                    mended.clear();
                }
            }
        }
    }
}

/// The errors of the compiler: file, line and text.
fn compile(workspace: &Workspace, fix: &Fix) -> Result<Vec<(PathBuf, usize, String)>, Failure> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&workspace.root).args(["check", "--message-format=json", "--quiet"]);
    command.args(crate::options::options(workspace, &fix.selection));
    let output = command.output().map_err(|error| Failure::new(format!("cargo cannot be run: {error}")))?;
    let mut errors = Vec::new();
    for message in Message::parse_stream(&output.stdout[..]).flatten() {
        let Message::CompilerMessage(message) = message else { continue };
        if message.message.level == DiagnosticLevel::Error {
            for span in message.message.spans.iter().filter(|span| span.is_primary) {
                let file = workspace.root.join(&span.file_name);
                errors.push((file, span.line_start, message.message.message.clone()));
            }
        }
    }
    if errors.is_empty() && !output.status.success() {
        return Err(Failure::new(format!("cargo check fails: {}", String::from_utf8_lossy(&output.stderr).trim())));
    }
    Ok(errors)
}

/// Whether everything is committed, so that the changes can be told from what was there before.
fn is_clean(root: &Path, fix: &Fix) -> Result<(), Failure> {
    if fix.allow_dirty {
        return Ok(());
    }
    let status = Command::new("git").current_dir(root).args(["status", "--porcelain"]).output();
    match status {
        Ok(status) if status.status.success() && status.stdout.is_empty() => Ok(()),
        Ok(status) if status.status.success() => {
            Err(Failure::new("there are changes that are not committed").help("commit them, or use `--allow-dirty`"))
        }
        _ if fix.allow_no_vcs => Ok(()),
        _ => Err(Failure::new("there is no version control that could bring back what is changed")
            .help("use `--allow-no-vcs` if that is fine")),
    }
}
