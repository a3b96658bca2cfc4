//! What is known of the calls on a line.

use crate::support::Project;

const TEXT: &str = "\
use std::fs;
use std::io::Read as _;
pub async fn f(file: &mut fs::File, other: impl Thing) {
    fs::read(\"x\").ok();
    let mut text = String::new(); file.read_to_string(&mut text).ok();
    helper();
    std::thread::spawn(|| fs::read(\"x\").ok());
    other.load();
}
fn helper() {
    fs::write(\"x\", b\"\").ok();
}
#[cfg_attr(onloop, onloop::allow(blocking_call, reason = \"small\"))]
pub async fn g() {
    fs::read(\"x\").ok();
}
";

fn why(line: &str) -> String {
    let project = Project::library(TEXT);
    let run = project.run(&format!("why src/lib.rs:{line}"));
    assert_eq!(run.code, 0, "{}", run.err);
    run.out
}

#[test]
fn a_finding_is_explained() {
    let out = why("4");
    for expected in [
        "src/lib.rs:4: in `f`, looked at as a coroutine: it is async\n",
        "`fs::read` at column 5\n",
        "  leads to   `std::fs::read`\n",
        "  runs       on the loop\n",
        "  catalogue  `std::fs::read`, fs, blocks always: await `tokio::fs::read(..)` instead\n",
        "  verdict    reported: `blocking_call`\n",
        "  finding    onloop::blocking_call: ",
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
    let out = why("6");
    assert!(out.contains("  chain      `helper` at src/lib.rs:10\n"), "{out}");
    assert!(out.contains("  leads to   the function `helper` at src/lib.rs:10\n"), "{out}");
}

#[test]
fn so_is_a_silence() {
    assert!(why("5").contains("  receiver   `std::fs::File"), "{}", why("5"));
    assert!(why("7:28").contains("silent: it runs away from the loop"), "{}", why("7:28"));
    assert!(why("15").contains("silent: it is exempt from `blocking_call` here"), "{}", why("15"));
    assert!(why("11").contains("not looked at by itself"), "{}", why("11"));
    assert!(why("8").contains("receiver   "), "{}", why("8"));
}

#[test]
fn the_verdict_agrees_with_the_rules() {
    let text = "\
pub async fn f() {
    tokio::spawn(async {});
    let read = std::fs::read(\"x\").map(|_| std::fs::read(\"y\"));
}
pub fn g() {
    tokio::spawn(async { std::fs::read(\"x\").ok(); });
}
";
    let project = Project::library(text);
    let why = |line| project.run(&format!("why src/lib.rs:{line}")).out;
    assert!(why(2).contains("  verdict    reported: `untracked_spawn`\n"), "{}", why(2));
    for line in 2..=6 {
        let told = project.findings("").iter().filter(|found| found["line"] == line).count();
        assert_eq!(why(line).matches("  verdict    reported").count(), told, "{}", why(line));
    }
}

#[test]
fn places_that_are_none() {
    let project = Project::library(TEXT);
    for place in ["src/lib.rs", "src/other.rs:1", "src/lib.rs:1"] {
        assert_eq!(project.run(&format!("why {place}")).code, 2, "{place}");
    }
}
