//! `cargo onloop why FILE:LINE`: what is known about the calls on a line, and why each is reported or not.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use onloop_analysis::{Kind, Known, Place, Receiver};
use proc_macro2::{Span, TokenStream};

use crate::cli::Why;
use crate::disk::Disk;
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::look::{engine, extent, parse};
use crate::select::Workspace;
use crate::walk::{Function, How, walk_all};

/// `src/store.rs:41:9`
struct Asked {
    file: PathBuf,
    line: usize,
    column: Option<usize>,
}

pub(crate) fn why(why: &Why) -> Result<u8, Failure> {
    let asked = asked(&why.place)?;
    let mut selection = why.selection.clone();
    // The file may be any of the workspace's, and of any target.
    selection.workspace |= selection.package.is_empty();
    selection.all_targets |= !selection.names_targets();
    let workspace = Workspace::load(&selection)?;
    let disk = Disk::default();
    let file = find(&workspace, &asked.file)?;
    let text = disk.text(&file).ok_or_else(|| Failure::new(format!("`{}` cannot be read", file.display())))?;
    let target = selection.target.as_deref();
    for unit in &workspace.units {
        let mut engine = engine(&workspace, &disk, target, unit);
        engine.project_config();
        if !engine.files(unit.test).contains(&file) {
            continue;
        }
        let parsed = parse(&text).map_err(|unknown| Failure::new(format!("{}: {}", file.display(), unknown.why)))?;
        let mut functions = walk_all(&parsed, engine.cfg());
        functions.retain(|function| {
            extent(function.item.clone()).is_some_and(|[from, _, to, _]| (from..=to).contains(&asked.line))
        });
        // The innermost stands last.
        let Some(function) = functions.pop() else {
            return Err(Failure::new(format!("line {} of `{}` is in no function", asked.line, file.display())));
        };
        let shown = report(&workspace, &mut engine, &file, &asked, function)?;
        let _ = std::io::stdout().write_all(shown.as_bytes());
        return Ok(CLEAN);
    }
    Err(Failure::new(format!("`{}` is not a part of the selected packages", file.display()))
        .help("a file that only tests have is found with `--tests`; one under a `cfg` needs its features"))
}

fn asked(place: &str) -> Result<Asked, Failure> {
    let wrong =
        || Failure::new(format!("`{place}` is no place")).help("write it as `src/store.rs:41`, or `src/store.rs:41:9`");
    let mut parts: Vec<&str> = place.rsplitn(3, ':').collect();
    parts.reverse();
    let numbers: Vec<usize> = parts.iter().rev().map_while(|part| part.parse().ok()).collect();
    let file = parts[..parts.len() - numbers.len()].join(":");
    let (line, column) = match numbers[..] {
        [line] => (line, None),
        [column, line] => (line, Some(column)),
        _ => return Err(wrong()),
    };
    if file.is_empty() || line == 0 { Err(wrong()) } else { Ok(Asked { file: file.into(), line, column }) }
}

/// The file from here, or from the root of the workspace.
fn find(workspace: &Workspace, file: &Path) -> Result<PathBuf, Failure> {
    let here = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let [here, there] = [here, workspace.root.join(file)].map(|file| workspace.file(&file.to_string_lossy()));
    [here, there]
        .into_iter()
        .find(|file| file.is_file())
        .ok_or_else(|| Failure::new(format!("there is no file `{}`", file.display())))
}

