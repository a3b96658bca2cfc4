//! No file imports another one in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{files, has_extension, is_of_tests, read, root, without_tests};

/// The crates that are checked, by the folders of their sources.
const CRATES: [&str; 4] = ["macros/analysis/src", "macros/cargo-onloop/src", "macros/src", "runtime-support/src"];

#[test]
fn files_import_each_other_in_no_circle() {
    for folder in CRATES {
        let modules = Modules::of(&root().join(folder));
        if let Some(circle) = modules.circle() {
            panic!("{folder}: {}", circle.join(" -> "));
        }
    }
}

/// The path of a module in its crate; of the first file none.
type Module = Vec<String>;

/// The files of a crate, by the modules that they are.
struct Modules {
    /// The code of each, without comments and tests.
    code: BTreeMap<Module, String>,
    /// What each gives on under a name of its own: `pub use self::entry::Entry`.
    given_on: BTreeMap<(Module, String), Vec<String>>,
}

impl Modules {
    fn of(folder: &Path) -> Modules {
        let mut modules = Modules { code: BTreeMap::new(), given_on: BTreeMap::new() };
        let rust = files(folder).into_iter().filter(|path| has_extension(path, "rs") && !is_of_tests(path));
        for path in rust {
            let module = path.strip_prefix(folder).expect("it lies there").with_extension("");
            let mut module: Module = module.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            module.retain(|part| !["lib", "main"].contains(&part.as_str()));
            let text = read(&path);
            let lines = without_tests(&text).lines().filter(|line| !line.trim_start().starts_with("//"));
            modules.code.insert(module, lines.collect::<Vec<_>>().join("\n"));
        }
        for (module, code) in &modules.code {
            for (_, path) in uses(code).into_iter().filter(|(is_public, _)| *is_public) {
                let name = path.last().cloned().unwrap_or_default();
                modules.given_on.insert((module.clone(), name), path);
            }
        }
        modules
    }

