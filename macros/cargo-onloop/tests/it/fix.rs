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
pub async fn a() -> Vec<u8> {
    std::fs::read(\"x\").unwrap_or_default()
}




pub async fn b(name: &str) -> bool {
    helper(name)
}




pub async fn c(name: String) -> bool {
    helper(&name)
}




pub async fn d(lock: &std::sync::Mutex<u8>) {
    let mut guard = lock.lock().unwrap();
    *guard += 1;
    a().await;
}

fn helper(name: &str) -> bool {
    std::fs::read(name).is_ok()
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
    let expected = BEFORE
        .replace("std::fs::read(\"x\").unwrap", "tokio::fs::read(\"x\").await.unwrap")
        .replace("    helper(&name)", "    tokio::task::spawn_blocking(move || helper(&name)).await.unwrap()")
        .replace("    a().await;", "    drop(guard);\n    a().await;");
    assert_eq!(project.read("src/lib.rs"), expected, "{}", run.err);
    assert!(run.err.contains("Fixed 3 findings; 1 taken back"), "{}", run.err);
    assert_eq!(project.places(""), ["src/lib.rs:9 blocking_transitive"]);
}

#[test]
fn a_diff_changes_nothing() {
    let project = project();
    let run = project.run("fix --diff");
    assert!(run.out.contains("+    tokio::fs::read(\"x\").await.unwrap_or_default()"), "{}\n{}", run.out, run.err);
    assert!(!run.out.contains("+    tokio::task::spawn_blocking(move || helper(name))"), "{}", run.out);
    assert_eq!(project.read("src/lib.rs"), BEFORE);
}

#[test]
fn an_interrupted_run_leaves_nothing() {
    let project = project();
    let between = BEFORE.replace("helper(name)", "helper(&name)");
    let file = project.folder.join("src/lib.rs");
    let journal = serde_json::json!([{ "path": file, "before": BEFORE, "after": between }]);
    project.write("src/lib.rs", &between);
    project.write("target/onloop/fix.json", &journal.to_string());
    let run = project.run("");
    assert!(run.err.contains("was interrupted"), "{}", run.err);
    assert_eq!(project.read("src/lib.rs"), between, "only `fix` brings it back");
    let run = project.run("fix --diff");
    assert!(run.err.contains("Restored 1 file of an interrupted run"), "{}", run.err);
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
