//! The level of each rule's findings: by default, by `onloop.toml`, by the command line.

use onloop_analysis::rule_id;
use onloop_analysis::rules::{RULES, requested_by};

use crate::failure::Failure;
use crate::finding::{Finding, Level};

/// Rules that should not fail the check in code that does not know a hub: their findings are right, but common.
const WARNINGS: &[&str] = &[rule_id::UNTRACKED_SPAWN];

/// Without anybody saying anything.
pub(crate) fn default_of(rule: &str) -> Level {
    if requested_by(rule).is_some() { Level::Allow } else { of_requested(rule) }
}

/// Where an attribute or the project asks for the rule, if that needs asking for.
fn of_requested(rule: &str) -> Level {
    if WARNINGS.contains(&rule) { Level::Warn } else { Level::Deny }
}

/// As the project's file says. A rule on request that nobody asked for says nothing.
pub(crate) fn of_project(said: &[(String, String)]) -> impl Fn(&str, bool) -> Level {
    move |rule, is_unrequested| {
        let said = said.iter().find(|(known, _)| known == rule);
        let of_rule = || if is_unrequested { default_of(rule) } else { of_requested(rule) };
        said.and_then(|(_, level)| Level::from_word(level)).unwrap_or_else(of_rule)
    }
}

/// The levels of the command line, by rules that exist.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(Vec<(String, Level)>);

impl Given {
    pub(crate) fn new(given: Vec<(String, Level)>) -> Result<Given, Failure> {
        let mut levels = Vec::new();
        for (written, level) in given {
            for rule in written.split(',').filter(|rule| !rule.is_empty()) {
                let rule = rule.strip_prefix("onloop::").unwrap_or(rule).replace('-', "_");
                if !is_rule(&rule) && rule != "all" {
                    return Err(unknown(&rule));
                }
                levels.push((rule, level));
            }
        }
        Ok(Given(levels))
    }

    /// Takes out what is allowed, and gives the others their level.
    pub(crate) fn apply(&self, findings: &mut Vec<Finding>) {
        for finding in findings.iter_mut() {
            // What is on request is asked for by its name.
            let is_silent = finding.level == Level::Allow && requested_by(&finding.rule).is_some();
            let given = self.0.iter().rev().find(|(rule, _)| *rule == finding.rule || rule == "all" && !is_silent);
            if let Some((_, level)) = given {
                finding.level = *level;
            }
        }
        findings.retain(|finding| finding.level != Level::Allow);
    }
}

pub(crate) fn is_rule(name: &str) -> bool {
    RULES.iter().any(|rule| rule.id == name)
}

/// The rule does not exist.
pub(crate) fn unknown(name: &str) -> Failure {
    let known: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    Failure::new(format!("there is no rule `{name}`")).help(format!("the rules are {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{Given, default_of, of_project};
    use crate::finding::Level;

    #[test]
    fn what_is_on_request_is_silent_until_then() {
        assert_eq!(default_of("sequential_jobs"), Level::Allow);
        assert_eq!(of_project(&[])("sequential_jobs", true), Level::Allow);
        assert_eq!(of_project(&[])("sequential_jobs", false), Level::Deny);
        let said = [("sequential_jobs".to_owned(), "warn".to_owned())];
        assert_eq!(of_project(&said)("sequential_jobs", true), Level::Warn);
    }

    #[test]
    fn the_later_of_two_counts() {
        assert_eq!(default_of("untracked_spawn"), Level::Warn);
        assert_eq!(default_of("blocking_call"), Level::Deny);
        let said = [("blocking_call".to_owned(), "warn".to_owned())];
        assert_eq!(of_project(&said)("blocking_call", false), Level::Warn);
        assert!(Given::new(vec![("sleep".into(), Level::Deny)]).is_err());
        let given = Given::new(vec![("all".into(), Level::Allow), ("onloop::blocking-call".into(), Level::Warn)]);
        assert_eq!(given.unwrap().0[1], ("blocking_call".into(), Level::Warn));
    }
}
