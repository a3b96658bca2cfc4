//! Which net reports each of the five stalls in `examples/stall`: the table in `onloop::guide::limits`, which
//! `BLESS=1 cargo test -p onloop-ui-tests --test stall` writes anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The file that holds the stalls and nothing else.
const STALLS: &str = "examples/stall/src/stalls.rs";

const HEAD: &str = "| the function | attributes | clippy | watch | trap |\n| --- | --- | --- | --- | --- |\n";

/// The page with the table, and what stands before and behind it.
const PAGE: &str = "runtime-support/src/guide/limits.md";
const AROUND: [&str; 2] = ["<!-- table: stalls -->\n\n", "\n<!-- end of table -->"];

/// What cannot be known here, and is not compared.
const UNKNOWN: &str = "?";

/// How often the program may run: on a busy machine the watch may come late for a stall, or a name take long.
const RUNS: usize = 3;

#[test]
fn the_table_in_the_guide_is_true() {
    let attributes = attributes();
    let clippy = clippy();
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).expect("the page can be read");
    let (before, rest) = page.split_once(AROUND[0]).expect("the page has the place");
    let (written, after) = rest.split_once(AROUND[1]).expect("the place has an end");
    let made = || table(&attributes, clippy.as_ref(), &program());
    if env::var_os("BLESS").is_some() {
        let made = made();
        assert!(is_known(&made), "not all of it can be known on this machine:\n{made}");
        fs::write(&path, [before, AROUND[0], &made, AROUND[1], after].concat()).expect("the page can be written");
        return;
    }
    let mut last = String::new();
    let is_true = (0..RUNS).any(|_| {
        last = made();
        is_same(&last, written)
    });
    assert!(is_true, "the page says otherwise; write it anew with BLESS=1\n{last}");
    if !is_known(&last) {
        eprintln!("skipped: what stands as `{UNKNOWN}` cannot be known on this machine\n{last}");
    }
}

/// All together.
fn table(attributes: &Cells, clippy: Option<&Cells>, program: &[[String; 3]]) -> String {
    let cell = |of: &Cells, function: &str| of.get(function).map_or_else(|| "-".to_owned(), |said| said.join(", "));
    let row = |[head, watch, trap]: &[String; 3]| {
        let function = head.split('`').nth(1).expect("each row begins with its function");
        let attributes = cell(attributes, function);
        let clippy = clippy.map_or_else(|| UNKNOWN.to_owned(), |clippy| cell(clippy, function));
        format!("| {head} | {attributes} | {clippy} | {watch} | {trap} |\n")
    };
    HEAD.to_owned() + &program.iter().map(row).collect::<String>()
}

/// Whether all is the same that can be known.
fn is_same(made: &str, written: &str) -> bool {
    let agree = |(made, written): (&str, &str)| made == written || made == UNKNOWN;
    let is_same = |(made, written)| {
        let (made, written): (Vec<_>, Vec<_>) = (cells_of(made).collect(), cells_of(written).collect());
        made.len() == written.len() && made.into_iter().zip(written).all(agree)
    };
    made.lines().count() == written.lines().count() && made.lines().zip(written.lines()).all(is_same)
}

/// Whether there is nothing in a table that cannot be known here.
fn is_known(table: &str) -> bool {
    table.lines().flat_map(cells_of).all(|cell| cell != UNKNOWN)
}

/// The cells of a row.
fn cells_of(row: &str) -> impl Iterator<Item = &str> {
    row.trim_matches(['|', ' ']).split(" | ")
}

/// What was said of the functions.
type Cells = BTreeMap<String, Vec<String>>;

/// What the attributes refuse.
fn attributes() -> Cells {
    let said = cargo(&["build", "--features", "trap", "--message-format", "short"], Some("attributes"), false);
    let mut cells = Cells::new();
    let mut refused = None;
    let mut count = 0;
    for line in said.lines() {
        refused = message(line, "error").or(refused);
        if let Some((_, rule)) = line.split_once("= note: onloop::") {
            let rule = rule.split([' ', ';']).next().unwrap_or(rule);
            let (function, message) = refused.take().expect("an error stands before its notes");
            count += 1;
            let name = message.rsplit('`').nth(1).expect("what blocks is named");
            cells.entry(function).or_default().push(format!("`{rule}`: `{}`", short(name)));
        }
    }
    // Every error of the compiler is one of ours.
    assert!(said.contains(&format!("due to {count} previous error")), "{said}");
    cells
}

/// What clippy warns of, where the attributes are silent. Nothing where it is not installed.
fn clippy() -> Option<Cells> {
    let version = Command::new(env!("CARGO")).args(["clippy", "--version"]).output();
    if !version.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let said = cargo(&["clippy", "--message-format", "short"], Some("clippy"), true);
    // It has looked: what is no annotated function may block, and does.
    assert!(said.contains("use of a disallowed method `std::fs::read_to_string`"), "{said}");
    let mut cells = Cells::new();
    for (function, message) in said.lines().filter_map(|line| message(line, "warning")) {
        let name = message.rsplit('`').nth(1).unwrap_or(&message).to_owned();
        cells.entry(function).or_default().push(format!("`{}`", short(&name)));
    }
    Some(cells)
}

/// What the program says: the function and what it does, the watch, the trap.
fn program() -> Vec<[String; 3]> {
    let said = cargo(&["run", "--quiet", "--features", "trap"], None, true);
    let rows = said.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let cells: Vec<_> = cells_of(line).map(str::to_owned).collect();
        let [head, watch, trap] = cells.try_into().expect("three cells");
        // Without the trap there are no stacks either.
        if trap == "not armed" { [head, UNKNOWN.to_owned(), UNKNOWN.to_owned()] } else { [head, watch, trap] }
    };
    let rows: Vec<_> = rows.map(row).collect();
    assert_eq!(rows.len(), 5, "{said}");
    rows
}

/// The function and the text of a message about the stalls.
fn message(line: &str, level: &str) -> Option<(String, String)> {
    let (place, text) = line.split_once(&format!(": {level}: "))?;
    let (_, place) = place.split_once(&format!("{STALLS}:"))?;
    let number = place.split(':').next()?.parse().ok()?;
    Some((function_at(number), text.to_owned()))
}

/// The name of the function in whose body a line of the stalls is.
fn function_at(number: usize) -> String {
    let text = fs::read_to_string(root().join(STALLS)).expect("the stalls can be read");
    let head = text.lines().take(number).filter_map(|line| line.split_once("fn ")).last().expect("a function");
    head.1.split('(').next().unwrap_or_default().to_owned()
}

/// The last two names of a path.
fn short(path: &str) -> String {
    let mut names: Vec<_> = path.rsplit("::").take(2).collect();
    names.reverse();
    names.join("::")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace").to_owned()
}

/// What cargo and the program say, and that it is (or is not) right.
fn cargo(arguments: &[&str], check: Option<&str>, is_right: bool) -> String {
    // The folder of the workspace: what the program depends on is mostly built there already.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).args(["--bin", "stall", "--locked", "--color", "never"]).arg("--target-dir").arg(target);
    for variable in ["ONLOOP_LEVEL", "ONLOOP_TRAP", "STALL_CHECK"] {
        cargo.env_remove(variable);
    }
    cargo.envs(check.map(|check| ("STALL_CHECK", check)));
    let output = cargo.current_dir(root()).output().expect("cargo runs");
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).expect("UTF-8")).concat();
    assert_eq!(output.status.success(), is_right, "{said}");
    said
}
