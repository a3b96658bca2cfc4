//! One line per finding, like the compiler's short messages.

use std::io::Write;

use super::human;
use super::report::{Report, notes};

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>, quiet: bool) -> std::io::Result<()> {
    for found in &report.looked.findings {
        let title = found.level.title();
        writeln!(out, "{}:{}:{}: {title}[{}]: {}", found.file, found.line, found.column, found.code(), found.message)?;
    }
    notes(out, report)?;
    if quiet { Ok(()) } else { human::summary(out, report) }
}
