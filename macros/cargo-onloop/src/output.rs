//! How findings are printed. Each format is a file.

mod cargo;
mod github;
mod human;
mod json;
mod markdown;
mod report;
mod sarif;
mod short;

use std::io::Write;

use crate::cli::{Check, Color, Format};
use crate::failure::Failure;

/// How it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Of(Format),
    /// Cargo's messages for tools.
    Cargo,
}

/// Prints the findings to the output, and what else there is to say where no tool reads it. A pipe that nobody reads is
/// no failure.
pub(crate) fn print(report: &Report<'_>, form: Form, check: &Check) -> Result<(), Failure> {
    let choice = choice(check);
    let mut errors = anstream::AutoStream::new(std::io::stderr(), choice);
    let mut out = anstream::AutoStream::new(std::io::stdout(), choice);
    let written = match form {
        Form::Of(Format::Human) => human::write(&mut errors, report, check.quiet),
        Form::Of(Format::Short) => short::write(&mut errors, report, check.quiet),
        Form::Of(Format::Json) => json::write(&mut out, report),
        Form::Of(Format::Sarif) => sarif::write(&mut out, report),
        Form::Of(Format::Github) => github::write(&mut out, report),
        Form::Of(Format::Markdown) => markdown::write(&mut out, report),
        Form::Cargo => cargo::write(&mut out, report),
    };
    let is_for_tools = !matches!(form, Form::Of(Format::Human | Format::Short));
    let written = written.and_then(|()| if is_for_tools { notes(&mut errors, report) } else { Ok(()) });
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("the findings cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// As `CARGO_TERM_COLOR` says.
fn color_of_cargo() -> anstream::ColorChoice {
    match std::env::var("CARGO_TERM_COLOR").as_deref() {
        Ok("always") => anstream::ColorChoice::Always,
        Ok("never") => anstream::ColorChoice::Never,
        _ => anstream::ColorChoice::Auto,
    }
}

pub(crate) use human::count;
pub(crate) use report::{Report, shown_unknown};
use report::{notes, styled};

/// What was done, unless nobody wants to know.
pub(crate) fn say(check: &Check, what: &str, of: &str) {
    if !check.quiet {
        let mut errors = anstream::AutoStream::new(std::io::stderr(), choice(check));
        let _ = writeln!(errors, "{} {of}", styled(&format!("{what:>12}"), anstyle::AnsiColor::Green));
    }
}

fn choice(check: &Check) -> anstream::ColorChoice {
    match check.color {
        Color::Auto => color_of_cargo(),
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
}

/// Why the command could not run.
pub(crate) fn report_failure(failure: &Failure) {
    let mut errors = anstream::AutoStream::new(std::io::stderr(), color_of_cargo());
    let _ = writeln!(errors, "{}: {failure}", styled("error", anstyle::AnsiColor::Red));
}
