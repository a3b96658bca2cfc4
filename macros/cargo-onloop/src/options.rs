//! The selection, as options of cargo's own commands.

use crate::cli::Selection;
use crate::select::Workspace;

/// What of the selection cargo's own commands take.
pub(crate) fn options(workspace: &Workspace, selection: &Selection) -> Vec<String> {
    let mut options = Vec::new();
    for &package in &workspace.selected {
        options.extend(["-p".to_owned(), workspace.packages[package].id.repr.clone()]);
    }
    let flags = [
        ("--all-targets", selection.all_targets),
        ("--lib", selection.lib),
        ("--bins", selection.bins),
        ("--tests", selection.tests),
        ("--examples", selection.examples),
        ("--benches", selection.benches),
        ("--all-features", selection.all_features),
        ("--no-default-features", selection.no_default_features),
        ("--locked", selection.locked),
        ("--offline", selection.offline),
        ("--frozen", selection.frozen),
    ];
    options.extend(flags.iter().filter(|(_, is_on)| *is_on).map(|(flag, _)| (*flag).to_owned()));
    let lists = [
        ("--bin", &selection.bin),
        ("--test", &selection.test),
        ("--example", &selection.example),
        ("--bench", &selection.bench),
        ("--features", &selection.features),
    ];
    for (flag, names) in lists {
        options.extend(names.iter().flat_map(|name| [flag.to_owned(), name.clone()]));
    }
    options.extend(selection.target.iter().flat_map(|target| ["--target".to_owned(), target.clone()]));
    options
}
