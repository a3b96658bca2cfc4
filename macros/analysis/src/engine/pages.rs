//! The pages of the rules, for a host that explains them: the docs at the head of their files.

macro_rules! pages {
    ($($rule:ident)*) => {
        &[$((stringify!($rule), include_str!(concat!("../rules/", stringify!($rule), ".rs"))),)*]
    };
}

/// By rule, with the code below.
const FILES: &[(&str, &str)] = pages! {
    async_blocking
    async_callback
    await_in_callback
    blocking_call
    blocking_drop
    blocking_transitive
    busy_wait
    cancel_unsafe
    double_lock
    dropped_future
    endless_loop
    endless_task
    futile_timeout
    guard_across_await
    missing_reason
    sequential_jobs
    sync_coroutine
    unfulfilled_expectation
    untracked_spawn
};

/// The page of a rule, in Markdown.
#[must_use]
pub fn page(rule: &str) -> Option<String> {
    let (_, file) = FILES.iter().find(|(known, _)| *known == rule)?;
    let lines = file.lines().map_while(|line| line.strip_prefix("//!"));
    Some(lines.flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect())
}

#[cfg(test)]
mod tests {
    use super::{FILES, page};
    use crate::rules::RULES;

    #[test]
    fn each_rule_has_its_page() {
        let missing: Vec<_> = RULES.iter().filter(|rule| page(rule.id).is_none()).map(|rule| rule.id).collect();
        assert!(missing.is_empty(), "add to `FILES`: {missing:?}");
        assert_eq!(FILES.len(), RULES.len(), "a rule that is gone stands in `FILES`");
        assert!(page("blocking_call").unwrap().starts_with("# What it does\n"));
    }
}
