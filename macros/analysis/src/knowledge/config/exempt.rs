//! `[[exempt]]` and `[levels]`: exemptions by path, and the levels of rules.
//!
//! Rules are known only above this layer: here their names are taken as written, with the place to report if one is
//! wrong.

use toml_span::value::{Table, ValueInner};
use toml_span::{Span, Value};

use super::{Reader, article};
use crate::knowledge::exempt::{Exempt, RuleName};

/// What a file may say of a rule.
const LEVELS: [&str; 3] = ["allow", "warn", "deny"];

impl Reader<'_> {
    pub(super) fn rule_name(&self, at: Span, written: &str) -> RuleName {
        let rule = written.strip_prefix("onloop::").unwrap_or(written).to_owned();
        RuleName { rule, place: format!("{}:{}", self.name, self.line(at)) }
    }

    /// `[levels]`: the attributes cannot but fail, so that they are for `cargo onloop`.
    pub(super) fn levels(&mut self, value: &Value<'_>) {
        let Some(table) = value.as_table() else {
            let help = "write `[levels]`, and below it lines as `untracked_spawn = \"warn\"`".to_owned();
            let found = article(value.as_ref().type_str());
            return self.problem(value.span, &format!("`levels` is a table, not {found}"), help);
        };
        for (key, value) in table {
            if let Some(level) = self.word(&key.name, value, &LEVELS) {
                let rule = self.rule_name(key.span, &key.name);
                if self.levels.iter().all(|(known, _)| known.rule != rule.rule) {
                    self.levels.push((rule, level));
                }
            }
        }
    }

    /// `[[exempt]]`
    pub(super) fn exempts(&mut self, value: &Value<'_>) {
        let Some(entries) = value.as_array() else {
            let found = article(value.as_ref().type_str());
            let help = "each entry begins with `[[exempt]]`, in double brackets".to_owned();
            return self.problem(value.span, &format!("`exempt` is a list, not {found}"), help);
        };
        for entry in entries {
            match entry.as_ref() {
                ValueInner::Table(table) => self.exempt(entry.span, table),
                other => {
                    let message = format!("an entry of `exempt` is a table, not {}", article(other.type_str()));
                    let help = "write `[[exempt]]`, and below it `path`, `rules` and `reason`".to_owned();
                    self.problem(entry.span, &message, help);
                }
            }
        }
    }

    fn exempt(&mut self, at: Span, table: &Table<'_>) {
        let (mut path, mut rules, mut has_reason) = (None, Vec::new(), false);
        for (key, value) in table {
            match &*key.name {
                "path" => path = self.paths(super::List::Harmless, value).first().map(|(path, _)| *path),
                "rules" => rules = self.rule_names(value),
                "reason" => has_reason = self.text("reason", value).is_some(),
                name => {
                    let message = format!("`[[exempt]]` has no key `{name}`");
                    let help = super::advice(name, "its keys are", &["path", "rules", "reason"]);
                    self.problem(key.span, &message, help);
                }
            }
        }
        let missing = [("path", path.is_none()), ("rules", rules.is_empty()), ("reason", !has_reason)];
        for (key, _) in missing.into_iter().filter(|(key, is_missing)| *is_missing && !table.contains_key(*key)) {
            let help = match key {
                "path" => "add the path of the function, module or type: `path = \"my_crate::module\"`",
                "rules" => "add the rules that it is exempt from: `rules = [\"blocking_call\"]`",
                _ => "add `reason = \"..\"`: why it may stay as it is",
            };
            self.problem(at, &format!("`[[exempt]]` is without `{key}`"), help.to_owned());
        }
        if let Some(path) = path {
            let path = path.split("::").map(str::to_owned).collect();
            self.project.exempts.push(Exempt { path, rules });
        }
    }

    fn rule_names(&mut self, value: &Value<'_>) -> Vec<RuleName> {
        let single = std::slice::from_ref(value);
        let mut rules = Vec::new();
        for value in value.as_array().map_or(single, Vec::as_slice) {
            if let Some(rule) = value.as_str() {
                rules.push(self.rule_name(value.span, rule));
            } else {
                let found = article(value.as_ref().type_str());
                let help = "write the names of rules: `rules = [\"blocking_call\"]`".to_owned();
                self.problem(value.span, &format!("the name of a rule is a string, not {found}"), help);
            }
        }
        rules
    }
}
