//! Findings as the compiler shows its messages, with a summary by rule.

use std::collections::BTreeMap;
use std::io::Write;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level as Shown, Renderer, Snippet};

use super::report::{Report, notes, styled};
use crate::edit::byte_of;
use crate::finding::{Finding, Level};

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>, quiet: bool) -> std::io::Result<()> {
    for found in &report.looked.findings {
        writeln!(out, "{}\n", rendered(report, found, true))?;
    }
    notes(out, report)?;
    if quiet { Ok(()) } else { summary(out, report) }
}

/// One finding, as the compiler would show it.
pub(super) fn rendered(report: &Report<'_>, found: &Finding, styled: bool) -> String {
    let text = report.disk.text(&report.workspace.file(&found.file));
    let text = text.as_deref().unwrap_or_default();
    let level = if found.level == Level::Deny { Shown::ERROR } else { Shown::WARNING };
    let range = range_of(text, found);
    let snippet = Snippet::source(text).path(&*found.file).fold(true).annotation(AnnotationKind::Primary.span(range));
    let mut group = level.primary_title(&*found.message).element(snippet);
    for link in chain_of(found) {
        group = group.element(Shown::NOTE.message(link));
    }
    for help in found.help.lines() {
        group = group.element(Shown::HELP.message(help.to_owned()));
    }
    for note in &found.notes {
        group = group.element(Shown::NOTE.message(&**note));
    }
    let group = group.element(Shown::NOTE.message(explained(found)));
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

/// The rule, and the command that explains it.
fn explained(found: &Finding) -> String {
    if found.rule.is_empty() { found.code() } else { onloop_analysis::named(&found.rule) }
}

/// The way to what blocks, a line a step.
fn chain_of(found: &Finding) -> Vec<String> {
    let Some((last, way)) = found.chain.split_last() else { return Vec::new() };
    let way = way.iter().map(|link| format!("`{}` at {}:{}", link.function, link.file, link.line));
    way.chain([format!("calls `{}` at {}:{}", last.function, last.file, last.line)]).collect()
}

/// The bytes that a finding points at.
pub(super) fn range_of(text: &str, found: &Finding) -> std::ops::Range<usize> {
    let start = byte_of(text, found.line, found.column);
    let end = byte_of(text, found.end_line, found.end_column);
    start..end.max(start)
}

/// How many findings of which rule, and what else there is to know.
pub(super) fn summary(out: &mut dyn Write, report: &Report<'_>) -> std::io::Result<()> {
    let looked = report.looked;
    let mut rules: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for found in &looked.findings {
        let counts = rules.entry(if found.rule.is_empty() { "onloop" } else { &found.rule }).or_default();
        counts[usize::from(found.level == Level::Warn)] += 1;
    }
    for (rule, [errors, warnings]) in &rules {
        let level = if *errors > 0 { "error" } else { "warning" };
        writeln!(out, "{:>12} {rule}: {}", "", count(errors + warnings, level))?;
    }
    let functions = count(looked.functions, "function");
    let files = count(looked.files.len(), "file");
    let found = match looked.findings.len() {
        0 => "nothing found".to_owned(),
        n => count(n, "finding"),
    };
    let mut parts = vec![format!("{found} in {functions} of {files}")];
    if report.known > 0 {
        parts.push(format!("{} {}", report.known, report.known_as));
    }
    if !looked.unknown.is_empty() {
        parts.push(format!("{} unknown", count(looked.unknown.len(), "place")));
    }
    let line = parts.join("; ");
    let color = if looked.findings.iter().any(|found| found.level == Level::Deny) {
        anstyle::AnsiColor::Red
    } else {
        anstyle::AnsiColor::Green
    };
    writeln!(out, "{} {line}", styled("    Finished", color))
}

/// `1 file`, `2 files`
pub(crate) fn count(n: usize, of: &str) -> String {
    if n == 1 { format!("1 {of}") } else { format!("{n} {of}s") }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn one_is_no_plural() {
        assert_eq!((count(1, "file"), count(0, "file")), ("1 file".into(), "0 files".into()));
    }
}
