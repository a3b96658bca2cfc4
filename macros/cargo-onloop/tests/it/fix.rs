//! What is mended compiles.

use crate::support::{PACKAGE, Project};

/// What of tokio is called here, so that nothing has to be fetched.
const TOKIO: &str = "\
pub mod fs {
    pub async fn read(path: impl AsRef<std::path::Path>) -> std::io::Result<Vec<u8>> { std::fs::read(path) }
}
pub mod task {
    pub async fn spawn_blocking<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Result<R, String> {
        Ok(work())
    }
}
";

const BEFORE: &str = "\
use std::fs;

pub struct Fixed(String);

pub async fn a() -> Vec<u8> {
    fs::read(\"x\").unwrap_or_default()
}

pub async fn b(fixed: &Fixed) -> bool {
    helper(&fixed.0) && other(fixed)
}

pub async fn c(name: String) -> String {
    helper(&name);
    name
}

pub async fn d(lock: &std::sync::Mutex<u8>) {
    let mut guard = lock.lock().unwrap();
    *guard += 1;
    a().await;
}

pub async fn e(lock: &std::sync::Mutex<u8>) -> usize {
    let guard = lock.lock().unwrap();
    let read = std::fs::read(\"x\").unwrap_or_default();
    usize::from(*guard) + read.len()
}

fn helper(name: &str) -> bool {
    std::path::Path::new(name).metadata().is_ok()
}

fn other(fixed: &Fixed) -> bool {
    helper(&fixed.0)
}
";

fn project() -> Project {
    let manifest = format!("{PACKAGE}[dependencies]\ntokio = {{ path = \"tokio\" }}\n[workspace]\n");
    Project::new(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", BEFORE),
        ("tokio/Cargo.toml", &PACKAGE.replace("house", "tokio")),
        ("tokio/src/lib.rs", TOKIO),
    ])
}

#[test]
fn what_does_not_compile_is_taken_back() {
    let project = project();
    let run = project.run("fix --allow-dirty");
    assert_eq!(run.code, 0, "{}", run.err);
    let owned = "tokio::task::spawn_blocking({
        let inner = fixed.0.clone();
        move || helper(&inner)
    }).await.unwrap()";
    let cloned = "tokio::task::spawn_blocking({
        let name = name.clone();
        move || helper(&name)
    }).await.unwrap();";
    let expected = BEFORE
        .replace("use std::fs;\n", "")
        .replace("    fs::read(\"x\").unwrap", "    tokio::fs::read(\"x\").await.unwrap")
        .replace("helper(&fixed.0) &&", &format!("{owned} &&"))
        .replace("helper(&name);", cloned)
        .replace("    a().await;", "    drop(guard);\n    a().await;");
    assert_eq!(project.read("src/lib.rs"), expected, "{}", run.err);
    assert!(run.err.contains("Fixed 4 findings; 2 reverted; 2 left"), "{}", run.err);
    assert!(run.err.contains("Left src/lib.rs:10 onloop::blocking_transitive: error[E0521]: borrowed"), "{}", run.err);
    assert!(run.err.contains("it would bring `guard_across_await`"), "{}", run.err);
    assert_eq!(project.findings("").len(), 2);
}

#[test]
fn what_is_copied_is_not_cloned() {
    let clippy = std::process::Command::new("cargo").args(["clippy", "--version"]).output();
    if !clippy.is_ok_and(|output| output.status.success()) {
        return;
    }
    let project = project();
    let text = "\
pub struct Meter { port: u16, name: String }
pub async fn a(meter: &Meter) -> bool { helper(&format!(\"{}{}\", meter.port.to_string(), meter.name.trim())) }
pub async fn b(meter: &Meter) -> bool { helper(&meter.port.to_string()) && helper(meter.name.trim()) }
pub fn c(port: u16) -> u16 { port.clone() }
fn helper(name: &str) -> bool { std::path::Path::new(name).metadata().is_ok() }
";
    project.write("src/lib.rs", text);
    let run = project.run("fix --allow-dirty");
    let fixed = project.read("src/lib.rs");
    assert!(
        fixed.contains("let port = meter.port;") && fixed.contains("let name = meter.name.clone();"),
        "{fixed}{}",
        run.err
    );
    assert!(fixed.contains("{ port.clone() }"), "that was there before: {fixed}");
}

#[test]
fn a_diff_changes_nothing() {
    let project = project();
    let run = project.run("fix --diff");
    assert!(run.out.contains("+    tokio::fs::read(\"x\").await.unwrap_or_default()"), "{}\n{}", run.out, run.err);
    assert!(!run.out.contains("other(&fixed)"), "{}", run.out);
    assert_eq!(project.read("src/lib.rs"), BEFORE);
}

#[test]
fn an_interrupted_run_leaves_nothing() {
    let project = project();
    let between = BEFORE.replace("other(fixed)", "other(&fixed)");
    let file = project.folder.join("src/lib.rs");
    let journal = serde_json::json!([{ "path": file, "before": BEFORE, "after": [between] }]);
    project.write("src/lib.rs", &between);
    project.write("target/onloop/fix.json", &journal.to_string());
    let run = project.run("");
    assert!(run.err.contains("was interrupted"), "{}", run.err);
    assert_eq!(project.read("src/lib.rs"), between, "a check touches nothing");
    let run = project.run("fix --diff");
    assert!(run.err.contains("Restored 1 file of an interrupted run"), "{}", run.err);
    assert_eq!(project.read("src/lib.rs"), BEFORE);
    assert!(!project.folder.join("target/onloop/fix.json").exists());
}

/// It waits where it finds the change, until the project is gone.
#[cfg(unix)]
const BUILD: &str = "\
use std::path::Path;

fn main() {
    if std::fs::read_to_string(\"src/lib.rs\").unwrap().contains(\"tokio::fs::read\") {
        std::fs::write(\"changed\", \"\").unwrap();
        while Path::new(\"changed\").exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}
";

#[cfg(unix)]
#[test]
fn an_interrupt_brings_the_files_back() {
    let project = project();
    project.write("build.rs", BUILD);
    let mut running = project.command("").args(["fix", "--allow-dirty"]).spawn().unwrap();
    while !project.folder.join("changed").exists() {
        assert!(running.try_wait().unwrap().is_none(), "it compiles what it has changed");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_ne!(project.read("src/lib.rs"), BEFORE);
    assert_eq!(project.run("fix --allow-dirty").code, 2, "one at a time");
    let id = running.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(running.wait().unwrap().code(), Some(130));
    assert_eq!(project.read("src/lib.rs"), BEFORE);
    assert!(!project.folder.join("target/onloop/fix.json").exists());
}

#[test]
fn what_cannot_be_brought_back_is_not_changed() {
    let project = project();
    assert_eq!(project.run("fix").code, 2, "no version control");
    if project.git(&["init", "-q"]) {
        let run = project.run("fix");
        assert_eq!(run.code, 2);
        assert!(run.err.contains("`--allow-dirty`"), "{}", run.err);
    }
    assert_eq!(project.read("src/lib.rs"), BEFORE);
}

#[test]
fn code_that_does_not_compile_is_left_alone() {
    let project = project();
    let text = format!("{BEFORE}fn broken() -> u8 {{ \"\" }}\n");
    project.write("src/lib.rs", &text);
    let run = project.run("fix --allow-dirty");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("does not compile as it is"), "{}", run.err);
    assert_eq!(project.read("src/lib.rs"), text);
}
