//! One program for each pattern: each ends well.

use crate::process::run;

fn says(path: &str, expected: &[&str]) {
    let ended = run(path, &[]);
    // What would go to the log of a program that has one, told once.
    let is_quiet = ended.stderr.lines().all(|line| line.starts_with("onloop: nobody reads the log "));
    assert!(ended.code == Some(0) && is_quiet && ended.stderr.lines().count() <= 1, "{ended:?}");
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
fn coordinator_entity() {
    says(
        env!("CARGO_BIN_EXE_coordinator_entity"),
        &["sensor.temperature: 18.6 °C\n", "sensor.temperature: 18.8 °C\n", "sensor.temperature: 40.0 °C\n"],
    );
}

#[test]
fn timeout_to_update_failed() {
    says(
        env!("CARGO_BIN_EXE_timeout_to_update_failed"),
        &["within 50ms: the station is too slow: no result within 50ms\n", "within 5s: 18.6 °C"],
    );
}

#[test]
fn event_listener() {
    says(
        env!("CARGO_BIN_EXE_event_listener"),
        &[
            "light: 25 %\nthe callback has returned\nthe event has been fired\nlight: 50 %\nlight: 100 %\n",
            "unloaded, 0 listen\n",
        ],
    );
}

#[test]
fn fire_and_forget() {
    says(
        env!("CARGO_BIN_EXE_fire_and_forget"),
        &[
            "notice: sending\nheartbeat\nboth have started\n",
            "notice: sent\nheartbeat: cancelled\nthe hub has stopped\n",
        ],
    );
}
