//! Which methods block on a type of another crate: the catalogue says so of the type, of a trait that it implements, or
//! of what it holds.

use crate::knowledge::catalogue::{self, Certainty};
use crate::knowledge::project::Project;
use crate::types::scope::Scope;
use crate::types::ty::Type;

/// The entry for a method of a type of another crate.
pub(crate) fn blocks_on(scope: &Scope<'_>, receiver: &Type, path: &str, name: &str) -> Option<catalogue::Entry> {
    let project = &scope.known().project;
    if project.is_harmless_on(path, name) {
        return None;
    }
    if catalogue::is_wrapper(path) {
        let entry = project.associated(path, name).or_else(|| of_trait(project, path, name))?;
        return as_stream(project, &receiver.argument(0)).map(|stream| held_in(stream, entry));
    }
    let direct = project.associated(path, name).or_else(|| of_trait(project, path, name));
    direct.or_else(|| catalogue::derefs_to(path).filter(|of| *of != path).and_then(|of| project.associated(of, name)))
}

/// What a method is of a type that blocks where what it holds does.
fn held_in(stream: Stream, entry: catalogue::Entry) -> catalogue::Entry {
    let is_computing = entry.category == catalogue::Category::Cpu;
    match stream {
        Stream::Blocks if entry.certainty == Certainty::Usually && !is_computing => {
            catalogue::Entry { certainty: Certainty::Always, ..entry }
        }
        Stream::Console if !is_computing => {
            catalogue::Entry { category: catalogue::Category::Console, certainty: Certainty::Bounded, ..entry }
        }
        Stream::Blocks | Stream::Console => entry,
    }
}

/// The method of a trait that the catalogue says the type has.
fn of_trait(project: &Project, path: &str, name: &str) -> Option<catalogue::Entry> {
    let traits: Vec<_> = catalogue::implements(path).collect();
    if traits.is_empty() {
        return None;
    }
    project.named(name).find(|entry| entry.trait_path().is_some_and(|of| traits.contains(&of)))
}

/// What reading from a type, or writing to it, does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    Blocks,
    /// It goes to the terminal.
    Console,
}

/// Whether reading from or writing to a type blocks.
pub(crate) fn blocks_as_stream(scope: &Scope<'_>, held: &Type) -> bool {
    as_stream(&scope.known().project, held) == Some(Stream::Blocks)
}

fn as_stream(project: &Project, held: &Type) -> Option<Stream> {
    let held = held.bare();
    let Type::External(paths, _) = &held else { return None };
    paths.iter().find_map(|path| {
        if catalogue::is_wrapper(path) {
            return as_stream(project, &held.argument(0));
        }
        ["read", "write"].iter().find_map(|name| {
            let entry = project.associated(path, name).or_else(|| of_trait(project, path, name))?;
            match (entry.certainty, entry.category) {
                (Certainty::Always, _) => Some(Stream::Blocks),
                (_, catalogue::Category::Console) => Some(Stream::Console),
                _ => None,
            }
        })
    })
}
