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

#[test]
fn a_member_outside_of_the_root() {
    let manifest = format!("{PACKAGE}[workspace]\nmembers = [\"../other\"]\n");
    let other = format!("{}workspace = \"../root\"\n", PACKAGE.replace("house", "other"));
    let project = Project::new(&[
        ("root/Cargo.toml", &manifest),
        ("root/src/lib.rs", ""),
        ("other/Cargo.toml", &other),
        ("other/src/lib.rs", "pub async fn f() { std::fs::read(\"x\").ok(); }\n"),
    ]);
    let run = project.run_in("root", "--workspace");
    assert!(run.err.contains("--> ../other/src/lib.rs:1:20") || run.out.contains("--> ../other/src/lib.rs:1:20"));
    assert!(format!("{}{}", run.out, run.err).contains("pub async fn f()"), "the text is shown: {}", run.out);
    let run = project.run_in("root", "why ../other/src/lib.rs:1");
    assert!(run.out.contains("../other/src/lib.rs:1: in `f`"), "{}{}", run.out, run.err);
}

#[test]
fn files_of_other_editors() {
    let project = Project::library("\u{feff}pub async fn f() {}\r\n\r\n#[inline]\r\npub async fn g() {}\r\n");
    assert_eq!(project.run("annotate --write").code, 0);
    let expected = "\u{feff}#[onloop::coroutine]\r\npub async fn f() {}\r\n\r\n\
                    #[onloop::coroutine]\r\n#[inline]\r\npub async fn g() {}\r\n";
    assert_eq!(project.read("src/lib.rs"), expected);
}

#[test]
fn folders_with_blanks_and_accents() {
    let project = Project::new(&[
        ("a b/é/Cargo.toml", PACKAGE),
        ("a b/é/src/lib.rs", "pub async fn f() { std::fs::read(\"x\").ok(); }\n"),
    ]);
    let run = project.run_in("a b/é", "--format short");
    assert!(format!("{}{}", run.out, run.err).starts_with("src/lib.rs:1:20: "), "{}{}", run.out, run.err);
}

#[test]
fn modules_at_other_places() {
    let text = "#[path = \"odd/place.rs\"]\nmod a;\nmod outer { #[path = \"x.rs\"] pub mod b; pub mod c; }\n";
    let project = Project::library(text);
    for file in ["src/odd/place.rs", "src/outer/x.rs", "src/outer/c.rs"] {
        project.write(file, "pub async fn f() { std::fs::read(\"x\").ok(); }\n");
    }
    let places = project.places("");
    let expected = ["src/odd/place.rs:1", "src/outer/c.rs:1", "src/outer/x.rs:1"];
    assert_eq!(places, expected.map(|place| format!("{place} blocking_call")));
}

#[test]
fn two_at_once() {
    let project = Project::library("pub async fn f() { std::fs::read(\"x\").ok(); }\n");
    let runs: Vec<_> =
        (0..4).map(|_| project.command("").arg("--format=json").stdout(Stdio::piped()).spawn().unwrap()).collect();
    let outputs: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    assert!(outputs.iter().all(|output| output.status.code() == Some(1) && output.stdout == outputs[0].stdout));
}
