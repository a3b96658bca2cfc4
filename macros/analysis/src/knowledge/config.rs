//! `onloop.toml`: what a project says about its own functions, and which categories it wants reported.
//!
//! ```toml
//! [[blocking]]                                 # it blocks: reported as the calls of the catalogue are
//! path = "house::db::Db::query"                # or several: public paths of one function
//! instead = "await `Db::query_async(..)` instead"
//! category = "database"                        # optional
//! certainty = "always"                         # optional: "usually" and "bounded" need `strict`, and a category
//! reason = "waits for the answer of the disk"  # optional
//!
//! [[harmless]]                                 # it is trusted, whatever the catalogue or its body say
//! path = "std::path::Path::exists"
//! reason = "only asked about /proc"
//!
//! [[elsewhere]]                                # it runs the closure given to it away from the loop
//! path = "house::pool::Pool::submit"
//!
//! [[guard]]                                    # a value of this type must not be alive across an `.await`
//! path = "house::db::Lease"
//!
//! [categories]
//! lock = "strict"                              # report as well what only usually blocks
//! console = "off"
//!
//! [[exempt]]                                   # a function, or all in a module or type: what rules find there stays
//! path = "house::legacy"
//! rules = ["blocking_call"]
//! reason = "goes away with the old meter"
//!
//! [levels]                                     # what `cargo onloop` makes of the findings of a rule
//! untracked_spawn = "warn"                     # "allow", "warn" or "deny"
//! ```
//!
//! A path begins with its crate; `crate` is the one being compiled. A function of the crate itself is recognised by any
//! public or private path that leads to it, one of another crate by the paths that the calling code writes. The method
//! of a trait counts where the text names the trait (`dyn Store`, `impl Store`, `Store::save(..)`), not for the types
//! that implement it.
//!
//! Two files are read: the package's, and the one in the root of its workspace. Where they contradict each other, path
//! by path and category by category, the package's counts. The root is the nearest folder with a `Cargo.toml` that has
//! a `[workspace]`, as cargo finds it unless a package names another one; vendored packages have none.
//!
//! All problems in a file are reported at once, and its valid entries still apply. If a file is not TOML, nothing in it
//! applies.

mod exempt;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use toml_span::value::{Table, ValueInner};
use toml_span::{Span, Value};

use crate::knowledge::catalogue::{Category, Certainty, EXECUTOR, Entry, Kind};
use crate::knowledge::exempt::RuleName;
use crate::knowledge::project::{Call, Guard, Project, Switch, kept};
use crate::syntax::files::Files;
use crate::syntax::near::nearest;

/// The name of the file.
const NAME: &str = "onloop.toml";

/// What the files say.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) project: Project,
    pub(crate) problems: Vec<Problem>,
    /// What becomes of the findings of rules; for one rule, what is said first counts.
    pub(crate) levels: Vec<(RuleName, String)>,
    /// The files that were read.
    pub(crate) files: Vec<PathBuf>,
}

/// Something that is wrong in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// With file and line.
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Config {
    /// Reads the files of a package.
    pub(crate) fn read(files: &dyn Files, package: &Path) -> Config {
        let mut config = Config::default();
        let named: Vec<_> = package.ancestors().filter(|folder| files.stamp(&folder.join(NAME)).is_some()).collect();
        if named.is_empty() {
            return config;
        }
        let is_vendored = files.stamp(&package.join(".cargo-checksum.json")).is_some();
        let root = if is_vendored { None } else { workspace_of(files, package) };
        let base = root.unwrap_or(package);
        for folder in named.into_iter().filter(|folder| *folder == package || Some(*folder) == root) {
            let path = folder.join(NAME);
            let name = path.strip_prefix(base).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if let Some(text) = files.read(&path) {
                config.add(&name, &text);
                config.files.push(path);
            } else {
                let help = "make it a file that can be read, in UTF-8, or remove it".to_owned();
                config.problems.push(Problem { message: format!("{name} cannot be read"), help });
            }
        }
        config
    }

    /// Adds what one file says to what is known.
    fn add(&mut self, name: &str, text: &str) {
        let mut reader =
            Reader { name, text, problems: Vec::new(), project: &mut self.project, levels: &mut self.levels };
        match toml_span::parse(text) {
            Ok(document) => reader.document(&document),
            Err(error) => {
                let message = format!("this is not TOML: {error}");
                reader.problem(error.span, &message, "nothing in the file counts until this is mended".to_owned());
            }
        }
        let mut problems = reader.problems;
        problems.sort_by_key(|(at, _)| *at);
        self.problems.extend(problems.into_iter().map(|(_, problem)| problem));
    }
}

