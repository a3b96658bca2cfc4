//! Checks the selected targets: the engine's second host.
//!
//! Each unit (a target, with or without its tests) has its own engine. Large units are split among threads, each with
//! an engine that knows the whole crate and checks a part of its files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use onloop_analysis::{Engine, Index, Place, Source, too_deep_at};
use proc_macro2::{Span, TokenStream};

use crate::cache::Renewal;
use crate::disk::Disk;
use crate::edit::line_of;
use crate::failure::Failure;
use crate::finding::{Finding, Level, Link};
use crate::kept::{Kept, Outdated};
use crate::levels;
use crate::looked::{Looked, Unknown};
use crate::select::{Unit, Workspace};
use crate::sources::sources;
use crate::walk::{Function, How, walk};

/// Enough for what people write; what is deeper is not parsed.
const STACK: usize = 64 << 20;
/// Deeper nesting than this is not given to a parser that recurses.
const DEPTH: usize = 256;
/// A unit with fewer files is not shared out.
const MANY_FILES: usize = 24;

/// A unit that is looked at, by its number; with what is known of it.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) unit: usize,
    pub(crate) renewal: Option<Box<Renewal>>,
}

/// A part of a unit.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    job: &'a Job,
    number: usize,
    of: usize,
}

/// What came of a part.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) unit: usize,
    /// What concerns no file in particular.
    pub(crate) rest: Looked,
    pub(crate) kept: Kept,
    /// The files that were asked for, by their hashes.
    pub(crate) files: BTreeMap<PathBuf, Option<u64>>,
}

/// Looks at units.
pub(crate) fn look(
    workspace: &Workspace,
    disk: &Disk,
    target: Option<&str>,
    jobs: &[Job],
    tell: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Done>, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let parts = share_out(workspace, jobs, threads);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let run = || {
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let disk = disk.asked_anew();
            let (rest, kept) = look_at(workspace, &disk, target, *part);
            let files = disk.asked();
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push(Done { unit: part.job.unit, rest, kept, files });
            tell(done.len(), parts.len());
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.min(parts.len()))
            .map(|_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run))
            .collect();
        for thread in threads {
            let joined = thread.map_err(|error| Failure::new(format!("no thread can be started: {error}")))?.join();
            joined.map_err(|_| Failure::new("this is a mistake of `cargo onloop` itself: please report it"))?;
        }
        Ok(())
    })?;
    Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Every unit as one part, or a large one as one part a thread.
fn share_out<'a>(workspace: &Workspace, jobs: &'a [Job], threads: usize) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for job in jobs {
        let root = workspace.units[job.unit].target.src_path.as_std_path();
        let is_large = jobs.len() < 2 * threads || root.parent().is_some_and(has_many_files);
        let of = if is_large && job.renewal.is_none() { threads } else { 1 };
        parts.extend((0..of).map(|number| Part { job, number, of }));
    }
    parts
}

fn has_many_files(folder: &Path) -> bool {
    let mut left = MANY_FILES;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                left -= 1;
                if left == 0 {
                    return true;
                }
            }
        }
    }
    false
}

/// The engine for a unit.
pub(crate) fn engine(workspace: &Workspace, disk: &Disk, target: Option<&str>, unit: &Unit) -> Engine {
    let sources: Vec<Source> = sources(workspace, unit, target);
    let folder = workspace.packages[unit.package].manifest_path.parent().map(|folder| folder.as_std_path().to_owned());
    let index = Index::of_sources(Box::new(disk.clone()), &sources, sources.len() - 1, workspace.root.clone());
    Engine::new(index).with_all_rules().in_package(folder.unwrap_or_default(), unit.target.name.replace('-', "_"))
}

fn look_at(workspace: &Workspace, disk: &Disk, target: Option<&str>, part: Part<'_>) -> (Looked, Kept) {
    let unit = &workspace.units[part.job.unit];
    let mut engine = engine(workspace, disk, target, unit);
    let mut rest = Looked::default();
    let project = engine.project_config();
    rest.problems.extend(project.problems);
    let levels = levels::of_project(&project.levels);
    let mut files = engine.files(unit.test);
    if files.is_empty() {
        let (file, why) = (workspace.shown(unit.target.src_path.as_std_path()), "it cannot be read".to_owned());
        rest.files.insert(file.clone());
        rest.unparsed.insert(file.clone());
        rest.unknown.insert(Unknown { file, line: 1, column: 1, why });
    }
    if part.number == 0 {
        for (file, module) in engine.modules_without_file(unit.test) {
            let why = format!("the file of the module `{module}` cannot be read");
            let line = disk.text(&file).and_then(|text| line_of_module(&text, &module)).unwrap_or(1);
            rest.unknown.insert(Unknown { file: workspace.shown(&file), line, column: 1, why });
        }
    }
    files.sort();
    if let Some(renewal) = &part.job.renewal {
        let outdated = outdated(&mut engine, &renewal.outdated);
        files.retain(|file| outdated.contains(file));
    }
    let package = workspace.packages[unit.package].name.to_string();
    let mut pieces = Vec::new();
    for file in files.into_iter().skip(part.number).step_by(part.of) {
        let mut looked = Looked::default();
        let mut reader =
            Reader { workspace, engine: &mut engine, looked: &mut looked, package: &package, levels: &levels };
        reader.file(disk, &file);
        // The tokens of a file are no longer needed.
        proc_macro2::extra::invalidate_current_thread_spans();
        pieces.push((file, looked, engine.asked_meanwhile()));
    }
    (rest, Kept::of(&mut engine, pieces))
}

