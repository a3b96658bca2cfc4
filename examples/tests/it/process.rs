//! A program of this package, as a process.

use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Far more than any program here takes; a program that hangs fails its test instead of blocking it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a program to its end.
pub(crate) fn run(path: &str, arguments: &[&str]) -> Ended {
    finish(start(path, arguments))
}

/// Starts a program. A proxy that does not exist is named in its environment: no program may need it.
pub(crate) fn start(path: &str, arguments: &[&str]) -> Child {
    Command::new(path)
        .args(arguments)
        .env("http_proxy", "http://127.0.0.1:1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Waits for a program to end, with what it says from now on.
pub(crate) fn finish(child: Child) -> Ended {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || send.send(child.wait_with_output()));
    let Output { status, stdout, stderr } =
        receive.recv_timeout(PATIENCE).expect("the program ends").expect("its output can be read");
    Ended {
        code: status.code(),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}
