//! One finding per line, as a JSON object.

use std::io::Write;

use super::report::Report;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> std::io::Result<()> {
    for found in &report.looked.findings {
        serde_json::to_writer(&mut *out, found)?;
        writeln!(out)?;
    }
    Ok(())
}
