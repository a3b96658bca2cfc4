//! `cargo onloop check`: looks, and tells.

use std::io::IsTerminal as _;

use crate::cli::{Check, Format, MessageFormat};
use crate::disk::Disk;
use crate::failure::Failure;
use crate::finding::{Finding, Level};
use crate::levels::Given;
use crate::look::{Looked, look};
use crate::output::{self, Told};
use crate::select::Workspace;
use crate::{CLEAN, FOUND};

/// Everything that is found, before anything is taken out.
pub(crate) fn findings(workspace: &Workspace, disk: &Disk, check: &Check) -> Result<Looked, Failure> {
    let units: Vec<usize> = (0..workspace.units.len()).collect();
    let bar = Progress::new(check.quiet);
    let parts = look(workspace, disk, check.selection.target.as_deref(), &units, &|done, of| bar.tell(done, of))?;
    bar.end();
    let mut all = Looked::default();
    for (_, looked) in parts {
        all.add(looked);
    }
    all.sort();
    Ok(all)
}

/// Runs the check and gives the exit code.
pub(crate) fn run(check: &Check, given: &Given) -> Result<u8, Failure> {
    let workspace = Workspace::load(&check.selection)?;
    if workspace.units.is_empty() {
        return Err(Failure::new("nothing is selected: the packages have no such targets"));
    }
    let disk = Disk::default();
    let mut looked = findings(&workspace, &disk, check)?;
    if !looked.unparsed.is_empty() && looked.unparsed.len() == looked.files.len() {
        let first: Vec<_> = looked.unknown.iter().map(output::shown_unknown).collect();
        return Err(Failure::new(format!("nothing could be looked at\n{}", first.join("\n"))));
    }
    given.apply(&mut looked.findings);
    let is_found = looked.findings.iter().any(|finding: &Finding| finding.level == Level::Deny);
    let told = Told { workspace: &workspace, disk: &disk, looked: &looked, stale: &[], known: 0 };
    let format = match (check.message_format, check.format) {
        (Some(MessageFormat::Json), _) => output::Form::Cargo,
        (Some(MessageFormat::Short), _) => output::Form::Of(Format::Short),
        (Some(MessageFormat::Human), _) => output::Form::Of(Format::Human),
        (None, format) => output::Form::Of(format),
    };
    output::print(&told, format, check)?;
    Ok(if is_found { FOUND } else { CLEAN })
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
