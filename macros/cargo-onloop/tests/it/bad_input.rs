//! What cannot be looked at is reported, and is never clean.

use std::process::Stdio;

use crate::support::{PACKAGE, Project};

#[test]
fn no_manifest() {
    let run = Project::new(&[]).run("");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no `Cargo.toml`"), "{}", run.err);
    let run = Project::new(&[]).run("--manifest-path x/Cargo.toml");
    assert_eq!(run.code, 2);
}

#[test]
fn a_workspace_that_does_not_resolve() {
    let project = Project::new(&[("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n")]);
    let run = project.run("");
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("error: cargo cannot read the workspace: "), "{}", run.err);
    let manifest = format!("{PACKAGE}[dependencies]\nb = {{ path = \"../b\" }}\n");
    let run = Project::new(&[("Cargo.toml", &manifest), ("src/lib.rs", "")]).run("");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("depends on `b`"), "{}", run.err);
}

#[test]
fn a_file_that_does_not_parse_is_unknown() {
    let project = Project::library("mod broken;\npub async fn f() { std::fs::read(\"x\").ok(); }\n");
    project.write("src/broken.rs", "pub async fn g() { let = ; }\n");
    let run = project.run("");
    assert_eq!(run.code, 1);
    assert!(run.err.contains("unknown: src/broken.rs:1:24: it does not parse: "), "{}", run.err);
    assert!(run.err.contains("1 place unknown"), "{}", run.err);
    let run = Project::library("pub async fn g( {").run("");
    assert_eq!(run.code, 2, "nothing was looked at: {}", run.err);
    assert!(run.err.contains("nothing could be looked at"), "{}", run.err);
}

#[test]
fn macros_and_includes_are_unknown() {
    let project = Project::library("include!(\"more.rs\");\ncfg_rt! {\n    async fn a() {}\n}\n");
    let run = project.run("");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("unknown: src/lib.rs:1:1: what this `include!` brings"), "{}", run.err);
    assert!(run.err.contains("unknown: src/lib.rs:2:1: the async functions in this macro"), "{}", run.err);
}

#[test]
fn text_that_is_no_text() {
    let project = Project::library("mod deep;\nmod long;\n");
    project.write("src/deep.rs", &format!("fn f() {{ {} }}", "(".repeat(50_000)));
    std::fs::write(project.folder.join("src/long.rs"), [0xff, 0xfe]).unwrap();
    let run = project.run("");
    assert!(run.err.contains("nested too deep"), "{}", run.err);
    assert!(run.err.contains("src/lib.rs:2:1: the file of the module `long` cannot be read"), "{}", run.err);
}

#[test]
fn a_module_without_a_file_is_unknown() {
    let text = "mod gone;\n#[cfg(windows)]\nmod other;\n#[cfg(test)]\nmod tests;\npub async fn f() {}\n";
    let project = Project::library(text);
    let run = project.run("--target x86_64-unknown-linux-gnu");
    assert!(run.err.contains("unknown: src/lib.rs:1:1: the file of the module `gone` cannot be read"), "{}", run.err);
    assert!(run.err.contains("1 place unknown"), "{}", run.err);
    project.write("src/gone.rs", "");
    let run = project.run("--target x86_64-unknown-linux-gnu");
    assert!(!run.err.contains("unknown"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn links_to_files_and_in_a_circle() {
    let project = Project::library("mod linked;\n");
    project.write("elsewhere.rs", "pub async fn f() { std::fs::read(\"x\").ok(); }\n");
    std::os::unix::fs::symlink(project.folder.join("elsewhere.rs"), project.folder.join("src/linked.rs")).unwrap();
    std::os::unix::fs::symlink(&project.folder, project.folder.join("src/circle")).unwrap();
    assert_eq!(project.places(""), ["src/linked.rs:1 blocking_call"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_reads() {
    let many: String = "pub async fn f() { std::fs::read(\"x\").ok(); }\n".repeat(3000);
    let project = Project::library(&many);
    let mut child = project.command("").args(["--format", "json"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn what_is_wrong_in_the_settings_is_told() {
    let project = Project::library("pub async fn f() {}\n");
    project.write("onloop.toml", "[levels]\nsleep = \"deny\"\n");
    let run = project.run("");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("warning: onloop.toml:2: onloop has no rule `sleep`"), "{}", run.err);
}
