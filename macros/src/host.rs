//! The compiler as the engine's host: the positions of tokens, the contents of files, and the compiler's command line.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use onloop_analysis::{
    Cfg, Edition, Engine, Entry, Files, Index, Kind, Level, Place, settings_of_host, settings_of_target,
};
use proc_macro::TokenStream;
use proc_macro2::Span;

thread_local! {
    /// One engine for all expansions of a compiler process.
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// What an attribute of a kind makes of its item.
pub(crate) fn expand(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    with_engine(|engine, level| engine.expand(kind, arguments.into(), item.into(), level, &place)).into()
}

/// What `#[onloop::main]` or `#[onloop::test]` makes of its item.
pub(crate) fn expand_entry(entry: Entry, arguments: TokenStream, item: TokenStream) -> TokenStream {
    with_engine(|engine, level| engine.expand_entry(entry, arguments.into(), item.into(), level, &place)).into()
}

fn with_engine(run: impl FnOnce(&mut Engine, Level) -> proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    let off = std::env::var_os("ONLOOP_LEVEL").is_some_and(|level| level == "off");
    let level = if off { Level::Off } else { Level::Error };
    ENGINE.with_borrow_mut(|engine| run(engine.get_or_insert_with(engine_of_this_crate), level))
}

fn engine_of_this_crate() -> Engine {
    let command = Command::of(arguments_of_the_compiler().chain(behind_dashes()));
    let is_scoped = is_scoped(&command);
    let Command { root, cfg, name, externs, forbidden, .. } = command;
    let here = std::env::current_dir().unwrap_or_default();
    let mut engine =
        Engine::new(Index::new(Box::new(Disk), root, cfg).with_externs(externs, here)).with_forbidden(&forbidden);
    if cfg!(not(feature = "hub")) {
        engine = engine.without_hub();
    }
    if is_clippy() {
        engine = engine.under_clippy(&forbidden);
    }
    if !is_scoped {
        engine = engine.without_scopes();
    }
    // Without it there is no package. Other build systems than cargo may give it relative to where they are.
    match std::env::var_os("CARGO_MANIFEST_DIR").and_then(|folder| std::path::absolute(folder).ok()) {
        Some(folder) => engine.in_package(folder, name),
        None => engine,
    }
}

/// Exempts one function.
pub(crate) fn exempt(word: &str, arguments: TokenStream, item: TokenStream) -> TokenStream {
    thread_local! {
        static IS_SCOPED: bool = is_scoped(&Command::of(arguments_of_the_compiler()));
    }
    let line = |span| place(span).map(|place| place.line);
    let is_scoped = IS_SCOPED.with(|&is_scoped| is_scoped);
    onloop_analysis::exempt(word, arguments.into(), item.into(), is_scoped, &line).into()
}

/// Whether functions are to tell that they run: somebody asks for it, and a program is made.
fn is_scoped(command: &Command) -> bool {
    let program = program();
    // It runs what others only check.
    let makes_program = command.makes_program || program == "miri";
    let only_reads = ["clippy-driver", "rustdoc", "rust-analyzer"].iter().any(|reader| program.contains(reader));
    cfg!(feature = "scopes") && makes_program && !only_reads
}

/// The name of the program that expands macros: the compiler, or something that has it inside.
fn program() -> String {
    let program = std::env::current_exe().unwrap_or_default();
    program.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_clippy() -> bool {
    program().contains("clippy-driver")
}

/// The command line. What is too long for one stands in a file, an argument a line.
fn arguments_of_the_compiler() -> impl Iterator<Item = String> {
    std::env::args_os().flat_map(|argument| {
        let argument = argument.to_string_lossy().into_owned();
        let file = argument.strip_prefix('@').and_then(|path| std::fs::read_to_string(path).ok());
        file.map_or_else(|| vec![argument], |text| text.lines().map(str::to_owned).collect())
    })
}

/// What stands behind the dashes of `cargo clippy -- -F clippy::style`: it is not on the command line.
fn behind_dashes() -> impl Iterator<Item = String> {
    let given = std::env::var("CLIPPY_ARGS").unwrap_or_default();
    given.split("__CLIPPY_HACKERY__").map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// Where a token stands; nothing in editors, and for tokens that no file holds.
fn place(span: Span) -> Option<Place> {
    let span = span.unwrap();
    let file = span.local_file()?;
    Some(Place { file: std::path::absolute(file).ok()?, line: span.line(), column: span.column() })
}

/// The disk, as the compiler sees it.
struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Option<String> {
        std::fs::read_to_string(path).ok()
    }

    fn stamp(&self, path: &Path) -> Option<u128> {
        let metadata = std::fs::metadata(path).ok()?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(modified.as_nanos() ^ u128::from(metadata.len()))
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }
}

/// Options of the compiler behind which no value stands.
const FLAGS: &[&str] = &["--test", "-g", "-O", "-v", "--verbose"];

/// What the compiler's command line says about the crate.
struct Command {
    /// The crate's name; empty if it is not given.
    name: String,
    root: Option<PathBuf>,
    cfg: Cfg,
    /// The artifacts of the dependencies, by the names that they have here.
    externs: Vec<(String, PathBuf)>,
    /// The lints that are forbidden, with commas between them.
    forbidden: String,
    /// Whether code is made, and not only looked at. So it is where nothing tells.
    makes_program: bool,
}

impl Command {
    fn of(arguments: impl Iterator<Item = String>) -> Command {
        let (mut name, mut root, mut externs, mut forbidden) = (String::new(), None, Vec::new(), String::new());
        let mut cfg = Cfg::default();
        let mut previous = String::new();
        let mut target = None;
        // What is not optimised checks itself, if nothing else is said.
        let (mut is_optimised, mut asserts) = (false, None);
        let (mut is_told, mut makes_program) = (false, false);
        for argument in arguments.skip(1) {
            let given = |option: &str| value_of(option, &argument, &previous);
            if let Some(emitted) = given("--emit") {
                is_told = true;
                makes_program |= emitted.split(',').any(is_code);
            }
            if let Some(condition) = given("--cfg") {
                let feature = condition.strip_prefix("feature=").map(|name| name.trim_matches('"').to_owned());
                cfg.features.get_or_insert_default().extend(feature);
            }
            if let Some(given) = given("--crate-name") {
                given.clone_into(&mut name);
            }
            if let Some(edition) = given("--edition") {
                let is_before = matches!(edition, "2015" | "2018" | "2021");
                cfg.edition = if is_before { Edition::Before2024 } else { Edition::Since2024 };
            }
            let short = || argument.strip_prefix("-F").or((previous == "-F").then_some(&*argument));
            if let Some(lint) = given("--forbid").or_else(short) {
                forbidden.extend([lint, ","]);
            }
            if previous == "--extern" {
                cfg.crates.get_or_insert_default().push(real_name(&argument));
                externs.extend(artifact(&argument));
            }
            if let Some(given) = given("--target") {
                target = Some(given.to_owned());
            }
            match option_of_code(&argument, &previous) {
                Some(("opt-level", level)) => is_optimised = level != "0",
                Some(("debug-assertions", value)) => asserts = Some(!matches!(value, "n" | "no" | "off" | "false")),
                _ => is_optimised |= argument == "-O",
            }
            cfg.test |= argument == "--test";
            if is_root(&argument, &previous) {
                root = root.or_else(|| std::path::absolute(&argument).ok());
            }
            // Cargo names the features that there are, even where none is on.
            if argument.contains("cfg(feature") || argument.contains("cfg(docsrs") {
                cfg.features.get_or_insert_default();
            }
            previous = argument;
        }
        if root.is_some() {
            cfg.settings = target.map_or_else(settings_of_host, |target| settings_of_target(&target));
            let holds = if asserts.unwrap_or(!is_optimised) { vec![String::new()] } else { Vec::new() };
            cfg.settings.insert("debug_assertions".to_owned(), holds);
        }
        Command { name, root, cfg, externs, forbidden, makes_program: makes_program || !is_told }
    }
}

/// What an option is given: `--emit=link` or `--emit link`.
fn value_of<'a>(option: &str, argument: &'a str, previous: &str) -> Option<&'a str> {
    let value = argument.strip_prefix(option).and_then(|rest| rest.strip_prefix('='));
    value.or((previous == option).then_some(argument))
}

