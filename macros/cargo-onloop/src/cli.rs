//! The command line.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgMatches, Args, Parser, Subcommand, ValueEnum};

use crate::finding::Level;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "Exit codes: 0 no findings, or warnings only; 1 a finding is denied; 2 the command could not run.\n\n\
The code is read, not run: no build script, no macro, no compiler. Only `--types` and `fix` compile it.";

/// As cargo calls it.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = STYLES)]
pub(crate) enum Cargo {
    /// Finds code that blocks the event loop; needs no attributes
    Onloop(Onloop),
}

/// `cargo onloop ..`
#[derive(Debug, Args)]
#[command(version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub(crate) struct Onloop {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) check: Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the code and report findings (the default)
    #[command(after_help = EXIT_CODES)]
    Check(Check),
    /// Remove findings from the baseline that are gone; adds nothing
    Prune(Check),
    /// Show what a rule reports, why, and what to write instead
    Explain {
        /// The name of the rule, such as `blocking_call`
        rule: String,
    },
    /// List the rules and their levels
    Rules,
    /// Explain the calls on a line: what they resolve to, and why they are reported or not
    Why(Why),
    /// Add attributes to the functions that are checked
    Annotate(Annotate),
    /// Make mechanical repairs; each is compiled, and reverted if it does not compile
    Fix(Fix),
}

#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) levels: Levels,
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "Output")]
    pub(crate) format: Format,
    /// As in cargo: `json` prints the messages that editors read
    #[arg(long, value_name = "FORMAT", help_heading = "Output", conflicts_with = "format")]
    pub(crate) message_format: Option<MessageFormat>,
    /// When to use colors
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(crate) color: Color,
    /// Print findings only: no progress, no summary
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Accept today's findings: write them to the baseline, and report only new ones from now on
    #[arg(long, help_heading = "Baseline", conflicts_with_all = ["no_baseline", "changed"])]
    pub(crate) write_baseline: bool,
    /// Report all findings, also those in the baseline
    #[arg(long, help_heading = "Baseline")]
    pub(crate) no_baseline: bool,
    /// The baseline's file [default: `onloop-baseline.json` in the workspace's root]
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub(crate) baseline: Option<PathBuf>,
    /// Report only what is new since the branch left REF [default: the branch it will be merged into]
    #[arg(long, value_name = "REF", num_args = 0..=1, require_equals = true, default_missing_value = "", help_heading = "Baseline")]
    pub(crate) changed: Option<String>,
    /// Ask the compiler for types that the source does not show (runs build scripts and macros)
    #[arg(long)]
    pub(crate) types: bool,
    /// Ignore earlier results
    #[arg(long)]
    pub(crate) no_cache: bool,
}

/// What cargo's own commands call package, target and feature selection.
#[derive(Clone, Debug, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of cargo's")]
pub(crate) struct Selection {
    /// Only these packages
    #[arg(long, short, value_name = "SPEC", help_heading = "Package selection")]
    pub(crate) package: Vec<String>,
    /// All packages of the workspace
    #[arg(long, visible_alias = "all", help_heading = "Package selection")]
    pub(crate) workspace: bool,
    /// All packages but these
    #[arg(long, value_name = "SPEC", requires = "workspace", help_heading = "Package selection")]
    pub(crate) exclude: Vec<String>,
    /// Only the library
    #[arg(long, help_heading = "Target selection")]
    pub(crate) lib: bool,
    /// All binaries
    #[arg(long, help_heading = "Target selection")]
    pub(crate) bins: bool,
    /// Only this binary
    #[arg(long, value_name = "NAME", help_heading = "Target selection")]
    pub(crate) bin: Vec<String>,
    /// Test code: test targets, and the tests in libraries and binaries
    #[arg(long, help_heading = "Target selection")]
    pub(crate) tests: bool,
    /// Only this test target
    #[arg(long, value_name = "NAME", help_heading = "Target selection")]
    pub(crate) test: Vec<String>,
    /// All examples
    #[arg(long, help_heading = "Target selection")]
    pub(crate) examples: bool,
    /// Only this example
    #[arg(long, value_name = "NAME", help_heading = "Target selection")]
    pub(crate) example: Vec<String>,
    /// All benches
    #[arg(long, help_heading = "Target selection")]
    pub(crate) benches: bool,
    /// Only this bench
    #[arg(long, value_name = "NAME", help_heading = "Target selection")]
    pub(crate) bench: Vec<String>,
    /// All targets, with tests
    #[arg(long, help_heading = "Target selection")]
    pub(crate) all_targets: bool,
    /// Features to enable, separated by spaces or commas
    #[arg(long, short = 'F', value_name = "FEATURES", value_delimiter = ',', help_heading = "Feature selection")]
    pub(crate) features: Vec<String>,
    /// Enable all features
    #[arg(long, help_heading = "Feature selection")]
    pub(crate) all_features: bool,
    /// Disable the default features
    #[arg(long, help_heading = "Feature selection")]
    pub(crate) no_default_features: bool,
    /// Check the code for this platform
    #[arg(long, value_name = "TRIPLE", help_heading = "Compilation options")]
    pub(crate) target: Option<String>,
    /// The folder of the cache [default: the target folder]
    #[arg(long, value_name = "DIRECTORY", help_heading = "Compilation options")]
    pub(crate) target_dir: Option<PathBuf>,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH", help_heading = "Manifest options")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Passed on to cargo
    #[arg(long, help_heading = "Manifest options")]
    pub(crate) locked: bool,
    /// Passed on to cargo
    #[arg(long, help_heading = "Manifest options")]
    pub(crate) offline: bool,
    /// Passed on to cargo
    #[arg(long, help_heading = "Manifest options")]
    pub(crate) frozen: bool,
}