fn report(
    workspace: &Workspace,
    engine: &mut onloop_analysis::Engine,
    file: &Path,
    asked: &Asked,
    function: Function,
) -> Result<String, Failure> {
    let place = |span: Span| {
        let start = span.start();
        (start.line > 0).then(|| Place { file: file.to_owned(), line: start.line, column: start.column + 1 })
    };
    let (kind, arguments) = match function.how {
        How::Kind(kind, arguments) => (Some(kind), arguments),
        How::Tasks => (None, TokenStream::new()),
    };
    let why = engine.why(kind, arguments, function.item, &place);
    let why = why.ok_or_else(|| Failure::new("this function has no body"))?;
    if why.is_too_deep {
        return Err(Failure::new(format!("`{}` is nested too deep to be looked at", why.function)));
    }
    let about = match kind {
        Some(Kind::Coroutine) => "looked at as a coroutine: it is async",
        Some(Kind::Callback) => "looked at as a callback",
        Some(Kind::Blocking) => "a blocking function: it may wait",
        None => "not looked at by itself: it is sync and bears no attribute. Tasks that it starts are looked at",
    };
    let mut text = format!("{}:{}: in `{}`, {about}\n", workspace.shown(file), asked.line, why.function);
    let mut is_any = false;
    let mut lines = Vec::new();
    for call in &why.calls {
        let Some([line, column, end_line, end_column]) = extent(call.tokens.clone()) else { continue };
        lines.push(line);
        let is_meant = (line..=end_line).contains(&asked.line)
            && asked.column.is_none_or(|asked| line != end_line || (column..end_column).contains(&asked));
        if is_meant {
            is_any = true;
            text.push_str(&shown(workspace, call, line, column, &why.findings));
        }
    }
    if !is_any {
        let _ = writeln!(text, "\nNo call begins on this line.{}", nearby(&lines, asked.line));
    }
    Ok(text)
}

/// The nearest lines with calls, before and behind a line.
fn nearby(lines: &[usize], line: usize) -> String {
    let before = lines.iter().filter(|&&at| at < line).max();
    let behind = lines.iter().filter(|&&at| at > line).min();
    match (before, behind) {
        (Some(before), Some(behind)) => format!(" The nearest begin on lines {before} and {behind}."),
        (Some(near), None) | (None, Some(near)) => format!(" The nearest begins on line {near}."),
        (None, None) => String::new(),
    }
}

fn shown(
    workspace: &Workspace,
    call: &Known,
    line: usize,
    column: usize,
    findings: &[onloop_analysis::Finding],
) -> String {
    let mut rows: Vec<(&str, String)> = Vec::new();
    let unknown = || "the text does not tell".to_owned();
    match &call.receiver {
        Receiver::None => {}
        Receiver::Unknown => rows.push(("receiver", unknown())),
        Receiver::Is(receiver) => rows.push(("receiver", format!("`{receiver}`"))),
    }
    let nowhere = || match &call.receiver {
        Receiver::Is(_) => "nothing that the crate or the catalogue has".to_owned(),
        Receiver::None | Receiver::Unknown => unknown(),
    };
    rows.push(("leads to", call.leads_to.clone().unwrap_or_else(nowhere)));
    rows.push(("runs", if call.is_on_loop { "on the loop" } else { "not on the loop, as far as is known" }.to_owned()));
    rows.extend(call.entry.clone().map(|entry| ("catalogue", entry)));
    for step in &call.chain {
        rows.push(("chain", format!("`{}` at {}:{}", step.function, workspace.shown(&step.file), step.line)));
    }
    rows.push(("verdict", call.verdict.clone()));
    for found in findings {
        if extent(found.tokens.clone()).is_some_and(|[of, at, ..]| (of, at) == (line, column)) {
            rows.push(("finding", format!("onloop::{}: {}", found.rule, found.message)));
        }
    }
    let mut text = format!("\n`{}` at column {column}\n", call.written);
    for (name, value) in rows {
        let _ = writeln!(text, "  {name:<10} {value}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{asked, nearby};

    #[test]
    fn lines_nearby() {
        assert_eq!(nearby(&[2, 4, 9], 5), " The nearest begin on lines 4 and 9.");
        assert_eq!((nearby(&[2], 5), nearby(&[], 5)), (" The nearest begins on line 2.".to_owned(), String::new()));
    }

    #[test]
    fn places() {
        let place = |text: &str| asked(text).ok().map(|asked| (asked.file, asked.line, asked.column));
        assert_eq!(place("src/a.rs:3"), Some(("src/a.rs".into(), 3, None)));
        assert_eq!(place("C:\\a.rs:3:9"), Some(("C:\\a.rs".into(), 3, Some(9))));
        for wrong in ["src/a.rs", "src/a.rs:", ":3", "src/a.rs:0", "3"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