/// `-Copt-level=3` or `-C opt-level=3`: the name, and its value if it has one.
fn option_of_code<'a>(argument: &'a str, previous: &str) -> Option<(&'a str, &'a str)> {
    let option = argument.strip_prefix("-C").filter(|option| !option.is_empty());
    let option = option.or((previous == "-C").then_some(argument))?;
    Some(option.split_once('=').unwrap_or((option, "")))
}

/// Whether an argument is the crate's first file, and not the value of the option before it.
fn is_root(argument: &str, previous: &str) -> bool {
    let is_rust = Path::new(argument).extension().is_some_and(|extension| extension == "rs");
    let is_value = previous.starts_with('-') && !previous.contains('=') && !FLAGS.contains(&previous);
    is_rust && !is_value && !argument.starts_with('-')
}

/// Whether `--emit` asks for code with this word: `link`, `obj=part.o`.
fn is_code(emitted: &str) -> bool {
    let kind = emitted.split('=').next().unwrap_or_default();
    !matches!(kind, "metadata" | "dep-info" | "mir")
}

/// The crate behind `--extern name=path/libreal-0123.rlib`: the file has the name that it has in the registry.
fn real_name(argument: &str) -> String {
    let (name, path) = argument.split_once('=').unwrap_or((argument, ""));
    let name = name.rsplit(':').next().unwrap_or(name);
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.strip_prefix("lib"));
    stem.map_or(name, |stem| stem.rsplit_once('-').map_or(stem, |(real, _)| real)).to_owned()
}

