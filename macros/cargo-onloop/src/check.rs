//! `cargo onloop check`: looks for findings and reports them.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::Path;

use crate::baseline::{self, Counts};
use crate::cache::{Cache, Known};
use crate::changed::Before;
use crate::cli::{Check, Format, MessageFormat};
use crate::disk::Disk;
use crate::exit::{CLEAN, FOUND};
use crate::failure::Failure;
use crate::finding::{Finding, Level};
use crate::journal;
use crate::levels::Given;
use crate::look::{Job, look};
use crate::looked::Looked;
use crate::output::{self, Form, Report};
use crate::renamed::take_renamed;
use crate::select::Workspace;
use crate::types;

/// Everything that is found, before anything is taken out.
pub(crate) fn findings(workspace: &Workspace, disk: &Disk, check: &Check) -> Result<Looked, Failure> {
    let target = check.selection.target.as_deref();
    let cache = Cache::new(workspace, disk, target);
    let mut all = Looked::default();
    let mut jobs = Vec::new();
    for (number, unit) in workspace.units.iter().enumerate() {
        match if check.no_cache { Known::Nothing } else { cache.read(unit) } {
            Known::All(looked) => all.add(looked),
            Known::Part(renewal) => jobs.push(Job { unit: number, renewal: Some(renewal) }),
            Known::Nothing => jobs.push(Job { unit: number, renewal: None }),
        }
    }
    let bar = Progress::new(check.quiet);
    let mut parts = look(workspace, disk, target, &jobs, &|done, of| bar.tell(done, of))?;
    bar.end();
    for Job { unit, renewal } in jobs {
        let (mut rest, mut fresh, mut asked) = (Looked::default(), Vec::new(), BTreeMap::new());
        for part in parts.extract_if(.., |part| part.unit == unit) {
            rest.add(part.rest);
            fresh.push(part.kept);
            asked.extend(part.files);
        }
        if check.no_cache {
            all.add(rest);
            for kept in &fresh {
                all.add(kept.looked());
            }
        } else {
            all.add(cache.write(&workspace.units[unit], renewal, asked, rest, fresh));
        }
    }
    all.sort();
    Ok(all)
}

/// Known findings, which are not reported.
#[derive(Debug, Default)]
struct KnownFindings {
    /// Of the baseline.
    baseline: Counts,
    /// Where the branch left its base.
    before: Vec<Finding>,
    /// What files were called then.
    renames: BTreeMap<String, String>,
}

impl KnownFindings {
    /// Takes out what is known, and says how much that was.
    fn take_from(self, findings: &mut Vec<Finding>) -> usize {
        let found = baseline::count(findings);
        let mut all = self.baseline;
        for (key, count) in baseline::count(&self.before) {
            let known = all.entry(key).or_default();
            *known = count.max(*known);
        }
        baseline::take_known(findings, &all) + take_renamed(findings, self.before, &found, &self.renames)
    }
}

/// Runs the check and gives the exit code.
pub(crate) fn run(check: &Check, given: &Given) -> Result<u8, Failure> {
    let workspace = load(check)?;
    let disk = Disk::default();
    let mut looked = look_at_all(&workspace, &disk, check, given)?;
    let file = baseline::path(&workspace, check.baseline.as_deref());
    if check.write_baseline {
        return write_baseline(&workspace, &file, &looked, check);
    }
    let known = known(&workspace, &file, check, given)?;
    let found = baseline::count(&looked.findings);
    let stale = if is_whole(check, &looked) {
        baseline::stale(&known.baseline, &found, &workspace.names()).into_keys().collect()
    } else {
        Vec::new()
    };
    let known = known.take_from(&mut looked.findings);
    let known_as = if check.changed.is_some() { "not new" } else { "in the baseline" };
    let is_found = looked.findings.iter().any(|finding: &Finding| finding.level == Level::Deny);
    let report = Report { workspace: &workspace, disk: &disk, looked: &looked, stale: &stale, known, known_as };
    output::print(&report, form(check), check)?;
    Ok(if is_found { FOUND } else { CLEAN })
}

/// `cargo onloop prune`
pub(crate) fn prune(check: &Check, given: &Given) -> Result<u8, Failure> {
    let workspace = load(check)?;
    let file = baseline::path(&workspace, check.baseline.as_deref());
    let known = baseline::read(&file)?;
    let known = known.ok_or_else(|| Failure::new(format!("there is no baseline `{}`", file.display())))?;
    let looked = look_at_all(&workspace, &Disk::default(), check, given)?;
    if !is_whole(check, &looked) {
        return Err(Failure::new("what is gone is known only where whole packages are looked at, and all files parse"));
    }
    let stale = baseline::stale(&known, &baseline::count(&looked.findings), &workspace.names());
    if !stale.is_empty() {
        baseline::write(&file, baseline::pruned(&known, &stale))?;
    }
    let count: usize = stale.values().sum();
    output::say(check, "Pruned", &format!("{} from `{}`", output::count(count, "finding"), file.display()));
    Ok(CLEAN)
}

