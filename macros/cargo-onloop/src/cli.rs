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

const EXIT_CODES: &str = "Exit codes: 0 nothing found, or warnings only; 1 something is denied; 2 it could not run.\n\n\
Nothing of the code that is looked at is run: no build script, no macro, no compiler. It is read.";

/// As cargo calls it.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = STYLES)]
pub(crate) enum Cargo {
    /// Finds what blocks the event loop, in code without one annotation
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
    /// Looks at the code and tells what it finds (also without this word)
    #[command(after_help = EXIT_CODES)]
    Check(Check),
    /// Removes from the baseline what is no longer found; adds nothing
    Prune(Check),
    /// Tells what a rule reports, why, and what to do instead
    Explain {
        /// The rule, as messages name it
        rule: String,
    },
    /// Lists the rules, with the level of each
    Rules,
    /// Tells what is known of the calls on a line: what they lead to, and why they are reported or not
    Why(Why),
    /// Writes the attributes above the functions that the check looks at
    Annotate(Annotate),
    /// Mends what can be mended mechanically and compiles afterwards
    Fix(Fix),
}

#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) levels: Levels,
    /// What the findings look like
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "Output")]
    pub(crate) format: Format,
    /// As cargo's: `json` for the messages that editors read
    #[arg(long, value_name = "FORMAT", help_heading = "Output", conflicts_with = "format")]
    pub(crate) message_format: Option<MessageFormat>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(crate) color: Color,
    /// Say nothing of what is going on
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Write today's findings to the baseline: they are not reported from now on
    #[arg(long, help_heading = "Baseline", conflicts_with_all = ["no_baseline", "changed"])]
    pub(crate) write_baseline: bool,
    /// Tell what the baseline holds as well
    #[arg(long, help_heading = "Baseline")]
    pub(crate) no_baseline: bool,
    /// The file of the baseline
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub(crate) baseline: Option<PathBuf>,
    /// Look at everything, tell what is new since the branch left REF
    #[arg(long, value_name = "REF", num_args = 0..=1, require_equals = true, default_missing_value = "", help_heading = "Baseline")]
    pub(crate) changed: Option<String>,
    /// Ask the compiler where the text does not tell a type (runs build scripts and procedural macros)
    #[arg(long)]
    pub(crate) types: bool,
    /// Read everything anew
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
    /// All but these
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
    /// Everything, tests included
    #[arg(long, help_heading = "Target selection")]
    pub(crate) all_targets: bool,
    /// Features to switch on, with blanks or commas between them
    #[arg(long, short = 'F', value_name = "FEATURES", value_delimiter = ',', help_heading = "Feature selection")]
    pub(crate) features: Vec<String>,
    /// Switch on all features
    #[arg(long, help_heading = "Feature selection")]
    pub(crate) all_features: bool,
    /// Leave the default features off
    #[arg(long, help_heading = "Feature selection")]
    pub(crate) no_default_features: bool,
    /// The platform that the code is for
    #[arg(long, value_name = "TRIPLE", help_heading = "Compilation options")]
    pub(crate) target: Option<String>,
    /// Where the cache is kept
    #[arg(long, value_name = "DIRECTORY", help_heading = "Compilation options")]
    pub(crate) target_dir: Option<PathBuf>,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH", help_heading = "Manifest options")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Handed on to cargo
    #[arg(long, help_heading = "Manifest options")]
    pub(crate) locked: bool,
    /// Handed on to cargo
    #[arg(long, help_heading = "Manifest options")]
    pub(crate) offline: bool,
    /// Handed on to cargo
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
    /// Say nothing of this rule
    #[arg(long, short = 'A', value_name = "RULE", help_heading = "Levels")]
    allow: Vec<String>,
    /// Warn of it
    #[arg(long, short = 'W', value_name = "RULE", help_heading = "Levels")]
    warn: Vec<String>,
    /// Deny it: what is found makes the command fail
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
    /// Cargo's messages for tools
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
    /// The place, with a column for one call of several
    #[arg(value_name = "FILE:LINE")]
    pub(crate) place: String,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(crate) struct Annotate {
    /// Write it; without this, and without `--diff`, the places are listed
    #[arg(long, conflicts_with = "diff")]
    pub(crate) write: bool,
    /// Show it as a diff
    #[arg(long)]
    pub(crate) diff: bool,
    /// Add the exemptions that today's findings need, each with a reason to fill in
    #[arg(long)]
    pub(crate) exempt: bool,
    /// Also for what only the compiler's types tell, which the attributes ask as well (runs build scripts and macros)
    #[arg(long, requires = "exempt")]
    pub(crate) types: bool,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Fix {
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) diff: bool,
    /// Also where there are changes that are not committed
    #[arg(long, alias = "allow-staged")]
    pub(crate) allow_dirty: bool,
    /// Also where there is no version control
    #[arg(long)]
    pub(crate) allow_no_vcs: bool,
    #[command(flatten)]
    pub(crate) selection: Selection,
}
