//! What to check: packages, targets and features, selected as cargo selects them.
//!
//! Cargo is asked only for the manifests (`cargo metadata --no-deps`): dependencies need not be available, nothing is
//! fetched, and no lock file is written.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand, Package, Target, TargetKind};

use crate::cli::Selection;
use crate::failure::Failure;
use crate::features::{self, Asked, On};
use crate::patch::Patches;
use crate::paths::{from_folder, plain};

/// The workspace, and what of it is looked at.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// The manifest that was named, or the nearest.
    pub(crate) manifest: PathBuf,
    pub(crate) target_dir: PathBuf,
    /// The members, then the packages outside that they are built with.
    pub(crate) packages: Vec<Package>,
    /// The features of each.
    pub(crate) on: Vec<On>,
    pub(crate) selected: Vec<usize>,
    pub(crate) units: Vec<Unit>,
}

/// One target, as it is built once.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) package: usize,
    pub(crate) target: Target,
    /// With its tests.
    pub(crate) test: bool,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load(selection: &Selection) -> Result<Workspace, Failure> {
        Workspace::load_with(selection, false)
    }

    /// The same, where what is not there is left out: packages that are named, features, targets, dependencies outside.
    pub(crate) fn load_leniently(selection: &Selection) -> Result<Workspace, Failure> {
        Workspace::load_with(selection, true)
    }

    fn load_with(selection: &Selection, leniently: bool) -> Result<Workspace, Failure> {
        let manifest = match &selection.manifest_path {
            Some(path) => path.clone(),
            None => nearest_manifest()?,
        };
        let manifest = std::path::absolute(&manifest).unwrap_or(manifest);
        let metadata = metadata(&manifest, selection)?;
        let members = metadata.workspace_packages().len();
        let mut packages: Vec<Package> = metadata.workspace_packages().into_iter().cloned().collect();
        let chosen = choose(&metadata, &packages, &manifest, selection);
        let chosen = if leniently { chosen.unwrap_or_default() } else { chosen? };
        let patches = Patches::of(metadata.workspace_root.as_std_path());
        add_outside(&mut packages, &patches, selection, leniently)?;
        let asked = Asked {
            features: selection
                .features
                .iter()
                .flat_map(|given| given.split([' ', ',']))
                .filter(|feature| !feature.is_empty())
                .map(str::to_owned)
                .collect(),
            all: selection.all_features,
            no_default: selection.no_default_features,
        };
        let references: Vec<&Package> = packages.iter().collect();
        if !leniently {
            check_features(&references, &chosen, &asked)?;
        }
        let on = features::resolve(&references, &chosen, &asked);
        let units: Vec<Unit> =
            chosen.iter().flat_map(|&package| units(package, &packages[package], &on[package], selection)).collect();
        debug_assert!(chosen.iter().all(|&package| package < members));
        if !leniently {
            check_names(&units, selection)?;
        }
        let target_dir = match &selection.target_dir {
            Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
            None => metadata.target_directory.clone().into_std_path_buf(),
        };
        let root = metadata.workspace_root.into_std_path_buf();
        Ok(Workspace { root, manifest, target_dir, packages, on, selected: chosen, units })
    }

    /// The names of the packages that are looked at.
    pub(crate) fn names(&self) -> Vec<String> {
        self.selected.iter().map(|&package| self.packages[package].name.to_string()).collect()
    }

    /// A file as it is shown: from the root of the workspace, with `/`.
    pub(crate) fn shown(&self, file: &Path) -> String {
        from_folder(&self.root, file).to_string_lossy().replace('\\', "/")
    }

    /// The file that is shown like this, or that the compiler calls so.
    pub(crate) fn file(&self, shown: &str) -> PathBuf {
        plain(&self.root.join(shown))
    }
}

/// The nearest `Cargo.toml` above.
fn nearest_manifest() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().map_err(|error| Failure::new(format!("there is no current folder: {error}")))?;
    let found = here.ancestors().map(|folder| folder.join("Cargo.toml")).find(|file| file.exists());
    found.ok_or_else(|| {
        Failure::new(format!("there is no `Cargo.toml` in `{}` or any folder above", here.display()))
            .help("go to a package, or name one with `--manifest-path`")
    })
}

