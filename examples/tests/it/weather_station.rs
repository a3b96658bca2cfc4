//! The whole integration, against devices that behave and devices that do not.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::time::Duration;

use onloop_examples::device::Device;

use crate::process::{Ended, finish, run, start};
use crate::server::{SwitchedOff, that_answers, that_answers_with, that_stalls_after};

const PROGRAM: &str = env!("CARGO_BIN_EXE_weather_station");

/// Starts the program on this device, waits until its log says `expected`, interrupts it, and expects a clean end.
#[cfg(unix)]
fn is_not_ready(url: &str, timeout: &str, expected: &[&str]) -> Ended {
    let mut child = start(PROGRAM, &["--device", url, "--timeout", timeout]);
    let mut log = BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
    let line = log.find(|line| line.contains("is not ready yet")).expect("it says so");
    for words in expected.iter().chain(&["the weather station at http://127.0.0.1:", "(help: "]) {
        assert!(line.contains(words), "no {words:?} in:\n{line}");
    }
    interrupt(&child);
    let rest: Vec<_> = log.collect();
    let mut ended = finish(child);
    ended.stderr = format!("{line}\n{}", rest.join("\n"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.ends_with("Interrupted by Ctrl-C; the hub has stopped.\n"), "{ended:?}");
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    ended
}

/// Asks this device and expects an error that no retry helps against.
fn fails(url: &str, expected: &[&str]) -> Ended {
    let ended = run(PROGRAM, &["--device", url, "--timeout", "30"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for words in expected.iter().chain(&["\nerror: the weather station at http://127.0.0.1:", " (help: "]) {
        assert!(ended.stderr.contains(words), "no {words:?} in:\n{}", ended.stderr);
    }
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    ended
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
}

#[test]
fn the_simulated_device_is_down_at_first_and_then_read() {
    let ended = run(PROGRAM, &["--readings", "3", "--interval", "0.05", "--timeout", "30"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("entry `weather station` is not ready yet"), "{ended:?}");
    let celsius: Vec<_> = ended.stdout.lines().filter_map(|line| line.strip_prefix("sensor.temperature: ")).collect();
    assert_eq!(celsius, ["18.6 °C", "18.8 °C", "19.1 °C", "removed"], "{ended:?}");
    assert!(ended.stdout.contains("sensor.wind: 12 km/h\n"), "{ended:?}");
    // What the set-up began is undone, last in, first out.
    let end = "sensor.wind: removed\nsensor.pressure: removed\nsensor.humidity: removed\nsensor.temperature: removed\n\
               All readings taken; the hub has stopped.\n";
    assert!(ended.stdout.ends_with(end), "{ended:?}");
}

#[test]
fn without_a_terminal_it_ends_by_itself() {
    let device = Device::start(Duration::ZERO).expect("a device");
    let ended = run(PROGRAM, &["--device", &device.url(), "--interval", "0.01", "--timeout", "30"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    assert!(ended.stdout.ends_with("All readings taken; the hub has stopped.\n"), "{ended:?}");
    assert!(!ended.stdout.contains('\u{1b}'), "no escape codes in a pipe: {ended:?}");
}

#[cfg(unix)]
#[test]
fn a_device_that_dies_midway_is_logged_once_and_shown_as_unavailable() {
    let device = Device::start(Duration::ZERO).expect("a device");
    let arguments = ["--device", &device.url(), "--readings", "1000000", "--interval", "0.02", "--timeout", "30"];
    let mut child = start(PROGRAM, &arguments);
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("hPa")), "it reads");
    drop(device);
    assert!(lines.any(|line| line == "sensor.temperature: unavailable"), "it notices");
    // The wind gauge does not depend on the station.
    assert!(lines.any(|line| line.contains("km/h")), "it goes on");
    interrupt(&child);
    let last = lines.last();
    let ended = finish(child);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stderr.matches("ERROR coordinator `weather station` fails: ").count(), 1, "{ended:?}");
    assert_eq!(last.as_deref(), Some("Interrupted by Ctrl-C; the hub has stopped."));
}

#[cfg(unix)]
#[test]
fn nothing_answers() {
    let device = SwitchedOff::new();
    is_not_ready(&device.url(), "30", &["cannot be reached: ", "is the station switched on"]);
}

#[cfg(unix)]
#[test]
fn the_device_never_answers() {
    is_not_ready(&that_stalls_after(""), "0.3", &["did not answer within 300ms", "--timeout SECONDS"]);
}

#[cfg(unix)]
#[test]
fn the_answer_stops_halfway() {
    let url = that_answers("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"temp");
    is_not_ready(&url, "30", &["gave no whole answer: "]);
}

#[cfg(unix)]
#[test]
fn the_answer_is_not_http() {
    let words = ["gave no whole answer: ", "is it a weather station"];
    is_not_ready(&that_answers("220 mail.example ready\r\n"), "30", &words);
}

#[cfg(unix)]
#[test]
fn the_device_has_a_problem_of_its_own() {
    let url = that_answers_with("500 Internal Server Error", "{}");
    is_not_ready(&url, "30", &["status 500", "a problem of its own"]);
}

#[test]
fn the_device_refuses() {
    fails(&that_answers_with("404 Not Found", "{}"), &["status 404", "refuses the request"]);
}

#[test]
fn the_answer_is_not_json() {
    let no_reading = "answered with something that is no reading: ";
    fails(&that_answers_with("200 OK", "<html>"), &[no_reading, "expected value at line 1 column 1"]);
    fails(&that_answers_with("200 OK", ""), &[no_reading, "EOF"]);
}

#[test]
fn the_json_is_not_a_reading() {
    let body = r#"{"temperature_celsius": "warm"}"#;
    fails(&that_answers_with("200 OK", body), &["no reading: invalid type: string \"warm\", expected f64"]);
    fails(&that_answers_with("200 OK", "{}"), &["no reading: missing field `temperature_celsius`"]);
}

#[cfg(unix)]
#[test]
fn secrets_in_the_address_are_not_printed() {
    let with_secrets = |url: String| url.replace("http://", "http://user:pass%20word@") + "?token=hidden";
    let redirects = "HTTP/1.1 302 Found\r\nlocation: /reading?token=hidden\r\nconnection: close\r\n\r\n";
    let switched_off = SwitchedOff::new();
    let mut said: Vec<_> = [switched_off.url(), that_answers(redirects), that_stalls_after("")]
        .map(|url| is_not_ready(&with_secrets(url), "0.5", &[]))
        .into();
    let refuses = [that_answers_with("401 Unauthorized", "{}"), that_answers_with("200 OK", "{}")];
    said.extend(refuses.map(|url| fails(&with_secrets(url), &[])));
    for ended in said {
        let said = format!("{}{}", ended.stdout, ended.stderr);
        for secret in ["user:", "pass", "word", "token", "hidden"] {
            assert!(!said.contains(secret), "{secret:?} in:\n{said}");
        }
    }
}

#[cfg(not(feature = "trace"))]
#[test]
fn what_the_program_is_built_without_is_told() {
    for option in ["--trace", "--flame"] {
        let ended = run(PROGRAM, &[option, "recorded"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
        assert!(ended.stderr.starts_with("error: this program is built without `--trace` and `--flame` "), "{ended:?}");
        assert!(ended.stderr.contains("`cargo run --features trace --bin weather_station -- ..`"), "{ended:?}");
    }
}

#[test]
fn arguments_that_make_no_sense() {
    for (arguments, expected) in [
        (["--readings", "0"], "0 is not in 1..=1000000"),
        (["--readings", "some"], "invalid digit"),
        (["--interval", "0"], "not between 0.01 and 3600 seconds"),
        (["--interval", "NaN"], "not between 0.01 and 3600 seconds"),
        (["--timeout", "-1"], "not between 0.01 and 3600 seconds"),
        (["--timeout", "soon"], "not a number of seconds"),
        (["--device", "192.0.2.7"], "relative URL without a base"),
        (["--device", "http://"], "empty host"),
        (["--device", "http://192.0.2.7:99999/"], "invalid port number"),
        (["--device", "https://192.0.2.7/"], "built without TLS"),
        (["--device", "ftp://user:hidden@192.0.2.7/"], "asked over HTTP"),
        (["--colour", "red"], "unexpected argument '--colour'"),
    ] {
        let ended = run(PROGRAM, &arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}: {ended:?}");
        assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains(expected), "{arguments:?}: {ended:?}");
        assert!(!ended.stderr.contains("hidden"), "{arguments:?}: {ended:?}");
    }
}
