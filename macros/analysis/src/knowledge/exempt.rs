//! What `onloop.toml` exempts, by path.

/// A word that names a rule, or should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleName {
    pub(crate) rule: String,
    /// `onloop.toml:3`
    pub(crate) place: String,
}

/// Functions that are exempt: the one of that path, or all in the module or type of that path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exempt {
    /// The names of the path; the first is that of the crate, or `crate`.
    pub(crate) path: Vec<String>,
    pub(crate) rules: Vec<RuleName>,
}

impl Exempt {
    /// Whether it is about the item of that path in the crate.
    pub(crate) fn is_about(&self, crate_name: &str, item: &[String]) -> bool {
        let Some((krate, path)) = self.path.split_first() else { return false };
        (krate == "crate" || krate == crate_name) && item.len() >= path.len() && item[..path.len()] == *path
    }
}
