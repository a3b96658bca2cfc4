//! Cargo's messages for tools: what `cargo check --message-format=json` writes, so that editors show the findings.

use std::io::Write;

use cargo_metadata::{Package, Target};
use serde_json::{Value, json};

use super::human;
use super::report::Report;
use crate::finding::{Finding, Level};

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> std::io::Result<()> {
    for found in &report.looked.findings {
        serde_json::to_writer(&mut *out, &message(report, found))?;
        writeln!(out)?;
    }
    let success = !report.looked.findings.iter().any(|found| found.level == Level::Deny);
    serde_json::to_writer(&mut *out, &json!({ "reason": "build-finished", "success": success }))?;
    writeln!(out)
}

fn message(report: &Report<'_>, found: &Finding) -> Value {
    let unit = report
        .workspace
        .units
        .iter()
        .find(|unit| report.workspace.packages[unit.package].name.as_str() == found.package);
    let package: Option<&Package> = unit.map(|unit| &report.workspace.packages[unit.package]);
    let target: Option<&Target> = unit.map(|unit| &unit.target);
    json!({
        "reason": "compiler-message",
        "package_id": package.map(|package| &package.id),
        "manifest_path": package.map(|package| &package.manifest_path),
        "target": target,
        "message": diagnostic(report, found),
    })
}

fn diagnostic(report: &Report<'_>, found: &Finding) -> Value {
    let child = |level: &str, message: &str, spans: Vec<Value>| json!({ "message": message, "code": null, "level": level, "spans": spans, "children": [], "rendered": null });
    let mut children = Vec::new();
    for link in &found.chain {
        let message = format!("`{}` at {}:{}", link.function, link.file, link.line);
        children.push(child("note", &message, vec![line(report, &link.file, link.line)]));
    }
    children.extend(found.help.lines().map(|help| child("help", help, Vec::new())));
    children.extend(found.notes.iter().map(|note| child("note", note, Vec::new())));
    json!({
        "$message_type": "diagnostic",
        "message": found.message,
        "code": { "code": found.code(), "explanation": null },
        "level": found.level.title(),
        "spans": [span(report, found)],
        "children": children,
        "rendered": format!("{}\n\n", human::rendered(report, found, false)),
    })
}

fn span(report: &Report<'_>, found: &Finding) -> Value {
    let source = report.disk.text(&report.workspace.file(&found.file));
    let source = source.as_deref().unwrap_or_default();
    let range = human::range_of(source, found);
    let lines = source.lines().enumerate().skip(found.line - 1).take(found.end_line + 1 - found.line);
    let text: Vec<_> = lines
        .map(|(n, line)| {
            let start = if n + 1 == found.line { found.column } else { 1 };
            let end = if n + 1 == found.end_line { found.end_column } else { line.chars().count() + 1 };
            json!({ "text": line, "highlight_start": start, "highlight_end": end })
        })
        .collect();
    json!({
        "file_name": found.file,
        "byte_start": range.start,
        "byte_end": range.end,
        "line_start": found.line,
        "line_end": found.end_line,
        "column_start": found.column,
        "column_end": found.end_column,
        "is_primary": true,
        "text": text,
        "label": null,
        "suggested_replacement": null,
        "suggestion_applicability": null,
        "expansion": null,
    })
}

/// A line of the chain, from its first letter to its last.
fn line(report: &Report<'_>, file: &str, line: usize) -> Value {
    let source = report.disk.text(&report.workspace.file(file));
    let text = source.as_deref().unwrap_or_default().lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
    let start = text.len() - text.trim_start().len();
    let place = Finding {
        file: file.to_owned(),
        line,
        column: start + 1,
        end_line: line,
        end_column: text.chars().count() + 1,
        ..Finding::nowhere()
    };
    let mut span = span(report, &place);
    span["is_primary"] = json!(true);
    span
}
