//! What the client's errors are told as, whatever the device does wrong.

use std::mem::discriminant;
use std::time::Duration;

use onloop::{Hub, timeout};
use onloop_examples::failure::Cause;
use onloop_examples::reading::Reading;

use crate::server::{SwitchedOff, that_answers, that_answers_with, that_stalls_after};

/// Far more than any answer takes, for devices that do answer.
const PATIENCE: Duration = Duration::from_secs(30);

fn over_the_client(url: &str, limit: Duration) -> Cause {
    let ask = async {
        let client = reqwest::Client::builder().no_proxy().build()?;
        client.get(url).send().await?.error_for_status()?.json::<Reading>().await
    };
    let cause = Hub::run(async |_hub| match timeout(limit, ask).await {
        Ok(answer) => answer.map_err(Cause::from),
        Err(elapsed) => Err(elapsed.into()),
    });
    cause.expect_err("the device misbehaves")
}

fn gives(expected: &Cause, url: &str) {
    let limit = if let Cause::TooSlow(limit) = *expected { limit } else { PATIENCE };
    let cause = over_the_client(url, limit);
    assert_eq!(discriminant(&cause), discriminant(expected), "{cause:?} instead of {expected:?}");
    if matches!(expected, Cause::Status(_) | Cause::TooSlow(_)) {
        assert_eq!(cause.to_string(), expected.to_string());
    }
}

#[test]
fn unreachable() {
    let device = SwitchedOff::new();
    gives(&Cause::Unreachable(String::new()), &device.url());
}

#[test]
fn no_whole_answer() {
    let cause = Cause::NoWholeAnswer(String::new());
    gives(&cause, &that_answers(""));
    gives(&cause, &that_answers("220 mail.example ready\r\n"));
    gives(&cause, &that_answers("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"temp"));
    gives(&cause, &that_answers("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"te"));
    gives(&cause, &that_answers("HTTP/1.1 302 Found\r\nlocation: /reading\r\nconnection: close\r\n\r\n"));
}

#[test]
fn status() {
    gives(&Cause::Status(404), &that_answers_with("404 Not Found", "{}"));
    gives(&Cause::Status(503), &that_answers_with("503 Service Unavailable", "busy"));
}

#[test]
fn not_a_reading() {
    let cause = Cause::NotAReading(String::new());
    gives(&cause, &that_answers_with("200 OK", "<html>"));
    gives(&cause, &that_answers_with("200 OK", "{}"));
    gives(&cause, &that_answers_with("204 No Content", ""));
}

#[test]
fn too_slow() {
    let cause = Cause::TooSlow(Duration::from_millis(300));
    gives(&cause, &that_stalls_after(""));
    gives(&cause, &that_stalls_after("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"temp"));
    gives(&cause, &that_stalls_after("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"te"));
}
