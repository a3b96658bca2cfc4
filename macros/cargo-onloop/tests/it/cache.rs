//! What has not changed is not looked at again, and what has is.

use crate::support::{Project, blocking};

#[test]
fn a_change_is_seen() {
    let project = Project::library(&format!("mod store;\n{}", blocking("f")));
    project.write("src/store.rs", "");
    assert_eq!(project.places("").len(), 1);
    let kept: Vec<_> = std::fs::read_dir(project.folder.join("target/onloop/cache")).unwrap().collect();
    assert_eq!(kept.len(), 2, "what was found, and what that depends on");
    assert_eq!(project.places("").len(), 1, "as it was");
    project.write("src/store.rs", &blocking("g"));
    assert_eq!(project.places("").len(), 2, "a file has changed");
    project.write("onloop.toml", "[[exempt]]\npath = \"house::f\"\nrules = [\"blocking_call\"]\nreason = \"r\"\n");
    assert_eq!(project.places("").len(), 1, "a file is there that was not");
    std::fs::remove_file(project.folder.join("onloop.toml")).unwrap();
    assert_eq!(project.places("").len(), 2, "and is no longer");
    project.write("Cargo.toml", &project.read("Cargo.toml").replace("0.1.0\"", "0.1.0\"\nautobins = false"));
    assert_eq!(project.places("--no-cache").len(), 2);
}

#[test]
fn a_cache_that_is_broken_is_none() {
    let project = Project::library(&blocking("f"));
    project.run("");
    for file in std::fs::read_dir(project.folder.join("target/onloop/cache")).unwrap() {
        std::fs::write(file.unwrap().path(), "{").unwrap();
    }
    assert_eq!(project.places("").len(), 1);
    std::fs::remove_dir_all(project.folder.join("target")).unwrap();
    assert_eq!(project.places("").len(), 1);
}

/// `a` asks about a helper in `b`, which calls one in `c`; `d` calls a method that `e` has.
fn five_files() -> Project {
    let project = Project::library("mod a;\nmod b;\nmod c;\nmod d;\nmod e;\nmod f;\nmod g;\nmod h;\nmod i;\n");
    project.write("src/a.rs", "pub async fn go() { crate::b::help(); }\n");
    project.write("src/b.rs", "pub fn help() { crate::c::help(); }\n");
    project.write("src/c.rs", "pub fn help() {}\n");
    project.write("src/d.rs", "pub async fn go(of: &crate::e::Store) { of.load(); }\n");
    project.write("src/e.rs", "pub struct Store;\nimpl Store { pub fn load(&self) {} }\n");
    for name in ["f", "g", "h", "i"] {
        project.write(&format!("src/{name}.rs"), "pub async fn go() {}\n");
    }
    project
}

#[test]
fn a_change_reaches_who_depends_on_it() {
    let project = five_files();
    assert!(project.places("").is_empty());
    project.write("src/c.rs", "pub fn help() { std::fs::read(\"x\").ok(); }\n");
    assert_eq!(project.places(""), ["src/a.rs:1 blocking_transitive"], "through another file");
    project.write("src/e.rs", "pub struct Store;\nimpl Store { pub fn load(&self) { std::fs::read(\"x\").ok(); } }\n");
    assert_eq!(project.places(""), ["src/a.rs:1 blocking_transitive", "src/d.rs:1 blocking_transitive"], "by its name");
    let chain = |project: &Project| project.findings("")[0]["chain"][2]["line"].clone();
    assert_eq!(chain(&project), 1);
    project.write("src/c.rs", "// Moved.\npub fn help() { std::fs::read(\"x\").ok(); }\n");
    assert_eq!(chain(&project), 2, "its lines are reported");
    project.write("src/c.rs", "pub fn help() {}\n");
    assert_eq!(project.places(""), ["src/d.rs:1 blocking_transitive"]);
    project.write("src/g.rs", &blocking("go"));
    assert_eq!(project.places(""), ["src/d.rs:1 blocking_transitive", "src/g.rs:1 blocking_call"], "a file of its own");
    project.write("src/b.rs", "pub async fn help() {}\n");
    assert_eq!(project.places("").len(), 3, "what others see of it has changed");
}

#[test]
fn a_change_reaches_who_calls_it_without_naming_it() {
    let project = five_files();
    let reading = |body: &str| {
        format!(
            "pub struct Reading;\nimpl std::fmt::Display for Reading {{\n    fn fmt(&self, f: &mut \
             std::fmt::Formatter<'_>) -> std::fmt::Result {{ {body} f.write_str(\"x\") }}\n}}\n"
        )
    };
    project.write("src/d.rs", "pub async fn go(of: &crate::e::Reading) -> String { format!(\"{of}\") }\n");
    project.write("src/e.rs", &reading(""));
    assert!(project.places("").is_empty());
    project.write("src/e.rs", &reading("std::fs::read(\"x\").ok();"));
    assert_eq!(project.places(""), ["src/d.rs:1 blocking_transitive"]);
    project.write("src/e.rs", &reading(""));
    assert!(project.places("").is_empty());
}

#[test]
fn one_changed_file_is_looked_at_alone() {
    let project = five_files();
    project.run("");
    // What is kept of the others is used: here it is what somebody has put there.
    let folder = project.folder.join("target/onloop/cache");
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let (behind, first): (Vec<_>, Vec<_>) = files.partition(|file| file.to_str().unwrap().ends_with(".behind.json"));
    assert_eq!((behind.len(), first.len()), (1, 1));
    let text = std::fs::read_to_string(&behind[0]).unwrap();
    assert!(text.contains("\"functions\":1"), "{text}");
    std::fs::write(&behind[0], text.replace("\"functions\":1", "\"functions\":100")).unwrap();
    project.write("src/i.rs", "// Changed.\npub async fn go() {}\n");
    let run = project.run("--format short");
    assert!(run.err.contains("in 501 functions of 10 files"), "{}", run.err);
}
