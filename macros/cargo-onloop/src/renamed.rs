//! `--changed` where files have been renamed: the functions in them are in other modules now, and what was found in them
//! before is not new.

use std::collections::BTreeMap;

use crate::baseline::Counts;
use crate::finding::Finding;

/// Takes out what was found before in a function that is called the same but for its modules, in the same file or the one
/// that it was, and says how many those were. `now` is all that is found.
pub(crate) fn take_renamed(
    findings: &mut Vec<Finding>,
    before: Vec<Finding>,
    now: &Counts,
    renames: &BTreeMap<String, String>,
) -> usize {
    if renames.is_empty() {
        return 0;
    }
    let mut found = now.clone();
    let mut gone = before;
    gone.retain(|known| match found.get_mut(&known.key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    let all = findings.len();
    findings.retain(|finding| {
        let file = renames.get(&finding.file).unwrap_or(&finding.file);
        let is_same = |known: &Finding| {
            known.file == *file
                && (&known.package, &known.rule) == (&finding.package, &finding.rule)
                && is_same_but_for_modules(&known.function, &finding.function)
                && is_same_but_for_modules(&known.callee, &finding.callee)
        };
        match gone.iter().position(is_same) {
            Some(at) => {
                gone.swap_remove(at);
                false
            }
            None => true,
        }
    });
    all - findings.len()
}

/// `store::Disk::read` is `disk::Disk::read` in another module, and `Tape::read` is not.
fn is_same_but_for_modules(one: &str, other: &str) -> bool {
    let [mut one, mut other] = [one, other].map(|path| path.split("::").collect::<Vec<_>>());
    let mut is_named = false;
    while let (Some(a), Some(b)) = (one.last(), other.last())
        && a == b
    {
        is_named = true;
        one.pop();
        other.pop();
    }
    let is_module = |part: &&str| part.starts_with(|first: char| first.is_lowercase() || first == '_');
    is_named && one.iter().chain(&other).all(is_module)
}

#[cfg(test)]
mod tests {
    use super::is_same_but_for_modules as same;

    #[test]
    fn modules_are_renamed_and_types_are_not() {
        assert!(same("store::Disk::read", "disk::Disk::read") && same("read", "disk::read"));
        assert!(
            !same("Disk::read", "Tape::read") && !same("store::read", "store::write") && !same("Disk::read", "read")
        );
    }
}
