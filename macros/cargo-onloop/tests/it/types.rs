//! What only the compiler's types tell.

use crate::support::Project;

const TEXT: &str = "\
use std::path::PathBuf;
pub trait Gives { type Output; fn give(self) -> Self::Output; }
impl<A> Gives for fn() -> A { type Output = A; fn give(self) -> A { self() } }
fn here() -> PathBuf { PathBuf::from(\".\") }
pub async fn a() -> bool { (here as fn() -> PathBuf).give().exists() }
#[cfg_attr(onloop, onloop::allow(blocking_call, reason = \"small\"))]
pub async fn b() -> bool { (here as fn() -> PathBuf).give().exists() }
pub fn c() -> bool { (here as fn() -> PathBuf).give().exists() }
pub async fn d() { std::thread::spawn(|| (here as fn() -> PathBuf).give().exists()); }
pub async fn e() { std::fs::read(\"x\").ok(); }
";

#[test]
fn the_compiler_is_asked_on_request() {
    let project = Project::library(TEXT);
    let clippy = std::process::Command::new("cargo").args(["clippy", "--version"]).output();
    if !clippy.is_ok_and(|output| output.status.success()) {
        return;
    }
    let without: Vec<_> = project.places("-A untracked_spawn");
    assert!(without.contains(&"src/lib.rs:10 blocking_call".to_owned()));
    let with = project.findings("--types -A untracked_spawn");
    let lines: Vec<_> = with.iter().map(|found| found["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [5, 10], "once each, and what is exempt or runs elsewhere is left alone");
    assert_eq!(with[0]["callee"], "std::path::Path::exists");
    assert!(!project.folder.join("target/debug").exists(), "nobody's build is disturbed");
}