fn metadata(manifest: &Path, selection: &Selection) -> Result<Metadata, Failure> {
    if !manifest.exists() {
        return Err(Failure::new(format!("there is no `{}`", manifest.display())));
    }
    let mut command = MetadataCommand::new();
    command.manifest_path(manifest).no_deps();
    if selection.all_features {
        command.features(CargoOpt::AllFeatures);
    }
    let options = [("--locked", selection.locked), ("--offline", selection.offline), ("--frozen", selection.frozen)];
    let options: Vec<_> = options.iter().filter(|(_, is_on)| *is_on).map(|(option, _)| (*option).to_owned()).collect();
    command.other_options(options);
    command.exec().map_err(|error| match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            let stderr = stderr.trim().trim_start_matches("error: ").to_owned();
            Failure::new(format!("cargo cannot read the workspace: {stderr}"))
        }
        error => Failure::new(format!("cargo cannot be asked: {error}")),
    })
}

/// Adds the packages outside of the workspace that something in it is built with, by their paths.
fn add_outside(
    packages: &mut Vec<Package>,
    patches: &Patches,
    selection: &Selection,
    leniently: bool,
) -> Result<(), Failure> {
    let mut at = 0;
    while let Some(package) = packages.get_mut(at) {
        patches.apply(package);
        let wanted: Vec<_> =
            package.dependencies.iter().filter_map(|found| Some((found.name.clone(), found.path.clone()?))).collect();
        let from = package.manifest_path.clone();
        for (name, path) in wanted {
            let manifest = path.join("Cargo.toml");
            if packages.iter().any(|known| known.manifest_path == manifest) {
                continue;
            }
            if !manifest.exists() && leniently {
                continue;
            }
            if !manifest.exists() {
                let message = format!("`{from}` depends on `{name}` in `{path}`, where there is no `Cargo.toml`");
                return Err(Failure::new(message));
            }
            let found = metadata(manifest.as_std_path(), selection)?;
            packages.extend(found.packages.into_iter().filter(|found| found.name.as_str() == name));
        }
        at += 1;
    }
    Ok(())
}

/// The members that the command line means.
fn choose(
    metadata: &Metadata,
    packages: &[Package],
    manifest: &Path,
    selection: &Selection,
) -> Result<Vec<usize>, Failure> {
    let all = 0..packages.len();
    if selection.workspace {
        check_specs(packages, &selection.exclude)?;
        return Ok(all.filter(|&n| !selection.exclude.iter().any(|spec| is_meant(&packages[n], spec))).collect());
    }
    if !selection.package.is_empty() {
        check_specs(packages, &selection.package)?;
        return Ok(all.filter(|&n| selection.package.iter().any(|spec| is_meant(&packages[n], spec))).collect());
    }
    let manifest = manifest.canonicalize().unwrap_or_else(|_| manifest.to_owned());
    let is_here = |package: &Package| {
        let known = package.manifest_path.as_std_path();
        known.canonicalize().is_ok_and(|known| known == manifest)
    };
    let is_root = manifest.parent() == metadata.workspace_root.as_std_path().canonicalize().ok().as_deref();
    if !is_root && let Some(here) = packages.iter().position(is_here) {
        return Ok(vec![here]);
    }
    let default: Vec<_> = metadata.workspace_default_packages().into_iter().map(|package| package.id.clone()).collect();
    Ok(all.filter(|&n| default.contains(&packages[n].id)).collect())
}

fn check_specs(packages: &[Package], specs: &[String]) -> Result<(), Failure> {
    match specs.iter().find(|spec| !packages.iter().any(|package| is_meant(package, spec))) {
        None => Ok(()),
        Some(spec) => {
            let names: Vec<_> = packages.iter().map(|package| package.name.as_str()).collect();
            Err(Failure::new(format!("no package of the workspace is called `{spec}`"))
                .help(format!("there are {}", names.join(", "))))
        }
    }
}

/// `name`, `name@version`, `na*`, or a whole id.
fn is_meant(package: &Package, spec: &str) -> bool {
    let name = spec.split_once('@').map_or(spec, |(name, _)| name);
    let version = spec.split_once('@').map(|(_, version)| version);
    let version_fits = version.is_none_or(|version| package.version.to_string().starts_with(version));
    package.id.repr == spec || version_fits && is_like(package.name.as_str(), name)
}

/// Whether a name fits a pattern with `*` and `?`.
fn is_like(name: &str, pattern: &str) -> bool {
    let mut letters = pattern.chars();
    match letters.next() {
        None => name.is_empty(),
        Some('*') => {
            name.char_indices().map(|(at, _)| at).chain([name.len()]).any(|at| is_like(&name[at..], letters.as_str()))
        }
        Some(first) => {
            let mut rest = name.chars();
            rest.next().is_some_and(|found| found == first || first == '?') && is_like(rest.as_str(), letters.as_str())
        }
    }
}

