//! `cargo onloop fix`: makes mechanical repairs. Each change is compiled, and reverted if it does not compile.
//!
//! This command runs the compiler, and with it the build scripts and procedural macros of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::baseline::{self, Counts};
use crate::check;
use crate::cli::{Check, Fix};
use crate::compile::{Said, Suggestion, compile, lint};
use crate::disk::Disk;
use crate::edit::{Changes, Edit, apply};
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::fix::trial::{Trial, Trials};
use crate::journal::Journal;
use crate::levels::Given;
use crate::look::parse;
use crate::mend::mend;
use crate::output;
use crate::select::Workspace;

mod trial;

pub(crate) fn fix(fix: &Fix, check: &Check) -> Result<u8, Failure> {
    let workspace = Workspace::load(&fix.selection)?;
    let journal = Journal::open(&workspace, check)?;
    if !fix.diff {
        is_clean(&workspace.root, fix)?;
    }
    let before = findings(&workspace, check)?;
    let mut trials = trials(&workspace, &before);
    let mut changes = Changes::default();
    if !trials.all.is_empty() {
        let mut work = Work { workspace: &workspace, fix, journal, known: Vec::new() };
        changes = work.keep_what_compiles(&mut trials)?;
        while take_back_what_is_worse(&mut trials, &before, &findings(&workspace, check)?) {
            changes = work.settle(&mut trials)?;
        }
        changes = work.without_idle_clones(changes)?;
        if !fix.diff {
            work.journal.keep();
        }
    }
    if fix.diff {
        changes.show(&workspace.root);
    }
    tell(&workspace, fix, check, &trials, before.len());
    Ok(CLEAN)
}

fn findings(workspace: &Workspace, check: &Check) -> Result<Vec<Finding>, Failure> {
    let mut looked = check::findings(workspace, &Disk::default(), check)?;
    Given::default().apply(&mut looked.findings);
    Ok(looked.findings)
}

/// What can be tried for the findings.
fn trials(workspace: &Workspace, findings: &[Finding]) -> Trials {
    let disk = Disk::default();
    let mut trials = Trials::default();
    let mut parsed: BTreeMap<PathBuf, Option<syn::File>> = BTreeMap::new();
    for found in findings {
        let path = workspace.file(&found.file);
        let Some(text) = disk.text(&path) else { continue };
        let file = parsed.entry(path.clone()).or_insert_with(|| parse(&text).ok());
        let Some(file) = file else { continue };
        let package = workspace.packages.iter().find(|package| package.name.as_str() == found.package);
        let has_tokio = package.is_some_and(|package| package.dependencies.iter().any(|on| on.name == "tokio"));
        let ways = mend(&text, file, found, has_tokio);
        if !ways.is_empty() {
            trials.texts.entry(path.clone()).or_insert_with(|| text.to_string());
            trials.all.push(Trial::new(path, found.clone(), ways));
        }
    }
    trials
}

/// What has become of it.
fn tell(workspace: &Workspace, fix: &Fix, check: &Check, trials: &Trials, findings: usize) {
    let (back, kept): (Vec<_>, Vec<_>) = trials.all.iter().partition(|trial| trial.is_given_up());
    for trial in &back {
        let Finding { line, rule, .. } = &trial.found;
        let why = trial.why.as_deref().unwrap_or("it does not compile");
        output::say(check, "Left", &format!("{}:{line} onloop::{rule}: {why}", workspace.shown(&trial.file)));
    }
    let reverted = if back.is_empty() { String::new() } else { format!("; {} reverted", back.len()) };
    let word = if fix.diff { "Would fix" } else { "Fixed" };
    let left = findings.saturating_sub(kept.len());
    output::say(check, word, &format!("{}{reverted}; {left} left", output::count(kept.len(), "finding")));
}

/// What is done to the files, until they are as they are to be.
struct Work<'a> {
    workspace: &'a Workspace,
    fix: &'a Fix,
    journal: Journal,
    /// Imports that nobody used before.
    known: Vec<Suggestion>,
}

