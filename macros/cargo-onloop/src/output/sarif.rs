//! SARIF 2.1.0, for GitHub's code scanning and other readers.

use std::io::Write;

use onloop_analysis::rules::RULES;
use serde_json::{Value, json};

use super::report::{Report, shown_unknown};
use crate::explain;
use crate::finding::{Finding, Level};
use crate::levels;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Where paths count from.
const ROOT: &str = "%SRCROOT%";

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report))?;
    writeln!(out)
}

fn log(report: &Report<'_>) -> Value {
    let rules: Vec<_> = RULES.iter().map(|rule| descriptor(rule.id)).collect();
    let results: Vec<_> = report.looked.findings.iter().map(result).collect();
    let notifications: Vec<_> = report
        .looked
        .unknown
        .iter()
        .map(|unknown| json!({ "level": "warning", "message": { "text": shown_unknown(unknown) } }))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-onloop",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notifications }],
            "results": results,
        }],
    })
}

fn descriptor(rule: &str) -> Value {
    let page = onloop_analysis::page(rule).unwrap_or_default();
    let text = |heading| explain::section(&page, heading);
    json!({
        "id": format!("onloop::{rule}"),
        "name": rule,
        "shortDescription": { "text": explain::first_sentence(&text("What it does")) },
        "fullDescription": { "text": text("What it does") },
        "help": { "text": text("Why is this bad"), "markdown": page },
        "defaultConfiguration": { "level": level(levels::default_of(rule)) },
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "none",
    }
}

fn location(file: &str, region: Value) -> Value {
    json!({ "artifactLocation": { "uri": as_uri(file), "uriBaseId": ROOT }, "region": region })
}

/// What a URI cannot hold is written in hexadecimal digits.
fn as_uri(file: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    file.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn result(found: &Finding) -> Value {
    let Finding { line, column, end_line, end_column, .. } = found;
    let region = json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
    let related: Vec<_> = found
        .chain
        .iter()
        .map(|link| {
            let place = location(&link.file, json!({ "startLine": link.line }));
            json!({ "physicalLocation": place, "message": { "text": link.function } })
        })
        .collect();
    let text = if found.help.is_empty() { found.message.clone() } else { format!("{}\n{}", found.message, found.help) };
    json!({
        "ruleId": found.code(),
        "level": level(found.level),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": location(&found.file, region),
            "logicalLocations": [{ "fullyQualifiedName": found.function, "kind": "function" }],
        }],
        "relatedLocations": related,
        "partialFingerprints": { "onloopKey/v1": found.key },
    })
}

#[cfg(test)]
mod tests {
    use super::as_uri;

    #[test]
    fn paths_are_written_as_addresses() {
        assert_eq!(as_uri("src/é b.rs"), "src/%C3%A9%20b.rs");
    }
}
