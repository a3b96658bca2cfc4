//! Files and functions have a size to read in one go.

use crate::{assert_tidy, files, has_extension, is_of_tests, read, root, shown, without_tests};

/// The sources that are checked.
const SOURCES: [&str; 4] = ["macros/analysis/src", "macros/cargo-onloop/src", "macros/src", "runtime-support/src"];

/// How many lines a file of code, a file of tests and a function may have.
const FILE: usize = 500;
const TESTS: usize = 800;
const FUNCTION: usize = 60;

/// The head of a file that a test writes.
const GENERATED: &str = "--test generated` writes this file.";

fn rust_files() -> impl Iterator<Item = std::path::PathBuf> {
    let all = SOURCES.iter().flat_map(|folder| files(&root().join(folder)));
    all.filter(|path| has_extension(path, "rs"))
}

#[test]
fn a_file_has_a_size_to_read_in_one_go() {
    let mut problems = Vec::new();
    for path in rust_files() {
        let most = if is_of_tests(&path) { TESTS } else { FILE };
        let text = read(&path);
        let lines = text.lines().count();
        // What is generated is read in its source.
        if lines > most && !text.contains(GENERATED) {
            problems.push(format!("{}: {lines} lines; {most} are the most", shown(&path)));
        }
    }
    assert_tidy(&problems);
}

#[test]
fn a_function_has_a_size_to_see_at_once() {
    let mut problems = Vec::new();
    for path in rust_files().filter(|path| !is_of_tests(path)) {
        let text = read(&path);
        for Function { line, lines, name } in functions(without_tests(&text)) {
            if lines > FUNCTION {
                problems.push(format!("{}:{line}: `{name}` has {lines} lines; {FUNCTION} are the most", shown(&path)));
            }
        }
    }
    assert_tidy(&problems);
}

struct Function<'t> {
    name: &'t str,
    line: usize,
    lines: usize,
}

/// The functions in formatted code: each ends at the brace below its `fn`. One whose body is a single `match` is a table,
/// and none of them.
fn functions(code: &str) -> Vec<Function<'_>> {
    let lines: Vec<_> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let Some(name) = name_of_function(line.trim_start()) else { continue };
        let end = format!("{indent}}}");
        let Some(open) = lines[at..].iter().position(|line| line.ends_with(['{', ';', '}'])).map(|n| at + n) else {
            continue;
        };
        if !lines[open].ends_with('{') {
            continue;
        }
        let Some(close) = lines[open..].iter().position(|line| *line == end).map(|n| open + n) else { continue };
        if !is_one_match(&lines[open + 1..close], indent) {
            found.push(Function { name, line: at + 1, lines: close - at + 1 });
        }
    }
    found
}

/// The name of the function that a line begins.
fn name_of_function(line: &str) -> Option<&str> {
    let (before, behind) = line.split_once("fn ")?;
    let is_head = before.split_whitespace().all(|word| {
        word.starts_with("pub")
            || ["in", "const", "async", "unsafe", "extern", "\"C\""].contains(&word)
            || word.ends_with(')')
    });
    let name = behind.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (is_head && !name.is_empty()).then_some(name)
}

/// Whether a body is one `match`, with a line or two around it.
fn is_one_match(body: &[&str], indent: &str) -> bool {
    let statement = format!("{indent}    match ");
    let Some(start) = body.iter().position(|line| line.starts_with(&statement)) else { return false };
    let end = format!("{indent}    }}");
    let rest = body[start..].iter().position(|line| *line == end).map_or(0, |at| body.len() - start - at - 1);
    start + rest <= 2
}
