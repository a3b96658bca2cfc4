//! Earlier results: a unit is not checked again unless one of its files has changed, and then only where that matters.
//!
//! Each unit has two files under the target folder, which may be deleted at any time. The first holds what the unit
//! consists of, each file that was requested (the hash of its text, or that it was missing), and the findings. The
//! second holds what they depend on, and is read where something has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use onloop_analysis::{Cfg, Source};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::disk::Disk;
use crate::kept::{Kept, Outdated};
use crate::looked::Looked;
use crate::select::{Unit, Workspace};
use crate::sources::sources;

/// What is kept of a unit.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    /// Of the command and of what the unit is made of.
    key: u64,
    files: BTreeMap<PathBuf, Option<Hashes>>,
    looked: Looked,
    /// What concerns no file in particular.
    rest: Looked,
}

/// Of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Hashes {
    text: u64,
    /// What others see of it; nothing of a file that is not Rust.
    surface: Option<u64>,
}

/// What the second file holds.
#[derive(Debug, Serialize, Deserialize)]
struct Behind {
    /// The hash of the first.
    of: u64,
    kept: Kept,
}

/// What is known of a unit.
#[derive(Debug)]
pub(crate) enum Known {
    All(Looked),
    Part(Box<Renewal>),
    Nothing,
}

/// What is known, and what is to be looked at again.
#[derive(Debug)]
pub(crate) struct Renewal {
    kept: Kept,
    /// The files with another text.
    changed: BTreeSet<PathBuf>,
    pub(crate) outdated: Outdated,
    files: BTreeMap<PathBuf, Option<u64>>,
}

/// The cache of a workspace.
#[derive(Debug)]
pub(crate) struct Cache<'a> {
    workspace: &'a Workspace,
    disk: &'a Disk,
    target: Option<&'a str>,
    folder: PathBuf,
    /// Another build of this command may find something else.
    version: String,
}

impl<'a> Cache<'a> {
    pub(crate) fn new(workspace: &'a Workspace, disk: &'a Disk, target: Option<&'a str>) -> Cache<'a> {
        let built = std::env::current_exe().and_then(std::fs::metadata).ok();
        let built = built.map(|about| (about.len(), about.modified().ok()));
        let version = format!("{} {built:?}", env!("CARGO_PKG_VERSION"));
        Cache { workspace, disk, target, folder: workspace.target_dir.join("onloop").join("cache"), version }
    }

    /// What was found in a unit, as far as that still holds.
    pub(crate) fn read(&self, unit: &Unit) -> Known {
        let file = self.file(unit);
        let Ok(text) = std::fs::read_to_string(&file) else { return Known::Nothing };
        let Some(entry) = parse::<Entry>(&text).filter(|entry| entry.key == self.key(unit)) else {
            return Known::Nothing;
        };
        let changed =
            entry.files.iter().filter(|(file, hashes)| self.disk.hash(file) != hashes.map(|known| known.text));
        let changed: BTreeMap<&PathBuf, &Option<Hashes>> = changed.collect();
        if changed.is_empty() {
            return Known::All(entry.looked);
        }
        let looks_the_same = |(file, before): (&&PathBuf, &&Option<Hashes>)| {
            let now = self.hashes(file);
            before.zip(now).is_some_and(|(before, now)| before.surface.is_some() && before.surface == now.surface)
        };
        if !changed.iter().all(looks_the_same) {
            return Known::Nothing;
        }
        let behind = std::fs::read_to_string(second(&file)).ok().and_then(|text| parse::<Behind>(&text));
        let Some(Behind { kept, .. }) = behind.filter(|behind| behind.of == xxh3_64(text.as_bytes())) else {
            return Known::Nothing;
        };
        let changed: BTreeSet<PathBuf> = changed.into_keys().cloned().collect();
        let outdated = kept.outdated(&changed);
        // One engine looks at them, and several would at all.
        if outdated.files.len() * 3 > kept.len() {
            return Known::Nothing;
        }
        let files = entry.files.into_iter().map(|(file, hashes)| (file, hashes.map(|known| known.text))).collect();
        let is_nobodys = outdated.files.is_empty() && outdated.questions.is_empty();
        let renewal = Box::new(Renewal { kept, changed, outdated, files });
        if is_nobodys {
            return Known::All(self.write(unit, Some(renewal), BTreeMap::new(), entry.rest, Vec::new()));
        }
        Known::Part(renewal)
    }

    /// Keeps what was found: `rest` concerns no file, `fresh` is from several engines. A cache that cannot be written is
    /// none.
    pub(crate) fn write(
        &self,
        unit: &Unit,
        renewal: Option<Box<Renewal>>,
        asked: BTreeMap<PathBuf, Option<u64>>,
        rest: Looked,
        fresh: Vec<Kept>,
    ) -> Looked {
        let (known, changed, mut files) = match renewal {
            Some(renewal) => (renewal.kept, renewal.changed, renewal.files),
            None => Default::default(),
        };
        files.extend(asked);
        let kept = known.renewed(&changed, fresh);
        let mut looked = kept.looked();
        looked.add(rest.clone());
        let hashes = files.into_keys().map(|file| {
            let hashes = self.hashes(&file);
            (file, hashes)
        });
        let entry = Entry { key: self.key(unit), files: hashes.collect(), looked, rest };
        let file = self.file(unit);
        if let Ok(text) = serde_json::to_string(&entry)
            && let Ok(behind) = serde_json::to_string(&Behind { of: xxh3_64(text.as_bytes()), kept })
            && std::fs::create_dir_all(&self.folder).is_ok()
        {
            let _ = keep(&second(&file), &behind).and_then(|()| keep(&file, &text));
        }
        entry.looked
    }

    fn hashes(&self, file: &Path) -> Option<Hashes> {
        Some(Hashes { text: self.disk.hash(file)?, surface: self.disk.surface(file) })
    }

    fn file(&self, unit: &Unit) -> PathBuf {
        let package = &self.workspace.packages[unit.package];
        let of = format!("{} {} {:?} {}", package.id, unit.target.name, unit.target.kind, unit.test);
        self.folder.join(format!("{}-{:016x}.json", package.name, xxh3_64(of.as_bytes())))
    }

    fn key(&self, unit: &Unit) -> u64 {
        let mut text = format!("{} {}\n", self.version, self.workspace.root.display());
        for source in sources(self.workspace, unit, self.target) {
            describe(&source, &mut text);
        }
        xxh3_64(text.as_bytes())
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Writes a file as a whole. Nobody waits for the disk: what is lost or torn in a crash is no cache.
fn keep(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path))
}

/// The second file of a unit.
fn second(file: &Path) -> PathBuf {
    file.with_extension("behind.json")
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
