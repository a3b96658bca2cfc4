//! One line per finding, like the compiler's short messages.

use std::io::Write;

use super::human;
use super::told::{Told, notes};

pub(super) fn write(out: &mut dyn Write, told: &Told<'_>, quiet: bool) -> std::io::Result<()> {
    for found in &told.looked.findings {
        let title = found.level.title();
        writeln!(out, "{}:{}:{}: {title}[{}]: {}", found.file, found.line, found.column, found.code(), found.message)?;
    }
    notes(out, told)?;
    if quiet { Ok(()) } else { human::summary(out, told) }
}
