//! The conventions of this repository, as far as a test can see them.
//!
//! One rule, one name, one room: its file, its UI tests, its id in messages and its row in the README are one word.

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/sizes.rs"]
mod sizes;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the UI tests that belong to no rule: misuse of the attributes, and what they leave alone.
const NO_RULE: &str = "attribute";

/// The layers of the engine, each a folder, the lowest first.
const LAYERS: [&str; 8] = ["syntax", "knowledge", "source", "types", "facts", "rules", "expand", "engine"];

/// The headings of a rule's page.
const HEADINGS: [&str; 5] = ["What it does", "Why is this bad", "Limits", "Example", "Use instead"];

/// Where somebody's own files lie. In two parts, so that this file passes its own test.
const LOCAL_FOLDERS: [[&str; 2]; 4] = [["/ho", "me/"], ["/ro", "ot/"], ["/Us", "ers/"], ["/wo", "rk/"]];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace").to_owned()
}

fn engine() -> PathBuf {
    root().join("macros/analysis/src")
}

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", shown(path)))
}

/// A path as it is named from the root of the workspace.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", shown(folder)));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}

/// All files below a folder, without what is built, hidden or not ours.
fn files(folder: &Path) -> Vec<PathBuf> {
    let skipped = ["target", "wip", "node_modules"];
    let visible = |path: &PathBuf| {
        let name = file_name(path);
        !skipped.contains(&name.as_str()) && (!name.starts_with('.') || [".ci", ".github"].contains(&name.as_str()))
    };
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries(folder).into_iter().filter(visible).flat_map(below).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("a file has a name").to_string_lossy().into_owned()
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("a file has a name").to_string_lossy().into_owned()
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

/// The files of a folder with this extension, by their stems.
fn stems(folder: &Path, extension: &str) -> BTreeSet<String> {
    entries(folder).iter().filter(|path| has_extension(path, extension)).map(|path| stem(path)).collect()
}

/// Whether a file holds nothing but tests, or what they need.
fn is_of_tests(path: &Path) -> bool {
    path.components().any(|part| ["tests", "tests.rs", "testing.rs"].iter().any(|name| part.as_os_str() == *name))
}

/// The code of a file, without the tests at its end.
fn without_tests(text: &str) -> &str {
    // Between the two lines an attribute may stand.
    let is_tests = |at: usize| text[at..].lines().skip(1).find(|line| !line.starts_with("#[")) == Some("mod tests {");
    let start = text.match_indices("#[cfg(test)]\n").map(|(at, _)| at).find(|at| is_tests(*at));
    &text[..start.unwrap_or(text.len())]
}

/// The rules as `rules.rs` declares them.
fn rules() -> BTreeSet<String> {
    let text = read(&engine().join("rules.rs"));
    let declared = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let declared: BTreeSet<_> = declared.map(str::to_owned).collect();
    assert!(!declared.is_empty(), "`rules.rs` declares its rules by lines `pub mod <id>;`");
    declared
}

/// Fails with all that is wrong, not with the first of it.
#[track_caller]
fn assert_tidy(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn each_rule_is_declared_listed_and_has_its_file() {
    let text = read(&engine().join("rules.rs"));
    let listed = text.split_once("\nrules! {\n").and_then(|(_, list)| list.split_once("\n}")).expect("a list").0;
    let listed: BTreeSet<_> = listed.lines().map(|line| line.trim().to_owned()).collect();
    assert_eq!(listed, rules(), "the list `rules!`, and the `pub mod` lines");
    // What rules share stands beside them, and is declared without `pub`.
    let shared = text.lines().filter_map(|line| {
        line.strip_prefix("pub(crate) mod ").or_else(|| line.strip_prefix("mod "))?.strip_suffix(';')
    });
    let shared: BTreeSet<_> = shared.map(str::to_owned).collect();
    let files: BTreeSet<_> = stems(&engine().join("rules"), "rs").difference(&shared).cloned().collect();
    assert_eq!(files, rules(), "the files in `rules/`, and the `pub mod` lines");
}

#[test]
fn each_rule_is_known_by_the_name_of_its_file() {
    let ids = read(&engine().join("syntax/rule_id.rs"));
    let mut problems = Vec::new();
    for rule in rules() {
        let text = read(&engine().join(format!("rules/{rule}.rs")));
        // Layers below mention some of the rules: the ids of those stand there.
        let constant = format!("const {}: &str = \"{rule}\";", rule.to_uppercase());
        let is_below = ids.contains(&constant) && text.contains(&format!("id: rule_id::{}", rule.to_uppercase()));
        if !is_below && !text.contains(&format!("id: \"{rule}\"")) {
            problems.push(format!("rules/{rule}.rs: its RULE has another id"));
        }
    }
    assert_tidy(&problems);
}

#[test]
fn the_page_of_each_rule_has_the_same_headings() {
    let mut problems = Vec::new();
    for rule in rules() {
        let text = read(&engine().join(format!("rules/{rule}.rs")));
        // Every second part is an example, in which `# ` hides a line.
        let prose = text.split("//! ```").step_by(2).flat_map(str::lines);
        let found: Vec<_> = prose.filter_map(|line| line.strip_prefix("//! # ")).collect();
        if found != HEADINGS {
            problems.push(format!("rules/{rule}.rs: the headings are {found:?}, and not {HEADINGS:?}"));
        }
        // Where a doctest cannot show the mistake, the page says why.
        if !text.contains("//! ```compile_fail") && !text.contains("//! ```ignore (") {
            problems.push(format!("rules/{rule}.rs: the example is no `compile_fail` doctest"));
        }
        let apart = engine().join(format!("rules/{rule}/tests.rs"));
        let has_apart = text.contains("#[cfg(test)]\nmod tests;") && apart.is_file();
        if !text.contains("#[cfg(test)]\nmod tests {") && !has_apart {
            problems.push(format!("rules/{rule}.rs: no tests"));
        }
    }
    assert_tidy(&problems);
}

#[test]
fn each_rule_has_a_folder_of_ui_tests() {
    let folders: BTreeSet<_> = entries(&ui()).iter().filter(|path| path.is_dir()).map(|path| file_name(path)).collect();
    let mut expected = rules();
    expected.insert(NO_RULE.to_owned());
    assert_eq!(folders, expected);
    let mut problems = Vec::new();
    for folder in folders {
        for kind in ["fail_", "pass_"] {
            if !stems(&ui().join(&folder), "rs").iter().any(|name| name.starts_with(kind)) {
                problems.push(format!("ui/{folder}: no `{kind}*.rs`"));
            }
        }
    }
    assert_tidy(&problems);
}

#[test]
fn each_rule_has_its_row_in_the_readme() {
    let readme = read(&root().join("README.md"));
    let row = |rule: &String| format!("| [`{rule}`](https://docs.rs/onloop/latest/onloop/guide/rules/{rule}/) |");
    let is_missing = |rule: &String| !readme.lines().any(|line| line.starts_with(&row(rule)));
    let rules = rules();
    let missing = rules.iter().filter(|rule| is_missing(rule));
    let missing: Vec<_> = missing.map(|rule| format!("README.md: no row \"{} ..\"", row(rule))).collect();
    assert_tidy(&missing);
}

#[test]
fn the_map_names_each_module_of_the_engine() {
    let map = read(&root().join("ARCHITECTURE.md"));
    let mut modules = stems(&engine(), "rs");
    modules.remove("lib");
    for layer in LAYERS.iter().filter(|layer| **layer != "rules") {
        modules.extend(stems(&engine().join(layer), "rs"));
    }
    modules.extend(["catalogue"].iter().flat_map(|folder| stems(&engine().join("knowledge").join(folder), "rs")));
    modules.remove("tests");
    let missing: Vec<_> = modules
        .iter()
        .filter(|module| !map.contains(&format!("`{module}`")))
        .map(|module| format!("ARCHITECTURE.md: does not mention `{module}`"))
        .collect();
    assert_tidy(&missing);
}

#[test]
fn the_map_names_each_module_of_the_runtime() {
    let map = read(&root().join("ARCHITECTURE.md"));
    let (_, map) = map.split_once("### The runtime").expect("the map has a section on the runtime");
    let folder = root().join("runtime-support/src");
    let rust =
        files(&folder).into_iter().filter(|path| has_extension(path, "rs") && !path.starts_with(folder.join("guide")));
    let modules = rust.map(|path| stem(&path)).filter(|module| !["lib", "guide"].contains(&module.as_str()));
    let is_named = |module: &str| map.contains(&format!("`{module}`")) || map.contains(&format!("/{module}`"));
    let missing: Vec<_> = modules
        .filter(|module| !is_named(module))
        .map(|module| format!("ARCHITECTURE.md: does not mention `{module}` of the runtime"))
        .collect();
    assert_tidy(&missing);
}

/// A closure that is marked in the arguments of any other method stays a closure.
#[test]
fn the_engine_knows_each_method_that_takes_jobs() {
    let known = read(&engine().join("engine/takers.rs"));
    let mut missing = Vec::new();
    let mut count = 0;
    for path in files(&root().join("runtime-support/src")).into_iter().filter(|path| has_extension(path, "rs")) {
        for head in read(&path).split("pub fn ").skip(1).filter_map(|rest| rest.split(['{', ';']).next()) {
            let name = head.split(['(', '<']).next().unwrap_or_default();
            let is_method = head.contains("self");
            if is_method && ["impl IntoJob<", "impl IntoLoopJob<"].iter().any(|job| head.contains(job)) {
                count += 1;
                if !known.contains(&format!("\"{name}\"")) {
                    missing.push(format!("{}: `{name}` takes jobs, which takers.rs does not know", shown(&path)));
                }
            }
        }
    }
    assert!(count > 10, "{count} methods take jobs");
    assert_tidy(&missing);
}

#[test]
fn a_layer_sees_only_those_below_it() {
    let mut problems = Vec::new();
    for path in files(&engine()).into_iter().filter(|path| has_extension(path, "rs")) {
        let shown = path.strip_prefix(engine()).expect("it lies in the engine").display().to_string();
        let layer = shown.split(['/', '.']).next().unwrap_or_default();
        // Tests go through the whole engine.
        let is_test = stem(&path) == "tests" || shown.contains("/tests/");
        let Some(level) = LAYERS.iter().position(|known| *known == layer).filter(|_| !is_test) else {
            assert!(is_test || ["lib", "testing"].contains(&layer), "{shown} lies in no layer");
            continue;
        };
        let text = read(&path);
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for named in named_from_the_root(line) {
                let is_below = LAYERS.iter().position(|known| *known == named).is_some_and(|found| found <= level);
                if !is_below {
                    problems.push(format!("{shown}:{}: `{layer}` sees `{named}`", number + 1));
                }
            }
        }
    }
    assert_tidy(&problems);
}

/// What stands behind `crate::`, but not behind `my_crate::`.
fn named_from_the_root(line: &str) -> impl Iterator<Item = &str> {
    let roots = line.match_indices("crate::").filter(|(at, _)| !line[..*at].ends_with(['_', '$']));
    // `crate::..` in a text names nothing.
    roots.map(|(at, root)| word(&line[at + root.len()..])).filter(|named| !named.is_empty())
}

/// The word that a text begins with.
fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[test]
fn the_runtime_has_one_way_to_its_log() {
    let mut problems = Vec::new();
    let source = root().join("runtime-support/src");
    let is_asked = |path: &&PathBuf| has_extension(path, "rs") && **path != source.join("log.rs");
    for path in files(&source).iter().filter(is_asked) {
        for (number, line) in read(path).lines().enumerate() {
            let code = line.trim_start();
            let tells = ["event!", "error!", "warn!", "info!", "debug!", "trace!"];
            let is_told = |name: &&str| code.contains(&format!("tracing::{name}"));
            let is_printed = ["println!(", "eprintln!(", "eprint!("].iter().any(|name| code.starts_with(name));
            if tells.iter().any(is_told) || is_printed {
                problems.push(format!("{}:{}: a line of the log goes through `log!`", shown(path), number + 1));
            }
        }
    }
    assert_tidy(&problems);
}

#[test]
fn each_mistake_has_its_message_and_nothing_lies_about() {
    let mut problems = Vec::new();
    for folder in entries(&ui()) {
        let (sources, messages) = (stems(&folder, "rs"), stems(&folder, "stderr"));
        let folder_name = shown(&folder);
        let fails: BTreeSet<_> = sources.iter().filter(|name| name.starts_with("fail_")).cloned().collect();
        let passes = sources.iter().filter(|name| name.starts_with("pass_"));
        problems.extend(fails.difference(&messages).map(|name| format!("{folder_name}/{name}.rs: no `.stderr`")));
        problems.extend(messages.difference(&fails).map(|name| format!("{folder_name}/{name}.stderr: no `.rs`")));
        if fails.len() + passes.count() != sources.len() {
            problems.push(format!("{folder_name}: a `.rs` is neither `fail_` nor `pass_`; helpers lie in `parts/`"));
        }
        for path in entries(&folder) {
            let known = path.is_dir() && file_name(&path) == "parts";
            if !known && !has_extension(&path, "rs") && !has_extension(&path, "stderr") {
                problems.push(format!("{}: does not belong here", shown(&path)));
            }
        }
        let parts = folder.join("parts");
        let sources: String = sources.iter().map(|name| read(&folder.join(format!("{name}.rs")))).collect();
        for part in if parts.is_dir() { files(&parts) } else { Vec::new() } {
            if !sources.contains(&format!("\"parts/{}\"", file_name(&part))) {
                problems.push(format!("{}: no test uses it", shown(&part)));
            }
        }
    }
    assert_tidy(&problems);
}

#[test]
fn messages_keep_to_one_form() {
    let mut problems = Vec::new();
    for folder in entries(&ui()) {
        let rule = file_name(&folder);
        for name in stems(&folder, "stderr") {
            let path = folder.join(format!("{name}.stderr"));
            // What the compiler itself has to say has the compiler's form.
            if name.starts_with("fail_compiler_") {
                continue;
            }
            let text = read(&path);
            let found = problems_of(&text, rule != NO_RULE);
            problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", shown(&path))));
            if rule != NO_RULE
                && !text.contains(&format!(
                    "= note: onloop::{rule}; to learn more, or to exempt it: `cargo onloop explain {rule}`\n"
                ))
            {
                problems.push(format!("{}: does not name `onloop::{rule}`", shown(&path)));
            }
        }
    }
    assert_tidy(&problems);
}

/// What is wrong with the messages of one `.stderr`. Those `of_a_rule` give help, and no error follows from them.
fn problems_of(text: &str, of_a_rule: bool) -> Vec<String> {
    let mut problems = Vec::new();
    for message in text.split("\n\nerror").flat_map(|part| part.split("\n\nwarning")) {
        let message = message.strip_prefix("error").unwrap_or(message);
        let Some((head, rest)) = message.split_once('\n') else { continue };
        let Some((code, statement)) = head.split_once(": ") else {
            problems.push(format!("no message in {head:?}"));
            continue;
        };
        if !statement.starts_with(|first: char| first.is_lowercase() || first == '`') {
            problems.push(format!("does not begin in lower case: {statement}"));
        }
        if statement.ends_with(['.', '!']) {
            problems.push(format!("ends with a stop: {statement}"));
        }
        // Where the compiler is asked, its error has a code and bears our id.
        if of_a_rule && !rest.contains("= note: onloop::") {
            problems.push(format!("the compiler adds something of its own: {code}: {statement}"));
        } else if of_a_rule && code.is_empty() && !rest.contains("\n         = help: ") {
            problems.push(format!("gives no help: {statement}"));
        }
        let help = rest.lines().filter(|line| line.starts_with("         = help: "));
        let stopped = help.filter(|line| line.ends_with('.') && !line.ends_with(".."));
        problems.extend(stopped.map(|line| format!("ends with a stop: {line}")));
    }
    problems
}

#[test]
fn ui_tests_are_short() {
    let mut problems = Vec::new();
    let all = entries(&ui()).into_iter().flat_map(|folder| entries(&folder));
    for path in all.filter(|path| has_extension(path, "rs") && file_name(path).starts_with("fail_")) {
        let lines = read(&path).lines().count();
        if lines > 30 {
            problems.push(format!("{}: {lines} lines; one mistake a file", shown(&path)));
        }
    }
    assert_tidy(&problems);
}

#[test]
fn nothing_is_left_undone() {
    let ignored = ["#[ig", "nore"].concat();
    // A program that is a test, for the tests beside it to run as a process.
    let program = [&ignored, " = \"a program\"]"].concat();
    let undone = [["to", "do!("].concat(), ["unimple", "mented!("].concat(), ["db", "g!("].concat()];
    let mut problems = Vec::new();
    for path in files(&root()).into_iter().filter(|path| has_extension(path, "rs")) {
        let text = read(&path);
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", shown(&path), number + 1);
            // Snippets in tests are what a user may have written.
            let is_snippet = path.starts_with(engine()) || path.starts_with(ui());
            if !is_snippet && line.contains(&ignored) && !line.contains(&program) {
                problems.push(format!("{place}: an ignored test is obeyed by nobody"));
            }
            if !is_snippet && undone.iter().any(|word| line.contains(word.as_str())) {
                problems.push(format!("{place}: unfinished"));
            }
        }
    }
    assert_tidy(&problems);
}

