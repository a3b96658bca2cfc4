//! Packages, targets, features and platforms are selected as cargo selects them.

use crate::support::{PACKAGE, Project, blocking};

fn workspace() -> Project {
    let main = format!("{}fn main() {{}}\n", blocking("f"));
    Project::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\ndefault-members = [\"crates/a\"]\nresolver = \"3\"\n"),
        ("crates/a/Cargo.toml", &PACKAGE.replace("house", "a")),
        ("crates/a/src/lib.rs", &blocking("f")),
        ("crates/a/src/main.rs", &main),
        ("crates/a/examples/e.rs", &main),
        ("crates/a/tests/t.rs", &blocking("f")),
        ("crates/b/Cargo.toml", &PACKAGE.replace("house", "b")),
        ("crates/b/src/lib.rs", &blocking("f")),
    ])
}

/// The files in which something is found.
fn files(project: &Project, arguments: &str) -> Vec<String> {
    let mut files: Vec<String> = project
        .findings(arguments)
        .iter()
        .map(|found| found["file"].as_str().unwrap().trim_start_matches("crates/").to_owned())
        .collect();
    files.dedup();
    files
}

#[test]
fn packages() {
    let project = workspace();
    assert_eq!(files(&project, ""), ["a/src/lib.rs", "a/src/main.rs"], "the default members");
    assert_eq!(files(&project, "--workspace"), ["a/src/lib.rs", "a/src/main.rs", "b/src/lib.rs"]);
    assert_eq!(files(&project, "-p b"), ["b/src/lib.rs"]);
    assert_eq!(files(&project, "--workspace --exclude a"), ["b/src/lib.rs"]);
    assert_eq!(files(&project, "--manifest-path crates/b/Cargo.toml"), ["b/src/lib.rs"]);
    assert!(project.run_in("crates/b", "--format short").err.contains("crates/b/src/lib.rs"), "the package around");
    let run = project.run("-p c");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no package of the workspace is called `c`") && run.err.contains("a, b"), "{}", run.err);
}

#[test]
fn targets() {
    let project = workspace();
    assert_eq!(files(&project, "--lib"), ["a/src/lib.rs"]);
    assert_eq!(files(&project, "--bins"), ["a/src/main.rs"]);
    assert_eq!(files(&project, "--bin a"), ["a/src/main.rs"]);
    assert_eq!(files(&project, "--examples"), ["a/examples/e.rs"]);
    assert_eq!(files(&project, "--example e"), ["a/examples/e.rs"]);
    assert_eq!(files(&project, "--test t"), ["a/tests/t.rs"]);
    assert_eq!(files(&project, "--all-targets").len(), 4);
    assert_eq!(project.run("--bin z").code, 2);
}

#[test]
fn features() {
    let manifest = format!("{PACKAGE}[features]\ndefault = [\"net\"]\nnet = [\"tls\"]\ntls = []\nslow = []\n");
    let text = ["net", "tls", "slow"].map(|name| format!("#[cfg(feature = \"{name}\")] {}", blocking(name))).concat();
    let project = Project::new(&[("Cargo.toml", &manifest), ("src/lib.rs", &text)]);
    let lines = |arguments: &str| project.places(arguments).len();
    assert_eq!(lines(""), 2);
    assert_eq!(lines("--no-default-features"), 0);
    assert_eq!(lines("--no-default-features --features tls,slow"), 2);
    assert_eq!(lines("--all-features"), 3);
    let run = project.run("--features fast");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`fast`"), "{}", run.err);
}

#[test]
fn platforms() {
    let text = format!("#[cfg(windows)] {}#[cfg(target_os = \"linux\")] {}", blocking("f"), blocking("g"));
    let project = Project::library(&text);
    assert_eq!(project.places("--target x86_64-pc-windows-msvc"), ["src/lib.rs:1 blocking_call"]);
    assert_eq!(project.places("--target x86_64-unknown-linux-gnu"), ["src/lib.rs:2 blocking_call"]);
}

#[test]
fn a_patch_with_a_path_is_followed() {
    let manifest = |version: &str| {
        format!(
            "{PACKAGE}[dependencies]\nmeter = \"{version}\"\n[patch.crates-io]\nmeter = {{ path = \"../meter\" }}\n"
        )
    };
    let project = Project::new(&[
        ("house/Cargo.toml", &manifest("1")),
        ("house/src/lib.rs", "pub async fn f() { meter::read(); }\n"),
        ("meter/Cargo.toml", &PACKAGE.replace("house", "meter").replace("0.1.0", "1.2.0")),
        ("meter/src/lib.rs", "pub fn read() { std::fs::read(\"x\").ok(); }\n"),
    ]);
    let run = project.run_in("house", "--format json");
    assert!(run.out.contains("\"blocking_transitive\""), "{}{}", run.out, run.err);
    project.write("house/Cargo.toml", &manifest("2"));
    assert_eq!(project.run_in("house", "--format json").out, "", "cargo would not use it");
}