/// The root of the workspace around a package.
fn workspace_of<'p>(files: &dyn Files, package: &'p Path) -> Option<&'p Path> {
    package.ancestors().find(|folder| {
        let manifest = files.read(&folder.join("Cargo.toml"));
        // Most are without it; the word may as well be part of another.
        manifest.filter(|text| text.contains("workspace")).is_some_and(|text| {
            let parsed = toml_span::parse(&text);
            parsed.is_ok_and(|parsed| parsed.as_table().is_some_and(|table| table.contains_key("workspace")))
        })
    })
}

/// The lists of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Blocking,
    Harmless,
    Elsewhere,
    Guard,
}

impl List {
    const ALL: [List; 4] = [List::Blocking, List::Harmless, List::Elsewhere, List::Guard];

    fn word(self) -> &'static str {
        match self {
            List::Blocking => "blocking",
            List::Harmless => "harmless",
            List::Elsewhere => "elsewhere",
            List::Guard => "guard",
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            List::Blocking => &["path", "instead", "category", "certainty", "reason"],
            List::Harmless | List::Elsewhere => &["path", "reason"],
            List::Guard => &["path", "instead", "reason"],
        }
    }
}

const CATEGORIES: &str = "categories";
const ALL: &str = "all";
const SWITCHES: [(&str, Switch); 3] = [("off", Switch::Off), ("on", Switch::On), ("strict", Switch::Strict)];
const CERTAINTIES: [&str; 3] = ["always", "usually", "bounded"];

/// Reads one file.
struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    problems: Vec<(usize, Problem)>,
    project: &'a mut Project,
    levels: &'a mut Vec<(RuleName, String)>,
}