/// The lint on unsafe code is denied in all packages; this finds who says otherwise.
#[test]
fn what_is_unsafe_has_one_room() {
    let lint = ["unsafe", "_code"].concat();
    let switches = ["allow", "expect"].map(|level| format!("{level}({lint}"));
    // Under `ui/` is what a user may have written.
    let rust = files(&root()).into_iter().filter(|path| has_extension(path, "rs") && !path.starts_with(ui()));
    let says_otherwise = |path: &PathBuf| switches.iter().any(|switch| read(path).contains(switch));
    let rooms: Vec<_> = rust.filter(says_otherwise).map(|path| shown(&path)).collect();
    assert_eq!(rooms, ["runtime-support/src/native.rs"]);
    assert!(read(&root().join("Cargo.toml")).contains(&format!("{lint} = \"deny\"")));
}

#[test]
fn no_file_names_a_folder_of_somebody() {
    let mut problems = Vec::new();
    for path in files(&root()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            let found = LOCAL_FOLDERS.iter().map(|parts| parts.concat()).find(|folder| mentions(line, folder));
            if let Some(folder) = found {
                problems.push(format!("{}:{}: names `{folder}`", shown(&path), number + 1));
            }
        }
    }
    assert_tidy(&problems);
}

/// Whether a line holds a folder as the beginning of a path: not `https://host/home/`, not `src/work/`.
fn mentions(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '_' | '-' | '.' | '/' | '}' | '*'))
    })
}
