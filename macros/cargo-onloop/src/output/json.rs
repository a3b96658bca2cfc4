//! One finding per line, as a JSON object.

use std::io::Write;

use super::told::Told;

pub(super) fn write(out: &mut dyn Write, told: &Told<'_>) -> std::io::Result<()> {
    for found in &told.looked.findings {
        serde_json::to_writer(&mut *out, found)?;
        writeln!(out)?;
    }
    Ok(())
}