/// The line of `mod name;`.
fn line_of_module(text: &str, name: &str) -> Option<usize> {
    let declared = format!("mod {name};");
    text.lines().position(|line| line.contains(&declared)).map(|line| line + 1)
}

/// The files in which something else may be found now.
fn outdated(engine: &mut Engine, known: &Outdated) -> BTreeSet<PathBuf> {
    let mut files = known.files.clone();
    for (question, who) in &known.questions {
        if !who.is_subset(&files) && engine.answer(question) {
            files.extend(who.iter().cloned());
        }
    }
    // That was nobody's question.
    engine.asked_meanwhile();
    files
}

struct Reader<'a> {
    workspace: &'a Workspace,
    engine: &'a mut Engine,
    looked: &'a mut Looked,
    package: &'a str,
    levels: &'a dyn Fn(&str, bool) -> Level,
}

impl Reader<'_> {
    fn file(&mut self, disk: &Disk, path: &Path) {
        let Some(text) = disk.text(path) else { return };
        let shown = self.workspace.shown(path);
        self.looked.files.insert(shown.clone());
        let file = match parse(&text) {
            Ok(file) => file,
            Err(mut unknown) => {
                self.looked.unparsed.insert(shown.clone());
                unknown.file = shown;
                self.looked.unknown.insert(unknown);
                return;
            }
        };
        let held = walk(&file, self.engine.cfg());
        let mut unknown = |line, why: &str| {
            let unknown = Unknown { file: shown.clone(), line, column: 1, why: why.to_owned() };
            self.looked.unknown.insert(unknown);
        };
        for line in held.macros {
            unknown(line, "the async functions in this macro cannot be seen");
        }
        for line in held.includes {
            unknown(line, "what this `include!` brings is not looked at");
        }
        for function in held.functions {
            self.function(path, &shown, function);
        }
    }

    fn function(&mut self, path: &Path, shown: &str, function: Function) {
        let place = |span: Span| {
            let start = span.start();
            (start.line > 0).then(|| Place { file: path.to_owned(), line: start.line, column: start.column + 1 })
        };
        let looked = match function.how {
            How::Kind(kind, arguments) => self.engine.look(kind, arguments, function.item, &place),
            How::Tasks => self.engine.look_at_tasks(function.item, &place),
        };
        let Some(looked) = looked else { return };
        self.looked.functions += 1;
        if looked.is_too_deep {
            let why = format!("`{}` is nested too deep to be looked at", looked.function);
            let unknown = Unknown { file: shown.to_owned(), line: function.line, column: function.column, why };
            self.looked.unknown.insert(unknown);
        }
        for found in looked.findings {
            let [line, column, end_line, end_column] = extent(found.tokens.clone()).unwrap_or([
                function.line,
                function.column,
                function.line,
                function.column,
            ]);
            let callee = found.callee.clone().unwrap_or_else(|| named(&found.tokens));
            let as_link = |step: onloop_analysis::Step| Link {
                function: step.function,
                file: self.workspace.shown(&step.file),
                line: step.line,
            };
            // The chain shows where it blocks.
            let place = found.place.filter(|_| found.chain.is_empty());
            let notes = place.map(|place| format!("blocks here: {place}")).into_iter().chain(found.notes).collect();
            self.looked.findings.push(Finding {
                rule: found.rule.to_owned(),
                level: (self.levels)(found.rule, found.is_unrequested),
                package: self.package.to_owned(),
                file: shown.to_owned(),
                line,
                column,
                end_line,
                end_column,
                key: Finding::key_of(self.package, &looked.function, found.rule, &callee),
                function: looked.function.clone(),
                message: found.message,
                help: found.help.join("\n"),
                notes,
                chain: found.chain.into_iter().map(as_link).collect(),
                callee,
                by_types: false,
            });
        }
    }
}

/// Where tokens begin and end; columns from 1, the end behind the last character.
pub(crate) fn extent(tokens: TokenStream) -> Option<[usize; 4]> {
    let mut spans = tokens.into_iter().map(|token| token.span()).filter(|span| span.start().line > 0);
    let first = spans.next()?;
    let last = spans.last().unwrap_or(first);
    let (start, end) = (first.start(), last.end());
    Some([start.line, start.column + 1, end.line, end.column + 1])
}

/// What a rule points at, in one word: of a call what is called.
fn named(tokens: &TokenStream) -> String {
    let text = tokens.to_string().replace(' ', "");
    let text = text.split(['(', '{']).next().unwrap_or_default();
    text.chars().take(80).collect()
}

/// Parses a file, or says why it is not Rust.
pub(crate) fn parse(text: &str) -> Result<syn::File, Unknown> {
    let at = |line, column, why: String| Unknown { file: String::new(), line, column, why };
    if let Some(byte) = too_deep_at(text, DEPTH) {
        return Err(at(line_of(text, byte), 1, "nested too deep to be parsed".to_owned()));
    }
    syn::parse_file(text).map_err(|error| {
        let start = error.span().start();
        at(start.line.max(1), start.column + 1, format!("it does not parse: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::{extent, named, parse};

    #[test]
    fn places_are_in_characters() {
        let tokens = "é::b\n (c)".parse().unwrap();
        assert_eq!(extent(tokens), Some([1, 1, 2, 5]));
    }

    #[test]
    fn a_call_is_named_by_what_is_called() {
        assert_eq!(named(&"std :: fs :: read (a (b))".parse().unwrap()), "std::fs::read");
    }

    #[test]
    fn what_does_not_parse_is_told() {
        let unknown = parse("fn f() {\n  let = ;\n}").err().unwrap();
        assert_eq!((unknown.line, unknown.column), (2, 7));
        assert!(parse(&format!("fn f() {{ {} }}", "(".repeat(100_000))).is_err());
    }
}
