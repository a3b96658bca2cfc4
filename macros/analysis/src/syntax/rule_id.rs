//! The ids of rules that other layers mention.
//!
//! Each rule takes its id from its own file; a test compares these with the list of rules.

pub(crate) const BLOCKING_CALL: &str = "blocking_call";
pub(crate) const BLOCKING_TRANSITIVE: &str = "blocking_transitive";
pub(crate) const GUARD_ACROSS_AWAIT: &str = "guard_across_await";

#[cfg(test)]
mod tests {
    #[test]
    fn each_is_the_id_of_a_rule() {
        for id in [super::BLOCKING_CALL, super::BLOCKING_TRANSITIVE, super::GUARD_ACROSS_AWAIT] {
            assert!(crate::rules::RULES.iter().any(|rule| rule.id == id), "{id}");
        }
    }
}
