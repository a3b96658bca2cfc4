//! The whole integration, against devices that behave and devices that do not.

use std::time::Duration;

use onloop_examples::device::Device;

use crate::process::{Ended, run};
use crate::server::{SwitchedOff, that_answers, that_answers_with, that_stalls_after};

const PROGRAM: &str = env!("CARGO_BIN_EXE_weather_station");

fn readings(ended: &Ended, way: &str) -> usize {
    ended.stdout.lines().filter(|line| line.contains(&format!("  {way}  ")) && line.contains("hPa")).count()
}

/// Polls this device and expects an error that holds these words.
fn fails(url: &str, expected: &[&str]) {
    fails_within("30", url, expected);
}

fn fails_within(seconds: &str, url: &str, expected: &[&str]) {
    let ended = run(PROGRAM, &["--device", url, "--timeout", seconds]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.starts_with("error: the weather station at http://127.0.0.1:"), "{ended:?}");
    for words in expected.iter().chain(&["\n  asked by: ", ", poll 1\n", "\n  help: "]) {
        assert!(ended.stderr.contains(words), "no {words:?} in:\n{}", ended.stderr);
    }
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
}

#[test]
fn polls_the_simulated_device() {
    let ended = run(PROGRAM, &["--polls", "3", "--interval", "0.01", "--timeout", "30"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    assert_eq!((readings(&ended, "async client"), readings(&ended, "executor")), (3, 3), "{ended:?}");
    assert!(ended.stdout.contains("async client |       3 |"), "{ended:?}");
    assert!(ended.stdout.contains("| coroutine weather_station::Station::ask_on_the_loop ("), "{ended:?}");
    assert!(ended.stdout.ends_with("All polls answered; the hub has stopped.\n"), "{ended:?}");
}

#[test]
fn polls_a_device_of_another_process() {
    let device = Device::start(Duration::ZERO).expect("a device");
    let ended = run(PROGRAM, &["--device", &device.url(), "--polls", "1", "--timeout", "30"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    assert_eq!((readings(&ended, "async client"), readings(&ended, "executor")), (1, 1), "{ended:?}");
}

#[test]
fn nothing_answers() {
    let device = SwitchedOff::new();
    fails(&device.url(), &["cannot be reached: ", "is the station switched on"]);
}

#[test]
fn the_device_never_answers() {
    fails_within("0.3", &that_stalls_after(""), &["did not answer within 300ms", "--timeout SECONDS"]);
}

#[test]
fn the_answer_stops_halfway() {
    fails(&that_answers("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"temp"), &["gave no whole answer: "]);
}

#[test]
fn the_answer_is_not_http() {
    fails(&that_answers("220 mail.example ready\r\n"), &["gave no whole answer: ", "is it a weather station"]);
    fails(&that_answers(""), &["gave no whole answer: "]);
}

#[test]
fn the_device_reports_an_error() {
    fails(&that_answers_with("500 Internal Server Error", "{}"), &["status 500", "a problem of its own"]);
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

#[test]
fn secrets_in_the_address_are_not_printed() {
    let switched_off = SwitchedOff::new();
    for url in [
        switched_off.url(),
        that_answers_with("401 Unauthorized", "{}"),
        that_answers_with("200 OK", "{}"),
        that_answers("HTTP/1.1 302 Found\r\nlocation: /reading?token=hidden\r\nconnection: close\r\n\r\n"),
        that_stalls_after(""),
    ] {
        let url = url.replace("http://", "http://user:pass%20word@");
        let ended = run(PROGRAM, &["--device", &format!("{url}?token=hidden"), "--timeout", "0.5"]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let said = format!("{}{}", ended.stdout, ended.stderr);
        for secret in ["user:", "pass", "word", "token", "hidden"] {
            assert!(!said.contains(secret), "{secret:?} in:\n{said}");
        }
    }
}

#[test]
fn arguments_that_make_no_sense() {
    for (arguments, expected) in [
        (["--polls", "0"], "0 is not in 1..=1000000"),
        (["--polls", "some"], "invalid digit"),
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

#[cfg(unix)]
#[test]
fn ctrl_c_stops_cleanly() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Command;

    let mut child = crate::process::start(PROGRAM, &["--polls", "1000000", "--interval", "0.01", "--timeout", "30"]);
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("hPa")), "it polls");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    let last = lines.last();
    let ended = crate::process::finish(child);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    assert_eq!(last.as_deref(), Some("Interrupted by Ctrl-C; the hub has stopped."));
}
