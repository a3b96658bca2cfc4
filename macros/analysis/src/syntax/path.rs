//! Paths as written.

use syn::ext::IdentExt as _;

/// A path as it is written, without generic arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Path {
    /// Begins with `::`.
    pub(crate) absolute: bool,
    pub(crate) segments: Vec<String>,
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.absolute { "::" } else { "" })?;
        f.write_str(&self.segments.join("::"))
    }
}

/// A path without its generic arguments.
pub(crate) fn path_of(path: &syn::Path) -> Path {
    Path {
        absolute: path.leading_colon.is_some(),
        segments: path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect(),
    }
}
