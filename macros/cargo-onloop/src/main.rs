//! `cargo onloop`: finds what blocks the event loop in a code base, without a single annotation.
//!
//! It is the second host of the engine behind the attributes. Those see one function inside the compiler; this command
//! reads the files of whole packages. It runs none of their code: no build script, no macro, no compiler.
//!
//! * `cli` is the command line, `select`, `features` and `patch` decide which parts of the workspace it means;
//! * `sources`, `disk`, `walk` and `look` feed the engine and record its findings (`looked`);
//! * `cache` and `kept` keep them from one run to the next;
//! * `levels`, `baseline`, `changed` and `renamed` decide which findings are reported;
//! * `annotate` and `fix` change files and `compile` them: `mend` and `edit` say how, `journal` brings back what was
//!   interrupted;
//! * `output` prints them, and `check` puts it all together.

mod annotate;
mod baseline;
mod cache;
mod changed;
mod check;
mod cli;
mod compile;
mod disk;
mod edit;
mod exit;
mod explain;
mod failure;
mod features;
mod finding;
mod fix;
mod journal;
mod kept;
mod levels;
mod look;
mod looked;
mod mend;
mod options;
mod output;
mod patch;
mod paths;
mod renamed;
mod select;
mod sources;
mod types;
mod walk;
mod why;
mod write;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::cli::{Cargo, Check, Command, Selection};
use crate::exit::{CLEAN, FAILED};
use crate::failure::Failure;
use crate::levels::Given;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    // Cargo names the command, people who call the binary itself do not.
    if arguments.get(1).is_none_or(|first| first != "onloop") {
        arguments.insert(1.min(arguments.len()), "onloop".into());
    }
    let matches = match Cargo::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let code = if error.use_stderr() { FAILED } else { CLEAN };
            // A pipe that nobody reads is no reason to complain.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match run(&matches) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            output::report_failure(&failure);
            ExitCode::from(FAILED)
        }
    }
}

fn run(matches: &clap::ArgMatches) -> Result<u8, Failure> {
    let Cargo::Onloop(onloop) = Cargo::from_arg_matches(matches).map_err(|error| Failure::new(error.to_string()))?;
    let mut inner = matches.subcommand().map_or(matches, |(_, inner)| inner);
    if let Some((_, of_command)) = inner.subcommand() {
        inner = of_command;
    }
    let given = Given::new(cli::levels_in_order(inner))?;
    match onloop.command {
        None => check::run(&onloop.check, &given),
        Some(Command::Check(check)) => check::run(&check, &given),
        Some(Command::Prune(check)) => check::prune(&check, &given),
        Some(Command::Explain { rule }) => explain::explain(&rule),
        Some(Command::Rules) => Ok(explain::rules()),
        Some(Command::Why(why)) => why::why(&why),
        Some(Command::Annotate(annotate)) => {
            let check = with(onloop.check, &annotate.selection);
            let check = Check { types: annotate.types, quiet: annotate.quiet, ..check };
            annotate::annotate(&annotate, &check)
        }
        Some(Command::Fix(fix)) => {
            let check = Check { quiet: fix.quiet, ..with(onloop.check, &fix.selection) };
            fix::fix(&fix, &check)
        }
    }
}

/// The check that another command begins with.
fn with(check: Check, selection: &Selection) -> Check {
    Check { selection: selection.clone(), ..check }
}