impl Work<'_> {
    fn compile(&self) -> Result<Said, Failure> {
        compile(self.workspace, &self.fix.selection)
    }

    fn keep_what_compiles(&mut self, trials: &mut Trials) -> Result<Changes, Failure> {
        let said = self.compile()?;
        if let Some(error) = said.errors.first() {
            return Err(Failure::new(format!("the code does not compile as it is: {}", error.text)));
        }
        self.known = said.unused;
        self.settle(trials)
    }

    /// Goes on from way to way until there are no errors.
    fn settle(&mut self, trials: &mut Trials) -> Result<Changes, Failure> {
        let mut alone = None;
        loop {
            let files = trials.laid_out();
            let laid: Vec<_> = files.iter().map(|(path, laid)| (&**path, &*trials.texts[path], &*laid.text)).collect();
            self.journal.write(&laid)?;
            let said = self.compile()?;
            if said.errors.is_empty() {
                alone = trials.next_waiting();
                if alone.is_some() {
                    continue;
                }
                let texts = files.into_iter().map(|(path, laid)| (path, laid.text)).collect();
                return self.without_unused(trials, texts, said.unused);
            }
            if let Some(number) = alone {
                trials.go_on(number, &said.errors[0].text);
                continue;
            }
            let is_heard = said.errors.iter().filter(|error| trials.hear(error, &files)).count() > 0;
            if !is_heard {
                trials.suspect(&said.errors);
            }
        }
    }

    /// Takes out the imports that nobody uses any more.
    fn without_unused(
        &mut self,
        trials: &Trials,
        mut texts: BTreeMap<PathBuf, String>,
        unused: Vec<Suggestion>,
    ) -> Result<Changes, Failure> {
        let is_known =
            |one: &Suggestion| self.known.iter().any(|known| known.file == one.file && known.text == one.text);
        let fresh: Vec<Suggestion> = unused.into_iter().filter(|one| !is_known(one)).collect();
        let before = texts.clone();
        for file in fresh.iter().map(|unused| &unused.file).collect::<BTreeSet<_>>() {
            // A module of tests may use it.
            let Some(text) = texts.get_mut(file).filter(|text| !text.contains("super::*")) else { continue };
            let edits: Vec<_> =
                fresh.iter().filter(|one| one.file == *file).flat_map(|one| one.edits.clone()).collect();
            *text = apply(text, &edits);
        }
        if texts != before {
            self.write(trials, &texts)?;
            if !self.compile()?.errors.is_empty() {
                self.write(trials, &before)?;
                texts = before;
            }
        }
        let changed = texts.into_iter().map(|(path, text)| (path.clone(), (trials.texts[&path].clone(), text)));
        Ok(Changes(changed.collect()))
    }

    fn write(&mut self, trials: &Trials, texts: &BTreeMap<PathBuf, String>) -> Result<(), Failure> {
        let files: Vec<_> = texts.iter().map(|(path, text)| (&**path, &*trials.texts[path], &**text)).collect();
        self.journal.write(&files)
    }

    /// Has values copied as Rust does where a change clones them for want of knowing their types. Clippy knows them.
    fn without_idle_clones(&mut self, changes: Changes) -> Result<Changes, Failure> {
        let clones = |text: &str| text.matches(".clone()").count();
        if !changes.0.values().any(|(old, new)| clones(new) > clones(old)) {
            return Ok(changes);
        }
        let told = lint(self.workspace, &self.fix.selection, "clippy::clone_on_copy");
        let mut better = Changes::default();
        for (path, (old, new)) in &changes.0 {
            let edits = told.iter().filter(|told| told.file == *path).flat_map(|told| told.edits.iter().cloned());
            let edits: Vec<Edit> = edits.filter(|edit| is_new_line(old, new, edit.range.start)).collect();
            better.0.insert(path.clone(), (old.clone(), apply(new, &edits)));
        }
        self.write_changes(&better)?;
        if self.compile().is_ok_and(|said| said.errors.is_empty()) {
            return Ok(better);
        }
        self.write_changes(&changes)?;
        Ok(changes)
    }

    fn write_changes(&mut self, changes: &Changes) -> Result<(), Failure> {
        let all = changes.0.iter().map(|(path, (old, new))| (&**path, &**old, &**new));
        self.journal.write(&all.collect::<Vec<_>>())
    }
}

/// Whether the line around a byte is not in the file as it was.
fn is_new_line(old: &str, new: &str, byte: usize) -> bool {
    let Some(before) = new.get(..byte) else { return false };
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = new[start..].lines().next().unwrap_or_default();
    old.lines().all(|known| known != line)
}

/// Gives up what has not helped, or has made something else wrong: whether there is any.
fn take_back_what_is_worse(trials: &mut Trials, before: &[Finding], after: &[Finding]) -> bool {
    let (before, counts): (Counts, Counts) = (baseline::count(before), baseline::count(after));
    let is_new = |found: &&Finding| counts[&found.key] > before.get(&found.key).copied().unwrap_or_default();
    let worse: BTreeMap<(&str, &str), &str> =
        after.iter().filter(is_new).map(|found| ((&*found.package, &*found.function), &*found.rule)).collect();
    let chosen = trials.chosen();
    let mut mended: BTreeMap<String, usize> = BTreeMap::new();
    for &number in &chosen {
        *mended.entry(trials.all[number].found.key.clone()).or_default() += 1;
    }
    let mut any = false;
    for number in chosen {
        let found = &trials.all[number].found;
        let left = counts.get(&found.key).copied().unwrap_or_default();
        let is_there_still = left + mended[&found.key] > before.get(&found.key).copied().unwrap_or_default();
        let why = match worse.get(&(&*found.package, &*found.function)) {
            Some(rule) => format!("it would bring `{rule}`"),
            None if is_there_still => "it does not help".to_owned(),
            None => continue,
        };
        trials.all[number].give_up(&why);
        any = true;
    }
    any
}

/// Whether everything is committed, so that the changes can be told from what was there before.
fn is_clean(root: &Path, fix: &Fix) -> Result<(), Failure> {
    if fix.allow_dirty {
        return Ok(());
    }
    let status = Command::new("git").current_dir(root).args(["status", "--porcelain"]).output();
    match status {
        Ok(status) if status.status.success() && status.stdout.is_empty() => Ok(()),
        Ok(status) if status.status.success() => {
            Err(Failure::new("there are changes that are not committed").help("commit them, or use `--allow-dirty`"))
        }
        _ if fix.allow_no_vcs => Ok(()),
        _ => Err(Failure::new("there is no version control that could bring back what is changed")
            .help("use `--allow-no-vcs` if that is fine")),
    }
}
