//! Annotations for GitHub workflows: one line for each finding, shown next to the code of a pull request.

use std::io::Write;

use super::report::Report;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> std::io::Result<()> {
    for found in &report.looked.findings {
        let (level, file, code) = (found.level.title(), property(&found.file), property(&found.code()));
        let place = format!("file={file},line={},endLine={}", found.line, found.end_line);
        // Columns are for one line.
        let columns = if found.line == found.end_line {
            format!(",col={},endColumn={}", found.column, found.end_column)
        } else {
            String::new()
        };
        let mut text = vec![found.message.clone()];
        text.extend(found.chain.iter().map(|link| format!("{} at {}:{}", link.function, link.file, link.line)));
        text.extend(found.help.lines().map(|help| format!("help: {help}")));
        writeln!(out, "::{level} {place}{columns},title={code}::{}", data(&text.join("\n")))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_in_a_text_ends_it() {
        assert_eq!(data("a%\nb: c"), "a%25%0Ab: c");
        assert_eq!(property("onloop::x,y"), "onloop%3A%3Ax%2Cy");
    }
}
