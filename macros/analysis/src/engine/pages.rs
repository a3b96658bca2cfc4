//! The pages of the rules, for a host that explains them: the docs at the head of their files.

use crate::rules::FILES;

/// The page of a rule, in Markdown.
#[must_use]
pub fn page(rule: &str) -> Option<String> {
    let (_, file) = FILES.iter().find(|(known, _)| *known == rule)?;
    let lines = file.lines().map_while(|line| line.strip_prefix("//!"));
    let page: String = lines.flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect();
    let exempting = format!(
        "\n# Where it is right\n\
         Exempt the function, statement or expression: `#[onloop::allow({rule}, reason = \"..\")]`. The guide's page\n\
         `exemptions` has the other ways.\n"
    );
    Some(page + &exempting)
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::rules::RULES;

    #[test]
    fn each_rule_has_its_page() {
        for rule in RULES {
            assert!(page(rule.id).is_some_and(|page| page.starts_with("# What it does\n")), "{}", rule.id);
        }
    }
}