/// The name and the file of `--extern options:name=path`.
fn artifact(argument: &str) -> Option<(String, PathBuf)> {
    let (name, path) = argument.split_once('=')?;
    let name = name.rsplit(':').next().unwrap_or(name);
    Some((name.to_owned(), PathBuf::from(path)))
}

#[cfg(test)]
mod tests {
    use onloop_analysis::Edition;

    use super::Command;

    fn command(line: &str) -> Command {
        Command::of(line.split(' ').map(str::to_owned))
    }

    #[test]
    fn cargo_names_root_features_and_test_builds() {
        let found = command(
            "rustc --crate-name house --edition=2024 /house/src/lib.rs --test --cfg feature=\"net\" -C opt-level=0",
        );
        assert_eq!(found.name, "house");
        assert_eq!(found.root.unwrap(), std::path::Path::new("/house/src/lib.rs"));
        assert!(found.cfg.test);
        assert_eq!(found.cfg.edition, Edition::Since2024);
        assert_eq!(found.cfg.features.unwrap(), ["net"]);
    }

    #[test]
    fn what_it_is_built_for_is_known() {
        let holds = |line: &str, predicate: &str| command(line).cfg.holds(predicate);
        assert_eq!(holds("rustc /a.rs", "any(unix, windows)"), Some(true));
        assert_eq!(holds("rustc /a.rs --target x86_64-pc-windows-gnu", "unix"), Some(false));
        assert_eq!(holds("rustc /a.rs --target=x86_64-apple-darwin", "target_os = \"macos\""), Some(true));
        assert_eq!(holds("rustc /a.rs --target house.json", "unix"), None);
        assert_eq!(holds("rustc /a.rs", "debug_assertions"), Some(true));
        assert_eq!(holds("rustc /a.rs -C opt-level=3", "debug_assertions"), Some(false));
        assert_eq!(holds("rustc /a.rs -Copt-level=1 -C debug-assertions=on", "debug_assertions"), Some(true));
        assert_eq!(holds("rust-analyzer-proc-macro-srv", "unix"), None);
    }

    #[test]
    fn forbidden_lints_are_known_in_every_spelling() {
        let found = command("rustc --forbid=clippy::all -Fclippy::style a.rs -F unsafe_code --forbid warnings -D b");
        assert_eq!(found.forbidden, "clippy::all,clippy::style,,unsafe_code,warnings,");
    }

    #[test]
    fn a_program_is_made_unless_the_line_says_otherwise() {
        for line in [
            "rustc --emit=dep-info,metadata a.rs",
            "rustc --emit metadata a.rs",
            "rustc a.rs --emit=metadata=out/a.rmeta --emit dep-info=a.d",
            "clippy-driver rustc --emit=mir a.rs",
        ] {
            assert!(!command(line).makes_program, "{line}");
        }
        for line in [
            "rustc a.rs",
            "rustc --crate-name emit --cfg emit a.rs",
            "rustc --emit=dep-info,metadata,link a.rs",
            "rustc --emit link=a.out a.rs",
            "rustc --emit=metadata --emit=obj=a.o a.rs",
            "rustc --emit=metadata a.rs --emit asm",
            "rustc --emit=llvm-ir a.rs",
            "rust-analyzer-proc-macro-srv",
        ] {
            assert!(command(line).makes_program, "{line}");
        }
    }

    #[test]
    fn the_root_stands_behind_any_option() {
        for line in [
            "rustc --edition=2024 /a.rs",
            "rustc --test /a.rs",
            "rustc /a.rs -o x",
            "rustc -Cdebuginfo=0 --cap-lints=warn /a.rs",
        ] {
            assert_eq!(command(line).root.as_deref(), Some(std::path::Path::new("/a.rs")), "{line}");
        }
    }

    #[test]
    fn crates_are_known_by_their_real_names() {
        let found = command(
            "rustc a.rs --extern http=/deps/libureq-0123abc.rmeta --extern noprelude:std --extern serde=/d/libserde-1.so",
        );
        assert_eq!(found.cfg.crates.unwrap(), ["ureq", "std", "serde"]);
        let externs: Vec<_> =
            found.externs.iter().map(|(name, path)| (name.as_str(), path.to_str().unwrap())).collect();
        assert_eq!(externs, [("http", "/deps/libureq-0123abc.rmeta"), ("serde", "/d/libserde-1.so")]);
    }

    #[test]
    fn the_edition_is_named_in_either_form() {
        assert_eq!(command("rustc --edition 2021 /a.rs").cfg.edition, Edition::Before2024);
        assert_eq!(command("rustc --edition=2018 /a.rs").cfg.edition, Edition::Before2024);
        assert_eq!(command("rustc /a.rs").cfg.edition, Edition::Unknown);
    }

    #[test]
    fn values_of_options_are_no_root() {
        assert_eq!(command("rustc --remap /a.rs=/b.rs").root, None);
        assert_eq!(command("rustc -o x.rs -").root, None);
        assert_eq!(command("rust-analyzer-proc-macro-srv").cfg.features, None);
    }
}