    /// The file that a path leads to, as written in a module.
    fn target(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        let first = path.first()?.as_str();
        let is_child = self.code.contains_key(&[&from[..], &path[..1]].concat());
        let (mut base, mut rest) = match first {
            "crate" => (Module::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => (from.clone(), path),
            _ if is_child => (from.clone(), path),
            _ => return None,
        };
        while rest.first().is_some_and(|word| word == "super") {
            base.pop();
            rest = &rest[1..];
        }
        while let Some((next, behind)) = rest.split_first() {
            let child = [&base[..], std::slice::from_ref(next)].concat();
            if self.code.contains_key(&child) {
                (base, rest) = (child, behind);
                continue;
            }
            // What it gives on comes from somewhere else.
            let given = self.given_on.get(&(base.clone(), next.clone())).filter(|_| depth < 8);
            return given.and_then(|path| self.target(&base, path, depth + 1)).or(Some(base));
        }
        Some(base)
    }

    /// The files that each one names, but for what it only gives on.
    fn edges(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let edges = self.code.iter().map(|(module, code)| {
            let body = without_uses(code);
            let named = |path: &Vec<String>| path.last().is_some_and(|name| words(&body).any(|word| word == name));
            let imported = uses(code).into_iter().filter(|(is_public, path)| !is_public || named(path));
            let imported = imported.map(|(_, path)| path);
            let targets = imported.chain(paths(&body)).filter_map(|path| self.target(module, &path, 0));
            (module, targets.filter(|target| target != module).collect())
        });
        edges.collect()
    }

    /// The files of a circle, if there is one.
    fn circle(&self) -> Option<Vec<String>> {
        let mut edges = self.edges();
        // Who names nobody that is left is in no circle.
        loop {
            let left: BTreeSet<Module> = edges.keys().map(|module| (*module).clone()).collect();
            let before = edges.len();
            edges.retain(|_, targets| targets.iter().any(|target| left.contains(target)));
            if edges.len() == before {
                break;
            }
        }
        let mut way: Vec<&Module> = vec![edges.keys().next()?];
        loop {
            let last = way[way.len() - 1];
            let next = edges[last].iter().find_map(|target| edges.get_key_value(target)).expect("one is left");
            let next: &Module = next.0;
            if let Some(start) = way.iter().position(|module| *module == next) {
                let circle = way[start..].iter().copied().chain([next]);
                return Some(circle.map(|module| format!("`{}`", module.join("::"))).collect());
            }
            way.push(next);
        }
    }
}

/// The imports of a file, each with whether it is given on.
fn uses(code: &str) -> Vec<(bool, Vec<String>)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = code[from..].find("use ").map(|at| from + at) {
        let line_start = code[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let head = code[line_start..at].trim();
        let end = code[at..].find(';').map_or(code.len(), |end| at + end);
        if head.is_empty() || head == "pub" || head.starts_with("pub(") && head.ends_with(')') {
            tree(&code[at + 4..end], &mut Vec::new(), &mut |path| found.push((!head.is_empty(), path)));
            from = end;
        } else {
            from = at + 4;
        }
    }
    found
}

fn without_uses(code: &str) -> String {
    let mut body = String::new();
    let mut is_use = false;
    for line in code.lines() {
        let start = line.trim_start();
        is_use |= start.starts_with("use ") || start.starts_with("pub") && start.contains(" use ");
        if !is_use {
            body.push_str(line);
            body.push('\n');
        }
        is_use &= !line.contains(';');
    }
    body
}

/// Takes a tree of imports apart: `a::{b, c::d as e}`.
fn tree(text: &str, before: &mut Vec<String>, found: &mut impl FnMut(Vec<String>)) {
    let text = text.trim();
    let Some((prefix, inside)) = text.split_once('{') else {
        let path = text.split(" as ").next().unwrap_or_default().split("::").map(|word| word.trim().to_owned());
        let path: Vec<_> = before.iter().cloned().chain(path).collect();
        let is_itself = path.last().is_some_and(|last| last == "self") && path.len() > 1;
        found(if is_itself { path[..path.len() - 1].to_vec() } else { path });
        return;
    };
    let depth = before.len();
    before.extend(prefix.split("::").map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned));
    let inside = &inside[..inside.rfind('}').unwrap_or(inside.len())];
    let (mut start, mut open) = (0, 0_usize);
    for (at, sign) in inside.char_indices().chain([(inside.len(), ',')]) {
        match sign {
            '{' => open += 1,
            '}' => open -= 1,
            ',' if open == 0 => {
                if !inside[start..at].trim().is_empty() {
                    tree(&inside[start..at], before, found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    before.truncate(depth);
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The paths of more than one word in code, those in texts left out.
fn paths(code: &str) -> Vec<Vec<String>> {
    let is_in_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    // What says who may see an item names no other.
    let mut parts = code.split("pub(in ");
    let first = parts.next().unwrap_or_default();
    let rest = parts.filter_map(|part| part.split_once(')')).map(|(_, behind)| behind);
    let code = [first].into_iter().chain(rest).collect::<String>();
    let plain = code.lines().flat_map(|line| line.split('"').step_by(2));
    let found = plain.flat_map(|part| part.split(|c: char| !is_in_path(c)).filter(|path| path.contains("::")));
    found
        .map(|path| path.split("::").map(|word| word.trim_matches(':').to_owned()).collect::<Vec<_>>())
        .filter(|path| path.iter().all(|word| !word.is_empty()))
        .collect()
}

#[test]
fn the_check_sees_a_circle() {
    let file = |module: &str, code: &str| (vec![module.to_owned()], code.to_owned());
    let modules = |files: Vec<(Module, String)>| {
        let given_on =
            BTreeMap::from([((vec!["b".to_owned()], "C".to_owned()), vec!["super".into(), "c".into(), "C".into()])]);
        Modules { code: files.into_iter().collect(), given_on }
    };
    let straight = [file("a", "use crate::{b::B, c};"), file("b", "pub use super::c::C;"), file("c", "fn f() {}")];
    assert_eq!(modules(straight.to_vec()).circle(), None);
    let round =
        [file("a", "use crate::b::C;"), file("b", "pub use super::c::C;"), file("c", "fn f() { crate::a::g() }")];
    assert_eq!(modules(round.to_vec()).circle().expect("a names c by way of b").len(), 3);
}