impl Selection {
    /// Whether some target was asked for by name or kind.
    pub(crate) fn names_targets(&self) -> bool {
        let lists = [&self.bin, &self.test, &self.example, &self.bench];
        let flags = [self.lib, self.bins, self.tests, self.examples, self.benches, self.all_targets];
        flags.contains(&true) || lists.iter().any(|list| !list.is_empty())
    }
}

/// The levels of rules; of two that name one rule, the later counts.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Levels {
    /// Do not report this rule
    #[arg(long, short = 'A', value_name = "RULE", help_heading = "Levels")]
    allow: Vec<String>,
    /// Report this rule as a warning
    #[arg(long, short = 'W', value_name = "RULE", help_heading = "Levels")]
    warn: Vec<String>,
    /// Report this rule as an error: the command fails
    #[arg(long, short = 'D', value_name = "RULE", help_heading = "Levels")]
    deny: Vec<String>,
}

/// The levels in the order in which they were given.
pub(crate) fn levels_in_order(matches: &ArgMatches) -> Vec<(String, Level)> {
    let given = [("allow", Level::Allow), ("warn", Level::Warn), ("deny", Level::Deny)];
    let mut all = Vec::new();
    for (name, level) in given {
        let Ok(Some(values)) = matches.try_get_many::<String>(name) else { continue };
        let indices = matches.indices_of(name).into_iter().flatten();
        all.extend(indices.zip(values).map(|(at, rule)| (at, rule.clone(), level)));
    }
    all.sort_by_key(|(at, ..)| *at);
    all.into_iter().map(|(_, rule, level)| (rule, level)).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// As the compiler shows it
    Human,
    /// One line each
    Short,
    /// One JSON object a line
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub's workflows
    Github,
    /// A table for a comment or a summary
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// As the compiler shows it
    Human,
    /// One line each
    Short,
    /// Messages as cargo prints them for tools
    #[value(aliases = ["json-diagnostic-rendered-ansi", "json-diagnostic-short", "json-render-diagnostics"])]
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Why {
    /// The place; add a column to choose one of several calls
    #[arg(value_name = "FILE:LINE")]
    pub(crate) place: String,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(crate) struct Annotate {
    /// Write the attributes; without this and `--diff`, they are only counted
    #[arg(long, conflicts_with = "diff")]
    pub(crate) write: bool,
    /// Show the changes as a diff
    #[arg(long)]
    pub(crate) diff: bool,
    /// Add exemptions for today's findings, each with a reason to fill in
    #[arg(long)]
    pub(crate) exempt: bool,
    /// Compile the result, and exempt what only the compiler finds too (runs build scripts and macros)
    #[arg(long, requires = "exempt")]
    pub(crate) types: bool,
    /// Print no more than the diff
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(crate) struct Fix {
    /// Show the changes as a diff, and leave the files as they are
    #[arg(long)]
    pub(crate) diff: bool,
    /// Allow uncommitted changes
    #[arg(long, alias = "allow-staged")]
    pub(crate) allow_dirty: bool,
    /// Allow a folder without version control
    #[arg(long)]
    pub(crate) allow_no_vcs: bool,
    /// Print no more than the diff
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) selection: Selection,
}