impl Reader<'_> {
    fn line(&self, at: Span) -> usize {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    fn problem(&mut self, at: Span, message: &str, help: String) {
        let message = format!("{}:{}: {message}", self.name, self.line(at));
        self.problems.push((at.start, Problem { message, help }));
    }

    fn document(&mut self, document: &Value<'_>) {
        let Some(table) = document.as_table() else { return };
        let lists = List::ALL.iter().map(|list| list.word());
        let known: Vec<_> = lists.chain([CATEGORIES, "exempt", "levels"]).collect();
        let mut harmful = Vec::new();
        for (key, value) in table {
            if let Some(list) = List::ALL.into_iter().find(|list| list.word() == key.name) {
                self.list(list, value, &mut harmful);
            } else if key.name == CATEGORIES {
                self.categories(value);
            } else if key.name == "exempt" {
                self.exempts(value);
            } else if key.name == "levels" {
                self.levels(value);
            } else {
                let message = format!("there is no `{}`", key.name);
                self.problem(key.span, &message, advice(&key.name, "the file holds", &known));
            }
        }
    }

    /// `[[blocking]]`, or `blocking = ["path", { path = ".." }]`. `harmful` are the paths that block.
    fn list(&mut self, list: List, value: &Value<'_>, harmful: &mut Vec<&'static str>) {
        let word = list.word();
        let Some(entries) = value.as_array() else {
            let found = value.as_ref().type_str();
            let help = format!("each entry begins with `[[{word}]]`, in double brackets");
            return self.problem(value.span, &format!("`{word}` is a list, not {}", article(found)), help);
        };
        for entry in entries {
            match entry.as_ref() {
                ValueInner::Table(table) => self.entry(list, entry.span, table, harmful),
                ValueInner::String(_) => {
                    let paths = self.paths(list, entry);
                    self.take(list, entry.span, &paths, &Said::default(), harmful);
                }
                other => {
                    let message =
                        format!("an entry of `{word}` is a table or a path, not {}", article(other.type_str()));
                    self.problem(entry.span, &message, format!("write `[[{word}]]` and below it `path = \"..\"`"));
                }
            }
        }
    }

    fn entry(&mut self, list: List, at: Span, table: &Table<'_>, harmful: &mut Vec<&'static str>) {
        let word = list.word();
        let mut said = Said::default();
        let mut paths = None;
        for (key, value) in table {
            match &*key.name {
                name if !list.keys().contains(&name) => {
                    let message = format!("`[[{word}]]` has no key `{name}`");
                    self.problem(key.span, &message, advice(name, "its keys are", list.keys()));
                }
                "path" => paths = Some(self.paths(list, value)),
                "instead" => said.instead = self.text("instead", value),
                "reason" => said.reason = self.text("reason", value),
                "category" => {
                    said.category =
                        self.word("category", value, &categories()).and_then(|word| Category::from_id(&word));
                }
                _ => {
                    let word = self.word("certainty", value, &CERTAINTIES);
                    said.certainty = word.and_then(|word| Certainty::from_word(&word)).map(|is| (is, value.span));
                }
            }
        }
        if let Some(paths) = paths {
            self.take(list, at, &paths, &said, harmful);
        } else {
            let help = "add the path as it is written in Rust: `path = \"my_crate::module::function\"`".to_owned();
            self.problem(at, &format!("`[[{word}]]` is without `path`"), help);
        }
    }

    /// Adds an entry, once for each of its paths.
    fn take(
        &mut self,
        list: List,
        at: Span,
        paths: &[(&'static str, Span)],
        said: &Said,
        harmful: &mut Vec<&'static str>,
    ) {
        let Some((_, first)) = paths.first() else { return };
        let place = format!("{}:{}", self.name, self.line(*first));
        let listed = kept(&said.reason.as_ref().map_or(place.clone(), |reason| format!("{place}: {reason}")));
        if list == List::Harmless && said.reason.is_none() {
            let help = "add `reason = \"..\"`: what makes the call harmless here".to_owned();
            self.problem(at, "`[[harmless]]` is without `reason`", help);
        }
        if let (Some((Certainty::Usually | Certainty::Bounded, at)), None) = (said.certainty, said.category) {
            let help = "add `category = \"..\"`, by which it is asked for: `strict(lock)`".to_owned();
            self.problem(at, "what does not always block needs a category", help);
        }
        for &(path, at) in paths {
            if list == List::Harmless && harmful.contains(&path) {
                let help = "keep one of the two".to_owned();
                self.problem(at, &format!("`{path}` is listed as `blocking` and as `harmless`"), help);
                continue;
            }
            match list {
                List::Blocking => {
                    harmful.push(path);
                    self.project.add_call(path, Call::Blocks(said.entry(path, listed)));
                }
                List::Harmless => self.project.add_call(path, Call::Harmless),
                List::Elsewhere => self.project.add_elsewhere(path),
                List::Guard => {
                    let instead = said.instead.as_deref().map(kept);
                    let what = kept(&format!("the guard `{path}`"));
                    self.project.add_guard(path, Guard { what, instead, listed });
                }
            }
        }
    }

    /// The value of `path`: one, or several of the same item.
    fn paths(&mut self, list: List, value: &Value<'_>) -> Vec<(&'static str, Span)> {
        let single = std::slice::from_ref(value);
        let values = value.as_array().map_or(single, Vec::as_slice);
        if values.is_empty() {
            self.problem(value.span, "`path` is empty", "write at least one path".to_owned());
        }
        let mut paths = Vec::new();
        for value in values {
            let Some(written) = value.as_str() else {
                let found = article(value.as_ref().type_str());
                let help = "write it as text: `path = \"my_crate::module::function\"`".to_owned();
                self.problem(value.span, &format!("`path` is a string, not {found}"), help);
                continue;
            };
            let path = written.strip_prefix("::").unwrap_or(written);
            if is_path(path) {
                // As the catalogue names them.
                let in_std = path.strip_prefix("core::").or_else(|| path.strip_prefix("alloc::"));
                let path = in_std.map_or(kept(path), |rest| kept(&format!("std::{rest}")));
                paths.push((path, value.span));
            } else {
                let hint = likely_path(path).map(|path| format!("did you mean `{path}`? ")).unwrap_or_default();
                let example = if list == List::Guard { "my_crate::module::Type" } else { "my_crate::module::function" };
                let help = format!("{hint}a path begins with its crate and has names only: `{example}`");
                self.problem(value.span, &format!("`{}` is not a path", written.escape_debug()), help);
            }
        }
        paths
    }

    /// A text for messages.
    fn text(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        let help = || format!("write one line of text: `{key} = \"..\"`");
        match value.as_str().map(str::trim) {
            Some("") => self.problem(value.span, &format!("`{key}` is empty"), help()),
            Some(text) if text.contains(['\n', '\r']) => {
                self.problem(value.span, &format!("`{key}` has more than one line"), help());
            }
            Some(text) => return Some(text.to_owned()),
            None => {
                let found = article(value.as_ref().type_str());
                self.problem(value.span, &format!("`{key}` is a string, not {found}"), help());
            }
        }
        None
    }

    /// One of several words.
    fn word(&mut self, key: &str, value: &Value<'_>, known: &[&str]) -> Option<String> {
        match value.as_str() {
            Some(word) if known.contains(&word) => return Some(word.to_owned()),
            Some(word) => {
                let help = advice(word, "it is one of", known);
                self.problem(value.span, &format!("`{key}` cannot be `{}`", word.escape_debug()), help);
            }
            None => {
                let found = article(value.as_ref().type_str());
                self.problem(
                    value.span,
                    &format!("`{key}` is a string, not {found}"),
                    advice("", "it is one of", known),
                );
            }
        }
        None
    }

    fn categories(&mut self, value: &Value<'_>) {
        let Some(table) = value.as_table() else {
            let help = "write `[categories]`, and below it lines as `lock = \"strict\"`".to_owned();
            let found = article(value.as_ref().type_str());
            return self.problem(value.span, &format!("`{CATEGORIES}` is a table, not {found}"), help);
        };
        let words = SWITCHES.map(|(word, _)| word);
        let mut all = None;
        for (key, value) in table {
            let category = Category::from_id(&key.name);
            if category.is_none() && key.name != ALL {
                let known: Vec<_> = categories().into_iter().chain([ALL]).collect();
                let message = format!("the catalogue has no category `{}`", key.name);
                self.problem(key.span, &message, advice(&key.name, "the categories are", &known));
                continue;
            }
            let Some(word) = self.word(&key.name, value, &words) else { continue };
            let Some((_, switch)) = SWITCHES.into_iter().find(|(known, _)| *known == word) else { continue };
            match category {
                Some(category) => self.project.add_switch(category, switch),
                None => all = Some(switch),
            }
        }
        // Those that are named count before it.
        if let Some(switch) = all {
            for category in Category::ALL {
                self.project.add_switch(category, switch);
            }
        }
    }
}

/// What an entry says besides its paths.
#[derive(Default)]
struct Said {
    instead: Option<String>,
    category: Option<Category>,
    certainty: Option<(Certainty, Span)>,
    reason: Option<String>,
}

impl Said {
    fn entry(&self, path: &'static str, listed: &'static str) -> Entry {
        let of_type = path.rsplit("::").nth(1).is_some_and(|of| of.starts_with(char::is_uppercase));
        Entry {
            path,
            kind: if of_type { Kind::Method } else { Kind::Fn },
            category: self.category.unwrap_or(Category::Own),
            certainty: self.certainty.map_or(Certainty::Always, |(certainty, _)| certainty),
            instead: self.instead.as_deref().map_or(EXECUTOR, kept),
            also: "",
            listed: Some(listed),
        }
    }
}

fn categories() -> Vec<&'static str> {
    Category::ALL.iter().map(|category| category.id()).collect()
}

/// A crate and what is in it.
fn is_path(path: &str) -> bool {
    let mut names = path.split("::");
    names.next().is_some_and(|first| first == "crate" || is_name(first))
        && names.clone().next().is_some()
        && names.all(is_name)
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    let is_first = |letter: char| letter.is_alphabetic() || letter == '_';
    letters.next().is_some_and(is_first)
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
        && !matches!(name, "_" | "crate" | "self" | "super" | "Self")
}

/// What somebody meant who wrote the package's name, a call, type arguments or a dot.
fn likely_path(path: &str) -> Option<String> {
    let mut plain = String::new();
    let mut angles = 0_usize;
    for letter in path.split('(').next()?.trim_end_matches('!').chars() {
        match letter {
            '<' => angles += 1,
            '>' => angles = angles.saturating_sub(1),
            _ if angles > 0 || letter.is_whitespace() => {}
            '-' => plain.push('_'),
            '.' => plain.push_str("::"),
            _ => plain.push(letter),
        }
    }
    // `Vec::<u8>::new` has lost what stood between the colons.
    let plain = plain.replace("::::", "::");
    is_path(&plain).then_some(plain)
}

/// What is allowed, and what was likely meant.
fn advice(word: &str, are: &str, known: &[&str]) -> String {
    let hint = nearest(word, known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let known: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
    format!("{hint}{are} {}", known.join(", "))
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {kind}")
}
