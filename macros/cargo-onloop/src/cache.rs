//! Earlier results: a unit is not checked again unless one of its files has changed.
//!
//! Each unit has a file under the target folder, which may be deleted at any time. It holds what the unit consists of,
//! each file that was requested with the hash of its text (or that it was missing), and the findings.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use onloop_analysis::{Cfg, Source};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::baseline::write_whole;
use crate::disk::Disk;
use crate::look::Looked;
use crate::select::{Unit, Workspace};
use crate::sources::sources;

/// What is kept of a unit.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    /// Of the command and of what the unit is made of.
    key: u64,
    files: BTreeMap<PathBuf, Option<u64>>,
    looked: Looked,
}

/// The cache of a workspace.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    /// Another build of this command may find something else.
    version: String,
}

impl Cache {
    pub(crate) fn new(workspace: &Workspace) -> Cache {
        let built = std::env::current_exe().and_then(std::fs::metadata).ok();
        let built = built.map(|about| (about.len(), about.modified().ok()));
        let version = format!("{} {built:?}", env!("CARGO_PKG_VERSION"));
        Cache { folder: workspace.target_dir.join("onloop").join("cache"), version }
    }

    /// What was found in a unit, if that still holds.
    pub(crate) fn read(&self, workspace: &Workspace, disk: &Disk, unit: &Unit, target: Option<&str>) -> Option<Looked> {
        let text = std::fs::read_to_string(self.file(workspace, unit)).ok()?;
        let entry: Entry = serde_json::from_str(&text).ok()?;
        let holds = entry.key == self.key(workspace, unit, target)
            && entry.files.iter().all(|(file, hash)| disk.hash(file) == *hash);
        holds.then_some(entry.looked)
    }

    /// Keeps what was found. A cache that cannot be written is none.
    pub(crate) fn write(
        &self,
        workspace: &Workspace,
        unit: &Unit,
        target: Option<&str>,
        files: BTreeMap<PathBuf, Option<u64>>,
        looked: Looked,
    ) {
        let entry = Entry { key: self.key(workspace, unit, target), files, looked };
        let Ok(text) = serde_json::to_string(&entry) else { return };
        if std::fs::create_dir_all(&self.folder).is_ok() {
            let _ = write_whole(&self.file(workspace, unit), &text);
        }
    }

    fn file(&self, workspace: &Workspace, unit: &Unit) -> PathBuf {
        let package = &workspace.packages[unit.package];
        let of = format!("{} {} {:?} {}", package.id, unit.target.name, unit.target.kind, unit.test);
        self.folder.join(format!("{}-{:016x}.json", package.name, xxh3_64(of.as_bytes())))
    }

    fn key(&self, workspace: &Workspace, unit: &Unit, target: Option<&str>) -> u64 {
        let mut text = format!("{} {}\n", self.version, workspace.root.display());
        for source in sources(workspace, unit, target) {
            describe(&source, &mut text);
        }
        xxh3_64(text.as_bytes())
    }
}

/// What a crate is made of, always in the same order.
fn describe(source: &Source, text: &mut String) {
    let Source { name, root, cfg, dependencies, answers } = source;
    let settings: BTreeMap<_, _> = cfg.settings.iter().collect();
    let Cfg { features, crates, edition, test: with_tests, .. } = cfg;
    let root = root.display();
    let _ = writeln!(
        text,
        "{name} {root} {features:?} {crates:?} {edition:?} {with_tests} {settings:?} {dependencies:?} {answers}"
    );
}
