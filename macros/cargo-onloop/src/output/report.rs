//! What is reported, and the parts that several formats have.

use std::io::Write;

use crate::disk::Disk;
use crate::looked::{Looked, Unknown};
use crate::select::Workspace;

/// What is reported.
pub(crate) struct Report<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) disk: &'a Disk,
    pub(crate) looked: &'a Looked,
    /// Keys of the baseline that nothing stands for any more.
    pub(crate) stale: &'a [String],
    /// How many findings are known, and so not reported; and in which way.
    pub(crate) known: usize,
    pub(crate) known_as: &'a str,
}

/// Everything but findings: what could not be checked, and what is wrong in `onloop.toml`.
pub(super) fn notes(out: &mut dyn Write, report: &Report<'_>) -> std::io::Result<()> {
    for (message, help) in &report.looked.problems {
        writeln!(out, "{}: {message}\n  = help: {help}", styled("warning", anstyle::AnsiColor::Yellow))?;
    }
    for unknown in &report.looked.unknown {
        writeln!(out, "{}: {}", styled("unknown", anstyle::AnsiColor::Yellow), shown_unknown(unknown))?;
    }
    for key in report.stale {
        let stale = styled("stale", anstyle::AnsiColor::Yellow);
        writeln!(
            out,
            "{stale}: the baseline holds `{key}`, which is no longer found: `cargo onloop prune` removes it"
        )?;
    }
    Ok(())
}

/// `src/lib.rs:3:5: it does not parse`
pub(crate) fn shown_unknown(unknown: &Unknown) -> String {
    let Unknown { file, line, column, why } = unknown;
    format!("{file}:{line}:{column}: {why}")
}

pub(super) fn styled(word: &str, color: anstyle::AnsiColor) -> String {
    let style = color.on_default().bold();
    format!("{style}{word}{style:#}")
}
