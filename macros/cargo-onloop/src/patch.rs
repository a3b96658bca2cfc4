//! `[patch]`: a dependency for which the workspace's manifest names a folder is read there, as cargo builds it.

use std::path::Path;

use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{Dependency, Package};
use toml_edit::{DocumentMut, Item, TableLike};

use crate::paths::plain;

/// What cargo calls its own registry in manifests.
const CRATES_IO: &str = "crates-io";

/// A folder that stands in for a package.
#[derive(Debug)]
struct Patch {
    /// Whose packages are replaced: `crates-io`, the name of another registry, or the address of a repository.
    source: String,
    name: String,
    folder: Utf8PathBuf,
}

/// The folders that a workspace's manifest names.
#[derive(Debug, Default)]
pub(crate) struct Patches(Vec<Patch>);

impl Patches {
    /// Those of the workspace in this folder. Cargo has read the manifest already, so it is there and right.
    pub(crate) fn of(root: &Path) -> Patches {
        let text = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
        // Few have any, and a manifest can be long.
        if !text.contains("patch") {
            return Patches::default();
        }
        let document: DocumentMut = text.parse().unwrap_or_default();
        let mut found = Vec::new();
        for (source, patched) in entries(document.get("patch")) {
            for (key, with) in entries(Some(patched)) {
                let text = |name| with.get(name).and_then(Item::as_str);
                let Some(folder) = text("path") else { continue };
                let Ok(folder) = Utf8PathBuf::from_path_buf(plain(&root.join(folder))) else { continue };
                let name = text("package").unwrap_or(key).to_owned();
                found.push(Patch { source: source.to_owned(), name, folder });
            }
        }
        Patches(found)
    }

    /// Gives the dependencies of a package the folders that stand in for them.
    pub(crate) fn apply(&self, package: &mut Package) {
        for dependency in package.dependencies.iter_mut().filter(|dependency| dependency.path.is_none()) {
            let patch = self.0.iter().find(|patch| patch.name == dependency.name && is_from(dependency, &patch.source));
            dependency.path = patch.filter(|patch| fits(dependency, patch)).map(|patch| patch.folder.clone());
        }
    }
}

fn entries(item: Option<&Item>) -> impl Iterator<Item = (&str, &Item)> {
    item.and_then(Item::as_table_like).into_iter().flat_map(TableLike::iter)
}

/// Whether a dependency comes from where a patch replaces packages.
fn is_from(dependency: &Dependency, source: &str) -> bool {
    let from = dependency.source.as_ref().map(|source| source.repr.as_str()).unwrap_or_default();
    let address = from.split_once('+').map_or(from, |(_, address)| address);
    let address = address.split(['?', '#']).next().unwrap_or_default();
    match source {
        CRATES_IO => dependency.registry.is_none() && from.starts_with("registry+"),
        _ => address.trim_end_matches('/') == source.trim_end_matches('/'),
    }
}

/// Whether the package is there in a version that is asked for: cargo leaves a patch of another version unused.
fn fits(dependency: &Dependency, patch: &Patch) -> bool {
    let Ok(manifest) = std::fs::read_to_string(patch.folder.join("Cargo.toml")) else { return false };
    let document: DocumentMut = manifest.parse().unwrap_or_default();
    let version = document.get("package").and_then(|package| package.get("version")).and_then(Item::as_str);
    // One that is inherited from a workspace is taken for right.
    version.and_then(|version| version.parse().ok()).is_none_or(|version| dependency.req.matches(&version))
}
