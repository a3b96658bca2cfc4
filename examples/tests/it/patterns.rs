//! One program for each pattern: each ends well.

use crate::process::run;

fn says(path: &str, expected: &[&str]) {
    let ended = run(path, &[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    for line in expected {
        assert!(ended.stdout.contains(line), "no {line:?} in:\n{}", ended.stdout);
    }
}

#[test]
fn async_library() {
    // Both have been asked before the first answers.
    says(
        env!("CARGO_BIN_EXE_async_library"),
        &["garden: asked\ncellar: asked\n", "garden: 18.6 °C", "cellar: 18.6 °C"],
    );
}

#[test]
fn sync_library() {
    says(env!("CARGO_BIN_EXE_sync_library"), &["the loop is free\nthe average of four readings is 19.0 °C\n"]);
}

#[test]
fn callback_and_coroutine() {
    says(
        env!("CARGO_BIN_EXE_callback_and_coroutine"),
        &["pressed\n  brighter: 20 %\non_press has returned", "all done, the lamp is at 100 %"],
    );
}

#[test]
fn timeout_to_own_error() {
    says(
        env!("CARGO_BIN_EXE_timeout_to_own_error"),
        &["within 50ms: update failed, the station is too slow: no result within 50ms\n", "within 5s: 18.6 °C"],
    );
}

#[test]
fn background_task() {
    says(
        env!("CARGO_BIN_EXE_background_task"),
        &["display: nothing yet\n", "refresh: cancelled\nthe hub has stopped\n"],
    );
}