fn check_features(packages: &[&Package], selected: &[usize], asked: &Asked) -> Result<(), Failure> {
    let is_known = |feature: &str| {
        selected.iter().any(|&package| {
            let package = packages[package];
            match feature.split_once('/') {
                Some((name, _)) => {
                    package.name.as_str() == name
                        || package.dependencies.iter().any(|found| features::name_of(found) == name)
                }
                None => package.features.contains_key(feature),
            }
        })
    };
    match asked.features.iter().find(|feature| !is_known(feature)) {
        Some(feature) => Err(Failure::new(format!("none of the selected packages has the feature `{feature}`"))),
        None => Ok(()),
    }
}

fn check_names(units: &[Unit], selection: &Selection) -> Result<(), Failure> {
    let named = [
        ("binary", &selection.bin),
        ("test", &selection.test),
        ("example", &selection.example),
        ("bench", &selection.bench),
    ];
    for (what, names) in named {
        if let Some(name) = names.iter().find(|name| !units.iter().any(|unit| unit.target.name == **name)) {
            return Err(Failure::new(format!("there is no {what} `{name}` in the selected packages")));
        }
    }
    Ok(())
}

fn is_library(target: &Target) -> bool {
    let kinds = [
        TargetKind::Lib,
        TargetKind::RLib,
        TargetKind::DyLib,
        TargetKind::CDyLib,
        TargetKind::StaticLib,
        TargetKind::ProcMacro,
    ];
    target.kind.iter().any(|kind| kinds.contains(kind))
}

/// The library of a package.
pub(crate) fn library(package: &Package) -> Option<&Target> {
    package.targets.iter().find(|target| is_library(target))
}

/// The targets of a package that are looked at.
fn units(package: usize, from: &Package, on: &On, selection: &Selection) -> Vec<Unit> {
    let mut units = Vec::new();
    for target in &from.targets {
        let (as_it_is, with_tests) = wanted(target, selection);
        let is_buildable = target.required_features.iter().all(|feature| on.features.contains(feature));
        if !is_buildable {
            continue;
        }
        for test in [false, true].into_iter().filter(|&test| if test { with_tests } else { as_it_is }) {
            units.push(Unit { package, target: target.clone(), test });
        }
    }
    units
}

/// Whether a target is looked at as it is, and with its tests.
fn wanted(target: &Target, selection: &Selection) -> (bool, bool) {
    let Selection { lib, bins, tests, examples, benches, all_targets, .. } = *selection;
    let any = selection.names_targets();
    let is = |kind: TargetKind| target.kind.contains(&kind);
    let named = |names: &[String]| names.iter().any(|name| is_like(&target.name, name));
    if is_library(target) {
        (!any || lib || all_targets, target.test && (tests || all_targets))
    } else if is(TargetKind::Bin) {
        (!any || bins || all_targets || named(&selection.bin), target.test && (tests || all_targets))
    } else if is(TargetKind::Example) {
        (examples || all_targets || named(&selection.example), target.test && tests)
    } else if is(TargetKind::Test) {
        (false, tests || all_targets || named(&selection.test))
    } else if is(TargetKind::Bench) {
        (false, benches || all_targets || named(&selection.bench))
    } else {
        // A build script runs before the program.
        (false, false)
    }
}

/// The packages that a package depends on by a path, by the names that they have in its code.
pub(crate) fn dependencies(workspace: &Workspace, package: usize, with_dev: bool) -> Vec<(String, usize)> {
    let from = &workspace.packages[package];
    let by_manifest: HashMap<&Path, usize> =
        workspace.packages.iter().enumerate().map(|(n, package)| (package.manifest_path.as_std_path(), n)).collect();
    let mut found = Vec::new();
    for dependency in &from.dependencies {
        let is_there = match dependency.kind {
            cargo_metadata::DependencyKind::Normal => true,
            cargo_metadata::DependencyKind::Development => with_dev,
            _ => false,
        };
        let Some(path) = dependency.path.as_ref().filter(|_| is_there && workspace.on[package].has(dependency)) else {
            continue;
        };
        let Some(&next) = by_manifest.get(path.join("Cargo.toml").as_std_path()) else { continue };
        let Some(target) = library(&workspace.packages[next]) else { continue };
        let name = dependency.rename.as_deref().unwrap_or(&target.name);
        found.push((name.replace('-', "_"), next));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn patterns_of_names() {
        assert!(is_like("house-core", "house-*") && is_like("house", "h?use") && is_like("a", "a"));
        assert!(!is_like("house", "home*") && !is_like("house", "hous") && is_like("house", "*"));
    }
}
