//! Both clients' errors come to the same words, whatever the device does wrong.

use std::mem::discriminant;
use std::time::Duration;

use onloop::{Hub, timeout};
use onloop_examples::failure::Cause;
use onloop_examples::reading::Reading;

use crate::server::{SwitchedOff, that_answers, that_answers_with, that_stalls_after};

/// Far more than any answer takes, for devices that do answer.
const PATIENCE: Duration = Duration::from_secs(30);

fn over_the_async_client(url: &str, limit: Duration) -> Cause {
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

fn over_the_blocking_client(url: &str, limit: Duration) -> Cause {
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).timeout_global(Some(limit)).build().into();
    let ask = || agent.get(url).call()?.body_mut().read_json::<Reading>();
    ask().map_err(|error| Cause::from((error, limit))).expect_err("the device misbehaves")
}

fn both_give(expected: &Cause, url: &str) {
    let limit = if let Cause::TooSlow(limit) = *expected { limit } else { PATIENCE };
    for cause in [over_the_async_client(url, limit), over_the_blocking_client(url, limit)] {
        assert_eq!(discriminant(&cause), discriminant(expected), "{cause:?} instead of {expected:?}");
        if matches!(expected, Cause::Status(_) | Cause::TooSlow(_)) {
            assert_eq!(cause.to_string(), expected.to_string());
        }
    }
}

#[test]
fn unreachable() {
    let device = SwitchedOff::new();
    both_give(&Cause::Unreachable(String::new()), &device.url());
}

#[test]
fn no_whole_answer() {
    let cause = Cause::NoWholeAnswer(String::new());
    both_give(&cause, &that_answers(""));
    both_give(&cause, &that_answers("220 mail.example ready\r\n"));
    both_give(&cause, &that_answers("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"temp"));
    both_give(&cause, &that_answers("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"te"));
    both_give(&cause, &that_answers("HTTP/1.1 302 Found\r\nlocation: /reading\r\nconnection: close\r\n\r\n"));
}

#[test]
fn status() {
    both_give(&Cause::Status(404), &that_answers_with("404 Not Found", "{}"));
    both_give(&Cause::Status(503), &that_answers_with("503 Service Unavailable", "busy"));
}

#[test]
fn not_a_reading() {
    let cause = Cause::NotAReading(String::new());
    both_give(&cause, &that_answers_with("200 OK", "<html>"));
    both_give(&cause, &that_answers_with("200 OK", "{}"));
    both_give(&cause, &that_answers_with("204 No Content", ""));
}

#[test]
fn too_slow() {
    let cause = Cause::TooSlow(Duration::from_millis(300));
    both_give(&cause, &that_stalls_after(""));
    both_give(&cause, &that_stalls_after("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"temp"));
    both_give(&cause, &that_stalls_after("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"te"));
}
