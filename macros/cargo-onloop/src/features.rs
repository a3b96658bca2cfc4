//! Which features of which packages are on, as cargo resolves them, for the packages that are built from a path.
//!
//! Cargo itself can answer only if every dependency is available. This needs none of them: a feature is on because the
//! command line, a default, another feature or a dependent package turns it on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cargo_metadata::{Dependency, DependencyKind, Package};

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) features: Vec<String>,
    pub(crate) all: bool,
    pub(crate) no_default: bool,
}

/// The features of one package that are on, and its optional dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct On {
    pub(crate) features: BTreeSet<String>,
    /// By the names that they have in the manifest.
    optional: BTreeSet<String>,
}

impl On {
    /// Whether a dependency is there.
    pub(crate) fn has(&self, dependency: &Dependency) -> bool {
        !dependency.optional || self.optional.contains(name_of(dependency))
    }
}

/// The name that a dependency has in the manifest.
pub(crate) fn name_of(dependency: &Dependency) -> &str {
    dependency.rename.as_deref().unwrap_or(&dependency.name)
}

/// Resolves the features of all packages; `selected` are those that the command line is about.
pub(crate) fn resolve(packages: &[&Package], selected: &[usize], asked: &Asked) -> Vec<On> {
    let by_name: HashMap<&str, usize> = packages.iter().enumerate().map(|(n, package)| (&**package.name, n)).collect();
    let mut resolver = Resolver { packages, by_name, on: vec![On::default(); packages.len()], weak: BTreeMap::new() };
    for &package in selected {
        if asked.all {
            for feature in packages[package].features.keys() {
                resolver.switch_on(package, feature);
            }
        }
        if !asked.no_default {
            resolver.switch_on(package, "default");
        }
        for feature in &asked.features {
            // `package/feature` names a package of the workspace.
            match feature.split_once('/') {
                Some((name, feature)) if name == packages[package].name.as_str() => {
                    resolver.switch_on(package, feature);
                }
                Some((name, _)) if resolver.by_name.contains_key(name) => {}
                _ => resolver.switch_on(package, feature),
            }
        }
    }
    let mut reached = vec![false; packages.len()];
    let mut queue = selected.to_vec();
    loop {
        let Some(package) = queue.pop() else {
            // What has been switched on since may reach more.
            let before = resolver.on.clone();
            for package in (0..packages.len()).filter(|&package| reached[package]) {
                queue.extend(resolver.reach(package).into_iter().filter(|&next| !reached[next]));
            }
            if queue.is_empty() && before == resolver.on {
                return resolver.on;
            }
            continue;
        };
        if !std::mem::replace(&mut reached[package], true) {
            queue.extend(resolver.reach(package));
        }
    }
}

struct Resolver<'p> {
    packages: &'p [&'p Package],
    by_name: HashMap<&'p str, usize>,
    on: Vec<On>,
    /// `dependency?/feature`: on as soon as the dependency is there.
    weak: BTreeMap<(usize, String), BTreeSet<String>>,
}

impl Resolver<'_> {
    fn switch_on(&mut self, package: usize, feature: &str) {
        let known = &self.packages[package].features;
        let of_dependency = feature.split_once('/');
        if let Some((name, feature)) = of_dependency {
            if let Some(name) = name.strip_suffix('?') {
                self.weak.entry((package, name.to_owned())).or_default().insert(feature.to_owned());
                return;
            }
            if self.switch_on_dependency(package, name) && known.contains_key(name) {
                self.switch_on(package, name);
            }
            self.weak.entry((package, name.to_owned())).or_default().insert(feature.to_owned());
            return;
        }
        if let Some(name) = feature.strip_prefix("dep:") {
            self.switch_on_dependency(package, name);
            return;
        }
        if !known.contains_key(feature) || !self.on[package].features.insert(feature.to_owned()) {
            return;
        }
        for implied in known[feature].clone() {
            self.switch_on(package, &implied);
        }
    }

    /// Whether the dependency is an optional one.
    fn switch_on_dependency(&mut self, package: usize, name: &str) -> bool {
        let is_optional =
            self.packages[package].dependencies.iter().any(|found| found.optional && name_of(found) == name);
        if is_optional {
            self.on[package].optional.insert(name.to_owned());
        }
        is_optional
    }

    /// Switches on what a package asks of its dependencies, and gives those.
    fn reach(&mut self, package: usize) -> Vec<usize> {
        let mut reached = Vec::new();
        for dependency in &self.packages[package].dependencies {
            let is_there = self.on[package].has(dependency) && dependency.kind != DependencyKind::Build;
            let Some(&next) =
                self.by_name.get(dependency.name.as_str()).filter(|_| is_there && dependency.path.is_some())
            else {
                continue;
            };
            reached.push(next);
            if dependency.uses_default_features {
                self.switch_on(next, "default");
            }
            let weak = self.weak.get(&(package, name_of(dependency).to_owned())).cloned().unwrap_or_default();
            for feature in dependency.features.iter().chain(&weak) {
                self.switch_on(next, feature);
            }
        }
        reached
    }
}
