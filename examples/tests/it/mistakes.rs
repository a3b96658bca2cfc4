//! `mistakes` is refused, and for nothing else than its mistakes.

use std::path::Path;
use std::process::Command;

/// The functions of the program, and the rule that each breaks.
const EXPECTED: [(&str, &str); 8] = [
    ("sync_http_request_in_a_coroutine", "blocking_call"),
    ("sync_http_request_in_a_callback", "blocking_call"),
    ("sleep_in_a_coroutine", "blocking_call"),
    ("sleep_in_a_callback", "blocking_call"),
    ("file_read_in_a_coroutine", "blocking_call"),
    ("file_read_in_a_callback", "blocking_call"),
    ("await_in_a_callback", "await_in_callback"),
    ("spawn_and_forget_in_a_callback", "untracked_spawn"),
];

#[test]
fn every_mistake_is_refused() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let mut cargo = Command::new(env!("CARGO"));
    // `cargo test`, the whole workspace and its target folder: what `cargo test --workspace` has built for this very
    // run is built already, with the same features.
    cargo.args(["test", "--no-run", "--workspace", "--bin=mistakes", "--features=onloop-examples/mistakes"]);
    cargo.args(["--message-format=short", "--color=never"]).arg("--target-dir").arg(target);
    if cfg!(not(debug_assertions)) {
        cargo.arg("--release");
    }
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("ONLOOP_LEVEL").output().expect("cargo runs");
    let said = String::from_utf8(output.stderr).expect("UTF-8");

    let mut refused = refused(&said);
    // Every error of the compiler is one of ours.
    assert!(said.contains(&format!("due to {} previous errors", refused.len())), "{said}");
    // A chain of calls may be more than one mistake.
    refused.dedup();
    assert_eq!(refused, EXPECTED, "{said}");
    assert!(!output.status.success());
}

/// The functions that the compiler points into, each with the rule that it names there.
fn refused(said: &str) -> Vec<(&'static str, &str)> {
    let mut function = "";
    let mut found = Vec::new();
    for line in said.lines() {
        if let Some((_, place)) = line.split_once("mistakes.rs:") {
            let number = place.split(':').next().and_then(|number| number.parse().ok());
            function = function_at(number.expect("a line number"));
        }
        if let Some((_, rule)) = line.split_once("= note: onloop::") {
            found.push((function, rule.split([' ', ';']).next().unwrap_or(rule)));
        }
    }
    found
}

/// The name of the function in whose body a line of the program stands.
fn function_at(number: usize) -> &'static str {
    let above = include_str!("../../src/bin/mistakes.rs").lines().take(number);
    let head = above.filter_map(|line| line.split_once("fn ")).last().expect("a function");
    head.1.split('(').next().expect("the first part is always there")
}
