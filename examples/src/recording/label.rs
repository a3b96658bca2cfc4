//! What functions are called where there is little room.

/// The last part of its path. A closure has the name of the function around it, and its line.
pub(super) fn label(path: &str, line: &str) -> String {
    let mut parts = path.rsplit("::");
    match (parts.next(), parts.next()) {
        (Some("{closure}"), Some(around)) => format!("{around}:{line}"),
        (Some(name), _) => name.to_owned(),
        (None, _) => path.to_owned(),
    }
}
