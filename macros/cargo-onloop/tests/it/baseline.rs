//! What is known is not reported: the baseline, and what was before a change.

use crate::support::{Project, blocking};

#[test]
fn only_what_is_new_is_told() {
    let project = Project::library(&format!("{}{}", blocking("f"), blocking("g")));
    assert_eq!(project.run("--write-baseline").code, 0);
    assert!(project.read("onloop-baseline.json").contains("\"house f blocking_call std::fs::read\": 1"));
    let run = project.run("");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("nothing found in 2 functions of 1 file; 2 in the baseline"), "{}", run.err);
    assert_eq!(project.run("--no-baseline").code, 1);
    // Lines move, and that is all.
    project.write("src/lib.rs", &format!("\n\n{}{}{}", blocking("h"), blocking("g"), blocking("f")));
    assert_eq!(project.places(""), ["src/lib.rs:3 blocking_call"]);
}

#[test]
fn the_same_finding_twice_is_two() {
    let call = "std::fs::read(\"x\").ok();";
    let project = Project::library(&format!("pub async fn f() {{ {call} }}"));
    project.run("--write-baseline");
    project.write("src/lib.rs", &format!("pub async fn f() {{ {call} {call} }}"));
    assert_eq!(project.findings("").len(), 1);
}

#[test]
fn what_is_gone_is_told_and_can_be_pruned() {
    let project = Project::library(&format!("{}{}", blocking("f"), blocking("g")));
    project.run("--write-baseline");
    project.write("src/lib.rs", &format!("{}{}", blocking("f"), blocking("new")));
    let run = project.run("");
    assert_eq!(run.code, 1);
    assert!(run.err.contains("stale: the baseline holds `house g blocking_call std::fs::read`"), "{}", run.err);
    assert_eq!(project.run("prune").code, 0);
    let left = project.read("onloop-baseline.json");
    assert!(left.contains("house f ") && !left.contains("house g ") && !left.contains("house new "), "{left}");
    assert!(!project.run("").err.contains("stale"));
}

#[test]
fn other_baselines_are_no_baselines() {
    let project = Project::library(&blocking("f"));
    for (text, said) in
        [("{\"version\": 7, \"more\": []}", "is of version 7"), ("[", "is no baseline"), ("", "is no baseline")]
    {
        project.write("onloop-baseline.json", text);
        let run = project.run("");
        assert_eq!(run.code, 2);
        assert!(run.err.contains(said), "{}", run.err);
        assert_eq!(project.run("--no-baseline").code, 1);
    }
    assert_eq!(project.run("--write-baseline").code, 0);
    assert_eq!(project.run("").code, 0);
    assert_eq!(project.run("--baseline other.json").code, 2);
}

#[test]
fn a_changed_helper_makes_an_old_caller_guilty() {
    let project = Project::library(
        "mod store;\npub async fn f() { store::load(); }\npub async fn old() { std::fs::read(\"x\").ok(); }\n",
    );
    project.write("src/store.rs", "pub fn load() {}\n");
    assert_eq!(project.run("--changed").code, 2, "no git");
    if !project.git(&["init", "-q", "-b", "main"]) {
        return;
    }
    assert_eq!(project.places("--changed=HEAD").len(), 1, "before the first commit everything is new");
    project.git(&["add", "."]);
    assert!(project.git(&["commit", "-q", "-m", "one"]));
    assert!(project.places("--changed").is_empty());
    project.git(&["checkout", "-q", "-b", "work"]);
    project.write("src/store.rs", "pub fn load() { std::fs::read(\"x\").ok(); }\n");
    assert_eq!(project.places("--changed"), ["src/lib.rs:2 blocking_transitive"]);
    project.git(&["commit", "-q", "-a", "-m", "two"]);
    assert_eq!(project.places("--changed=main"), ["src/lib.rs:2 blocking_transitive"]);
    assert!(project.places("--changed=HEAD").is_empty());
    assert_eq!(project.run("--changed=nowhere").code, 2);
}

#[test]
fn what_moves_with_its_file_is_not_new() {
    let project = Project::library("mod store;\n");
    project.write("src/store.rs", &format!("{}pub struct S;\nimpl S {{\n{}}}\n", blocking("g"), blocking("h")));
    if !project.git(&["init", "-q", "-b", "main"]) {
        return;
    }
    project.git(&["add", "."]);
    assert!(project.git(&["commit", "-q", "-m", "one"]));
    assert!(project.git(&["mv", "src/store.rs", "src/disk.rs"]));
    project.write("src/lib.rs", &project.read("src/lib.rs").replace("store", "disk"));
    let run = project.run("--changed=main");
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("2 not new"), "{}", run.err);
    project.write("src/disk.rs", &format!("{}{}", project.read("src/disk.rs"), blocking("i")));
    assert_eq!(project.places("--changed=main"), ["src/disk.rs:6 blocking_call"]);
    project.write("src/disk.rs", &project.read("src/disk.rs").replace("impl S", "pub struct T;\nimpl T"));
    assert_eq!(project.places("--changed=main").len(), 2, "another type's function is another one");
}
