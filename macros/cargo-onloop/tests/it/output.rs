//! The forms that tools read.

use serde_json::Value;

use crate::support::Project;

const TEXT: &str = "\
mod store {
    pub fn load() { std::fs::read(\"x\").ok(); }
}
pub async fn f() { store::load(); }
";

#[test]
fn sarif_has_what_code_scanning_reads() {
    let run = Project::library(TEXT).run("--format sarif");
    assert_eq!(run.code, 1);
    let log: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "onloop::blocking_transitive");
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/lib.rs");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&4.into(), &20.into()));
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 2);
    assert_eq!(result["partialFingerprints"]["onloopKey/v1"], "house f blocking_transitive load");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let described = rules.iter().find(|rule| rule["id"] == "onloop::blocking_transitive").unwrap();
    assert!(described["shortDescription"]["text"].as_str().unwrap().starts_with("Reports "));
}

#[test]
fn github_shows_it_beside_the_code() {
    let run = Project::library(TEXT).run("--format github");
    let expected =
        "::error file=src/lib.rs,line=4,endLine=4,col=20,endColumn=31,title=onloop%3A%3Ablocking_transitive::";
    assert!(run.out.starts_with(expected), "{}", run.out);
    assert_eq!(run.out.lines().count(), 1);
}

#[test]
fn markdown_is_a_table() {
    let run = Project::library(TEXT).run("--format markdown");
    assert!(run.out.contains("1 finding in 1 function: `blocking_transitive` 1."), "{}", run.out);
    assert!(run.out.contains("| error | `src/lib.rs:4` | `f` | "), "{}", run.out);
}

#[test]
fn editors_read_the_messages_of_cargo() {
    let run = Project::library(TEXT).run("--message-format=json");
    assert_eq!(run.code, 1);
    let messages: Vec<_> = cargo_metadata::Message::parse_stream(run.out.as_bytes()).map(Result::unwrap).collect();
    let [cargo_metadata::Message::CompilerMessage(found), cargo_metadata::Message::BuildFinished(end)] = &messages[..]
    else {
        panic!("{messages:?}")
    };
    assert!(!end.success);
    let diagnostic = &found.message;
    assert_eq!(diagnostic.code.as_ref().unwrap().code, "onloop::blocking_transitive");
    let span = &diagnostic.spans[0];
    assert_eq!(
        (span.file_name.as_str(), span.line_start, span.column_start, span.is_primary),
        ("src/lib.rs", 4, 20, true)
    );
    assert_eq!(&TEXT[span.byte_start as usize..span.byte_end as usize], "store::load");
    assert!(diagnostic.rendered.as_ref().unwrap().starts_with("error: `store::load()` blocks the event loop"));
    assert_eq!(diagnostic.children[0].spans[0].line_start, 2);
    assert_eq!(found.target.name, "house");
}

#[test]
fn rules_are_listed_and_explained() {
    let project = Project::new(&[]);
    let run = project.run("rules");
    assert_eq!(run.code, 0);
    assert!(run.out.contains("blocking_call") && run.out.contains("untracked_spawn"), "{}", run.out);
    let run = project.run("explain onloop::guard_across_await");
    assert!(run.out.starts_with("# onloop::guard_across_await (deny)\n\n# What it does\n"), "{}", run.out);
    assert_eq!(project.run("explain sleep").code, 2);
}
