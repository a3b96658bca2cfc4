//! The crates of a workspace, in the form the engine needs.

use cargo_metadata::Package;
use onloop_analysis::{Cfg, Edition, Source, settings_of_host, settings_of_target};

use crate::select::{Unit, Workspace, dependencies, library};

/// The crates that one unit is built of; the unit itself is the last.
pub(crate) fn sources(workspace: &Workspace, unit: &Unit, target: Option<&str>) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for (package, from) in workspace.packages.iter().enumerate() {
        let Some(library) = library(from) else {
            // Nothing can depend on it.
            sources.push(source(workspace, package, &from.targets[0], false, target));
            continue;
        };
        sources.push(source(workspace, package, library, false, target));
    }
    for source in &mut sources {
        let has_library =
            |unit: &Unit| unit.target.src_path.as_std_path() == source.root && !unit.target.is_bin() && !unit.test;
        source.answers = workspace.units.iter().any(has_library);
    }
    let is_library = library(&workspace.packages[unit.package]).is_some_and(|known| *known == unit.target);
    let mut own = source(workspace, unit.package, &unit.target, unit.test, target);
    own.cfg.test = unit.test;
    own.answers = true;
    if let Some(library) = library(&workspace.packages[unit.package]).filter(|_| !is_library) {
        let name = library.name.replace('-', "_");
        own.cfg.crates.get_or_insert_default().push(name.clone());
        own.dependencies.push((name, unit.package));
    }
    sources.push(own);
    sources
}

fn source(
    workspace: &Workspace,
    package: usize,
    of: &cargo_metadata::Target,
    with_dev: bool,
    target: Option<&str>,
) -> Source {
    let from: &Package = &workspace.packages[package];
    let with_dev = with_dev || of.is_example() || of.is_test() || of.is_bench();
    let crates = from.dependencies.iter().filter(|found| workspace.on[package].has(found));
    let mut settings = target.map_or_else(settings_of_host, settings_of_target);
    // As cargo builds where nothing else is asked for; and for exemptions in code that does not depend on the crate.
    for name in ["debug_assertions", "onloop"] {
        settings.insert(name.to_owned(), vec![String::new()]);
    }
    let is_since_2024 = !matches!(
        of.edition,
        cargo_metadata::Edition::E2015 | cargo_metadata::Edition::E2018 | cargo_metadata::Edition::E2021
    );
    Source {
        name: of.name.replace('-', "_"),
        root: of.src_path.clone().into_std_path_buf(),
        cfg: Cfg {
            features: Some(workspace.on[package].features.iter().cloned().collect()),
            crates: Some(crates.map(|found| found.name.replace('-', "_")).collect()),
            edition: if is_since_2024 { Edition::Since2024 } else { Edition::Before2024 },
            settings,
            ..Cfg::default()
        },
        dependencies: dependencies(workspace, package, with_dev),
        answers: false,
    }
}
