//! `cargo onloop explain` and `rules`: what the rules report, taken from the rules' own pages.

use std::fmt::Write as _;
use std::io::Write as _;

use onloop_analysis::page;
use onloop_analysis::rules::RULES;

use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::levels;

/// The page of a rule, without what only a browser shows.
pub(crate) fn explain(rule: &str) -> Result<u8, Failure> {
    let rule = rule.strip_prefix("onloop::").unwrap_or(rule).replace('-', "_");
    let page = page(&rule).ok_or_else(|| levels::unknown(&rule))?;
    print(&format!("# onloop::{rule} ({})\n\n{}", levels::default_of(&rule).word(), for_terminal(&page)));
    Ok(CLEAN)
}

/// The rules, each with its level and the first sentence of its page.
pub(crate) fn rules() -> u8 {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in RULES {
        let about = first_sentence(&section(&page(rule.id).unwrap_or_default(), "What it does"));
        // What comes behind a colon is on the page.
        let about = about.split(": ").next().unwrap_or_default().trim_end_matches('.');
        let level = levels::default_of(rule.id).word();
        let _ = writeln!(text, "{:width$}  {level:5}  {about}", rule.id);
    }
    print(&text);
    CLEAN
}

/// A pipe that nobody reads is not a failure.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// What stands below a heading, as running text.
pub(crate) fn section(page: &str, heading: &str) -> String {
    let lines = page.lines().skip_while(|line| line.strip_prefix("# ") != Some(heading)).skip(1);
    let lines: Vec<_> = lines.take_while(|line| !line.starts_with("# ")).collect();
    lines.join("\n").trim().replace("\n\n", "\u{0}").replace('\n', " ").replace('\u{0}', "\n\n")
}

/// Up to the first full stop that ends a word.
pub(crate) fn first_sentence(text: &str) -> String {
    text.find(". ").or_else(|| text.find(".\n")).map_or(text, |end| &text[..=end]).trim().to_owned()
}

/// Code without the words behind its fence, and without the lines that only the doctest needs.
fn for_terminal(page: &str) -> String {
    let mut in_code = false;
    let mut text = String::new();
    for line in page.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code && !line.starts_with("# ") {
            text.push_str("    ");
            text.push_str(line);
            text.push('\n');
        } else if !in_code {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{first_sentence, for_terminal, section};

    #[test]
    fn sections_and_sentences() {
        let page = "# What it does\nReports a\ncall. Of b.\n\n# Why is this bad\nIt is.\n";
        assert_eq!(section(page, "What it does"), "Reports a call. Of b.");
        assert_eq!(first_sentence("Reports a call. Of b."), "Reports a call.");
    }

    #[test]
    fn code_is_set_in() {
        assert_eq!(for_terminal("a\n```compile_fail\n# use b;\nc\n```\n"), "a\n    c\n");
    }
}
