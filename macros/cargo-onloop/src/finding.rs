//! A finding, as it is reported, stored and compared.

use serde::{Deserialize, Serialize};

/// What becomes of what a rule finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Nothing.
    Allow,
    /// It is reported.
    Warn,
    /// It is reported, and the command fails.
    Deny,
}

impl Level {
    /// As options and `onloop.toml` name it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
        }
    }

    /// The compiler's name for reports at this level.
    pub(crate) fn title(self) -> &'static str {
        if self == Level::Deny { "error" } else { "warning" }
    }

    pub(crate) fn from_word(word: &str) -> Option<Level> {
        [Level::Allow, Level::Warn, Level::Deny].into_iter().find(|level| level.word() == word)
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// The rule's id; empty for what is wrong with the use of the attributes.
    pub(crate) rule: String,
    pub(crate) level: Level,
    pub(crate) package: String,
    /// Relative to the root of the workspace, with `/`.
    pub(crate) file: String,
    /// All from 1, in characters; the end is behind the last character.
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
    /// The path of the function in its crate.
    pub(crate) function: String,
    pub(crate) message: String,
    /// What to write instead; one line each.
    pub(crate) help: String,
    /// More to know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    /// The functions between the call and what blocks.
    pub(crate) chain: Vec<Link>,
    /// What is called, or what the rule points at.
    pub(crate) callee: String,
    /// Names the finding wherever it moves: package, function, rule and callee.
    pub(crate) key: String,
    /// What was found with the compiler's types.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_types: bool,
}

/// One step of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) function: String,
    pub(crate) file: String,
    pub(crate) line: usize,
}

impl Finding {
    /// What has a place only.
    pub(crate) fn nowhere() -> Finding {
        Finding {
            rule: String::new(),
            level: Level::Deny,
            package: String::new(),
            file: String::new(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            function: String::new(),
            message: String::new(),
            help: String::new(),
            notes: Vec::new(),
            chain: Vec::new(),
            callee: String::new(),
            key: String::new(),
            by_types: false,
        }
    }

    /// The key is made of what does not move with the lines.
    pub(crate) fn key_of(package: &str, function: &str, rule: &str, callee: &str) -> String {
        format!("{package} {function} {rule} {callee}")
    }

    /// The rule as messages name it.
    pub(crate) fn code(&self) -> String {
        if self.rule.is_empty() { "onloop".to_owned() } else { format!("onloop::{}", self.rule) }
    }

    /// In the order of the text.
    pub(crate) fn place(&self) -> (&str, usize, usize, &str) {
        (&self.file, self.line, self.column, &self.rule)
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn levels_read_as_they_are_written() {
        for level in [Level::Allow, Level::Warn, Level::Deny] {
            assert_eq!(Level::from_word(level.word()), Some(level));
        }
        assert_eq!(Level::from_word("forbid"), None);
    }
}
