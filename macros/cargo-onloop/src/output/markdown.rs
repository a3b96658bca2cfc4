//! A Markdown table, for the summary of a workflow or a comment.

use std::collections::BTreeMap;
use std::io::Write;

use super::human;
use super::report::{Report, shown_unknown};

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> std::io::Result<()> {
    let looked = report.looked;
    writeln!(out, "## cargo onloop\n")?;
    let functions = human::count(looked.functions, "function");
    if looked.findings.is_empty() {
        writeln!(out, "Nothing found in {functions} of {}.", human::count(looked.files.len(), "file"))?;
    } else {
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for found in &looked.findings {
            *rules.entry(&found.rule).or_default() += 1;
        }
        let rules: Vec<_> = rules.iter().map(|(rule, count)| format!("`{rule}` {count}")).collect();
        writeln!(out, "{} in {functions}: {}.\n", human::count(looked.findings.len(), "finding"), rules.join(", "))?;
        writeln!(out, "| | place | function | what |\n| --- | --- | --- | --- |")?;
        for found in &looked.findings {
            let (level, place) = (found.level.title(), format!("{}:{}", found.file, found.line));
            let way = found.chain.iter().map(|link| format!(" → `{}` {}:{}", link.function, link.file, link.line));
            let what = format!("{}{}<br>{}", found.message, way.collect::<String>(), found.help.replace('\n', "<br>"));
            writeln!(
                out,
                "| {level} | `{}` | `{}` | {} `{}` |",
                cell(&place),
                cell(&found.function),
                cell(&what),
                found.code()
            )?;
        }
    }
    if !looked.unknown.is_empty() {
        writeln!(out, "\nNot looked at:\n")?;
        for unknown in &looked.unknown {
            writeln!(out, "- {}", shown_unknown(unknown))?;
        }
    }
    Ok(())
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
