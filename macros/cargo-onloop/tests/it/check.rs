//! What is found, how it is reported, and the exit code.

use crate::support::{PACKAGE, Project};

const BLOCKS: &str = "\
pub async fn load() -> usize {
    std::fs::read(\"table\").map_or(0, |table| table.len())
}
";

#[test]
fn a_finding_is_shown_as_the_compiler_shows_it() {
    let run = Project::library(BLOCKS).run("");
    assert_eq!(run.code, 1);
    let expected = "\
error: `std::fs::read` blocks the event loop
 --> src/lib.rs:2:5
  |
2 |     std::fs::read(\"table\").map_or(0, |table| table.len())
  |     ^^^^^^^^^^^^^
  |
  = help: await `tokio::fs::read(..)` instead
  = note: onloop::blocking_call; to learn more, or to exempt it: `cargo onloop explain blocking_call`

             blocking_call: 1 error
    Finished 1 finding in 1 function of 1 file
";
    assert_eq!(run.err, expected);
    assert_eq!(run.out, "");
}

#[test]
fn clean_code_is_clean() {
    let run = Project::library("pub async fn f() {}\npub fn g() { std::fs::read(\"x\").ok(); }").run("check");
    assert_eq!((run.code, run.err.as_str()), (0, "    Finished nothing found in 1 function of 1 file\n"));
}

#[test]
fn an_object_has_all_that_a_tool_needs() {
    let text = "mod store {\n    pub fn read() { std::fs::read(\"x\").ok(); }\n}\npub struct S;\nimpl S {\n    pub async fn f() { store::read(); }\n}\n";
    let project = Project::library(text);
    let found = &project.findings("")[0];
    assert_eq!(found["rule"], "blocking_transitive");
    assert_eq!(found["level"], "deny");
    assert_eq!((&found["package"], &found["file"]), (&"house".into(), &"src/lib.rs".into()));
    let place = ["line", "column", "end_line", "end_column"].map(|key| found[key].as_u64().unwrap());
    assert_eq!(place, [6, 24, 6, 35]);
    assert_eq!(found["function"], "S::f");
    let chain = serde_json::json!([
        { "function": "read", "file": "src/lib.rs", "line": 2 },
        { "function": "std::fs::read", "file": "src/lib.rs", "line": 2 },
    ]);
    assert_eq!(found["chain"], chain);
    assert_eq!(found["key"], "house S::f blocking_transitive read");
    assert!(found["message"].is_string() && found["help"].is_string());
}

#[test]
fn an_async_helper_is_told_once() {
    let text = "async fn read() { std::fs::read(\"x\").ok(); }\npub async fn f() { read().await; }\n";
    assert_eq!(Project::library(text).places(""), ["src/lib.rs:1 blocking_call"]);
}

#[test]
fn what_runs_on_the_loop_is_looked_at() {
    let text = "\
#[onloop::callback]
fn a() { std::fs::read(\"x\").ok(); }
pub fn b() { tokio::spawn(async { std::fs::read(\"x\").ok(); }); }
pub fn c() { std::thread::spawn(|| std::fs::read(\"x\").ok()); }
#[cfg(test)]
mod tests { async fn d() { std::fs::read(\"x\").ok(); } }
#[test]
fn e() {}
";
    let project = Project::library(text);
    assert_eq!(project.places(""), ["src/lib.rs:2 blocking_call", "src/lib.rs:3 blocking_call"]);
    assert!(project.places("--tests").contains(&"src/lib.rs:6 blocking_call".to_owned()));
}

#[test]
fn levels_decide_the_exit_code() {
    let project = Project::library(BLOCKS);
    assert_eq!(project.run("-A blocking_call").code, 0);
    let run = project.run("--format short -W onloop::blocking_call");
    assert_eq!(run.code, 0);
    assert!(run.err.starts_with("src/lib.rs:2:5: warning[onloop::blocking_call]: "), "{}", run.err);
    assert_eq!(project.run("-A all -D blocking_call").code, 1);
    assert_eq!(project.run("-D blocking_call -A all").code, 0);
    project.write("onloop.toml", "[levels]\nblocking_call = \"warn\"\n");
    assert_eq!(project.run("").code, 0);
    assert_eq!(project.run("-D blocking_call").code, 1);
    let run = project.run("-D sleep");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no rule `sleep`"), "{}", run.err);
}

#[test]
fn a_task_without_a_handle_is_a_warning() {
    let run = Project::library("pub async fn f() { tokio::spawn(async {}); }").run("");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("warning: the handle of this task is dropped"), "{}", run.err);
}

#[test]
fn exemptions_hold_without_the_crate() {
    let attribute = "#[cfg_attr(onloop, onloop::allow(blocking_call, reason = \"small\"))]\n";
    assert_eq!(Project::library(&format!("{attribute}{BLOCKS}")).run("").code, 0);
    let project = Project::library(BLOCKS);
    project
        .write("onloop.toml", "[[exempt]]\npath = \"house::load\"\nrules = [\"blocking_call\"]\nreason = \"small\"\n");
    assert_eq!(project.run("").code, 0);
    let helper = format!("{attribute}fn helper() {{ std::fs::read(\"x\").ok(); }}\npub async fn f() {{ helper(); }}");
    assert_eq!(Project::library(&helper).run("").code, 0);
}

#[test]
fn other_crates_of_the_workspace_are_followed() {
    let project = Project::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"app\", \"store\"]\nresolver = \"3\"\n"),
        ("app/Cargo.toml", &format!("{PACKAGE}[dependencies]\nbox = {{ package = \"store\", path = \"../store\" }}\n")),
        ("app/src/main.rs", "async fn f() { r#box::load(); house::g(); }\nfn main() {}\n"),
        ("app/src/lib.rs", "pub fn g() { std::fs::read(\"x\").ok(); }\n"),
        ("store/Cargo.toml", &PACKAGE.replace("house", "store")),
        ("store/src/lib.rs", "mod disk;\npub use disk::load;\n"),
        ("store/src/disk.rs", "pub fn load() { std::fs::read(\"x\").ok(); }\n"),
    ]);
    let findings = project.findings("--workspace");
    let last = |n: usize| findings[n]["chain"].as_array().unwrap().last().unwrap()["file"].clone();
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert_eq!((last(0), last(1)), ("store/src/disk.rs".into(), "app/src/lib.rs".into()));
}

#[test]
fn a_rule_on_request_waits_for_the_request() {
    let text = "use tokio::task::spawn_blocking;\n\
                pub async fn f() { spawn_blocking(g).await; spawn_blocking(g).await; }\nfn g() {}\n";
    let project = Project::library(text);
    assert_eq!(project.run("").code, 0);
    assert_eq!(project.run("-D all").code, 0);
    let run = project.run("-D sequential_jobs");
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("this job does not use the result of the one before it"), "{}", run.err);
    assert!(project.run("rules").out.contains("sequential_jobs          allow"));
}

#[test]
fn what_is_polled_is_looked_at() {
    let text = "\
use std::{future::Future, pin::Pin, task::{Context, Poll}};
pub struct Log { file: std::fs::File }
impl Future for Log {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.file.sync_all().ok();
        Poll::Ready(())
    }
}
impl Service<u8> for Log {
    type Future = Pin<Box<dyn Future<Output = ()>>>;
    fn call(&mut self, of: u8) -> Pin<Box<dyn Future<Output = ()>>> {
        std::fs::write(\"x\", [of]).ok();
        Box::pin(async {})
    }
}
pub trait Service<R> { type Future; fn call(&mut self, of: R) -> Pin<Box<dyn Future<Output = ()>>>; }
";
    assert_eq!(Project::library(text).places(""), ["src/lib.rs:7 blocking_call", "src/lib.rs:14 blocking_call"]);
}