fn load(check: &Check) -> Result<Workspace, Failure> {
    let workspace = Workspace::load(&check.selection)?;
    if workspace.units.is_empty() {
        return Err(Failure::new("nothing is selected: the packages have no such targets"));
    }
    if journal::is_there(&workspace.target_dir) {
        let what =
            "`fix` or `annotate` is at work, or was interrupted: `cargo onloop fix --diff` brings the files back";
        output::say(check, "Note", what);
    }
    Ok(workspace)
}

/// All findings at the levels that hold.
fn look_at_all(workspace: &Workspace, disk: &Disk, check: &Check, given: &Given) -> Result<Looked, Failure> {
    let mut looked = findings(workspace, disk, check)?;
    if check.types {
        types::add(workspace, disk, check, &mut looked)?;
    }
    if !looked.unparsed.is_empty() && looked.unparsed.len() == looked.files.len() {
        let all: Vec<_> = looked.unknown.iter().map(output::shown_unknown).collect();
        return Err(Failure::new(format!("nothing could be looked at\n{}", all.join("\n"))));
    }
    given.apply(&mut looked.findings);
    Ok(looked)
}

/// Whether what is not found is not there.
fn is_whole(check: &Check, looked: &Looked) -> bool {
    !check.selection.names_targets() && looked.unparsed.is_empty()
}

fn known(workspace: &Workspace, file: &Path, check: &Check, given: &Given) -> Result<KnownFindings, Failure> {
    let baseline = if check.no_baseline { None } else { baseline::read(file)? };
    if let (None, Some(given), false) = (&baseline, &check.baseline, check.no_baseline) {
        return Err(Failure::new(format!("there is no baseline `{}`", given.display())));
    }
    let baseline = baseline.unwrap_or_default();
    let (before, renames) = match &check.changed {
        Some(reference) => before(workspace, reference, check, given)?,
        None => Default::default(),
    };
    Ok(KnownFindings { baseline, before, renames })
}

/// What was found where the branch left its base, and what files were called there.
fn before(
    workspace: &Workspace,
    reference: &str,
    check: &Check,
    given: &Given,
) -> Result<(Vec<Finding>, BTreeMap<String, String>), Failure> {
    let mut before = Before::lay_out(workspace, reference)?;
    if !before.is_there {
        return Ok(Default::default());
    }
    let mut check = check.clone();
    check.selection.manifest_path = Some(before.manifest.clone());
    // What is new is not there yet, and neither is what stands outside of the repository.
    check.no_cache = true;
    let workspace = Workspace::load_leniently(&check.selection)?;
    let mut looked = findings(&workspace, &Disk::default(), &check)?;
    given.apply(&mut looked.findings);
    Ok((looked.findings, std::mem::take(&mut before.renames)))
}

fn write_baseline(workspace: &Workspace, file: &Path, looked: &Looked, check: &Check) -> Result<u8, Failure> {
    if !is_whole(check, looked) {
        return Err(Failure::new("a baseline is written of whole packages, where all files parse")
            .help("leave the selection of targets out, and mend the files"));
    }
    // What cannot be read is written anew.
    let known = baseline::read(file).ok().flatten().unwrap_or_default();
    let found = baseline::count(&looked.findings);
    baseline::write(file, baseline::renewed(&known, found, &workspace.names()))?;
    let count = output::count(looked.findings.len(), "finding");
    output::say(check, "Wrote", &format!("{count} to `{}`", file.display()));
    Ok(CLEAN)
}

fn form(check: &Check) -> Form {
    match (check.message_format, check.format) {
        (Some(MessageFormat::Json), _) => Form::Cargo,
        (Some(MessageFormat::Short), _) => Form::Of(Format::Short),
        (Some(MessageFormat::Human), _) => Form::Of(Format::Human),
        (None, format) => Form::Of(format),
    }
}

/// What is going on, on a terminal, where it takes long.
struct Progress {
    start: std::time::Instant,
    is_shown: bool,
}

impl Progress {
    fn new(quiet: bool) -> Progress {
        Progress { start: std::time::Instant::now(), is_shown: !quiet && std::io::stderr().is_terminal() }
    }

    fn tell(&self, done: usize, of: usize) {
        const LONG: std::time::Duration = std::time::Duration::from_millis(500);
        const WIDTH: usize = 25;
        if self.is_shown && self.start.elapsed() > LONG {
            let bar = "=".repeat(WIDTH * done / of.max(1));
            eprint!("\r    Checking [{bar:<WIDTH$}] {done}/{of}");
        }
    }

    fn end(&self) {
        if self.is_shown {
            eprint!("\r{:60}\r", "");
        }
    }
}
