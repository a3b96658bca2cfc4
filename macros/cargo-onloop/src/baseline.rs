//! The baseline: known findings, which are not reported.
//!
//! A finding is identified by its key, which contains no line. The baseline counts how often each key occurs: one more
//! of the same key is new.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::finding::Finding;
use crate::select::Workspace;
use crate::write::write_whole;

/// The name of the file in the root of the workspace.
const NAME: &str = "onloop-baseline.json";
/// Files of another version are not read.
const VERSION: u32 = 1;

/// How often each key is found.
pub(crate) type Counts = BTreeMap<String, usize>;

#[derive(Debug, Serialize, Deserialize)]
struct File {
    version: u32,
    findings: Counts,
}

/// Read before the rest, which may be anything.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Where the baseline is.
pub(crate) fn path(workspace: &Workspace, given: Option<&Path>) -> PathBuf {
    given.map_or_else(|| workspace.root.join(NAME), Path::to_owned)
}

/// Reads the baseline; nothing where there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Counts>, Failure> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::new(format!("`{}` cannot be read: {error}", path.display()))),
    };
    let help = "write it anew with `--write-baseline`, or leave it out with `--no-baseline`";
    let wrong = |what: String| Failure::new(format!("`{}` is no baseline: {what}", path.display())).help(help);
    let Version { version } = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if version != VERSION {
        let message = format!("`{}` is of version {version}, and this command knows {VERSION}", path.display());
        return Err(Failure::new(message).help(help));
    }
    let file: File = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    Ok(Some(file.findings))
}

/// Writes the baseline as a whole or not at all.
pub(crate) fn write(path: &Path, findings: Counts) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(&File { version: VERSION, findings }).unwrap_or_default();
    text.push('\n');
    write_whole(path, &text)
}

/// How often each key is found.
pub(crate) fn count(findings: &[Finding]) -> Counts {
    let mut counts = Counts::new();
    for finding in findings {
        *counts.entry(finding.key.clone()).or_default() += 1;
    }
    counts
}

/// Takes out as many findings of each key as are known, and says how many those were.
pub(crate) fn take_known(findings: &mut Vec<Finding>, known: &Counts) -> usize {
    let mut left = known.clone();
    let before = findings.len();
    findings.retain(|finding| match left.get_mut(&finding.key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    before - findings.len()
}

/// What is known and no longer found, of the packages that were looked at.
pub(crate) fn stale(known: &Counts, found: &Counts, packages: &[String]) -> Counts {
    let is_looked_at = |key: &str| packages.iter().any(|package| is_of(key, package));
    let gone = known.iter().filter(|(key, _)| is_looked_at(key)).map(|(key, count)| {
        let left = found.get(key).copied().unwrap_or_default();
        (key.clone(), count.saturating_sub(left))
    });
    gone.filter(|(_, count)| *count > 0).collect()
}

/// Whether a key is that of a finding in the package.
fn is_of(key: &str, package: &str) -> bool {
    key.split(' ').next() == Some(package)
}

/// The baseline with these packages anew, and the others as they were.
pub(crate) fn renewed(known: &Counts, found: Counts, packages: &[String]) -> Counts {
    let others = known.iter().filter(|(key, _)| !packages.iter().any(|package| is_of(key, package)));
    others.map(|(key, count)| (key.clone(), *count)).chain(found).collect()
}

/// The baseline without what is stale.
pub(crate) fn pruned(known: &Counts, stale: &Counts) -> Counts {
    let left = known.iter().map(|(key, count)| (key.clone(), count - stale.get(key).copied().unwrap_or_default()));
    left.filter(|(_, count)| *count > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::{Counts, pruned, renewed, stale, take_known};
    use crate::finding::Finding;

    fn counts(keys: &[(&str, usize)]) -> Counts {
        keys.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect()
    }

    #[test]
    fn known_findings_are_taken_out_one_by_one() {
        let finding = |key: &str| Finding { key: key.to_owned(), ..Finding::nowhere() };
        let mut findings = vec![finding("a f"), finding("a f"), finding("a g")];
        assert_eq!(take_known(&mut findings, &counts(&[("a f", 1), ("a h", 1)])), 1);
        assert_eq!(findings, [finding("a f"), finding("a g")]);
    }

    #[test]
    fn what_is_gone_is_stale() {
        let known = counts(&[("a f", 3), ("a g", 1), ("b f", 1)]);
        let gone = stale(&known, &counts(&[("a f", 1)]), &["a".to_owned()]);
        assert_eq!(gone, counts(&[("a f", 2), ("a g", 1)]));
        assert_eq!(pruned(&known, &gone), counts(&[("a f", 1), ("b f", 1)]));
        assert_eq!(renewed(&known, counts(&[("a h", 1)]), &["a".to_owned()]), counts(&[("a h", 1), ("b f", 1)]));
    }
}
