//! Calls that the trap must catch.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use super::pending;
use crate::scope::{current_site, enter};
use crate::trap::busy::Busy;
use crate::{Kind, Site, allow_blocking};

static CANARY: Site = Site::new("onloop::trap::verify", Kind::Callback, file!(), line!());

/// The calls that are not caught; `None` where that cannot be found out, since calls are exempt or would be reported.
pub(in crate::trap) fn missed() -> Option<Vec<&'static str>> {
    if current_site().is_some() || allow_blocking::is_allowed() || thread::panicking() {
        return None;
    }
    Some(CALLS.iter().filter(|(_, call)| !is_caught(*call)).map(|(name, _)| *name).collect())
}

/// One of each family.
#[expect(clippy::disallowed_methods, reason = "they are to block")]
const CALLS: [(&str, fn()); 4] = [
    ("std::thread::sleep", || thread::sleep(Duration::from_nanos(1))),
    ("std::fs::File::open", || drop(File::open("/onloop/canary"))),
    ("std::os::unix::net::UnixStream::read", || {
        if let Ok((mut here, mut there)) = UnixStream::pair() {
            let _ = there.write_all(b"!").and_then(|()| here.read(&mut [0]));
        }
    }),
    ("std::thread::park_timeout", || {
        // Twice: a token that somebody has left lets the first one pass.
        thread::park_timeout(Duration::from_nanos(1));
        thread::park_timeout(Duration::from_nanos(1));
        // If it was meant for somebody, it is there again; if there was none, whoever parks looks once more.
        thread::current().unpark();
    }),
];

/// Whether it is written down.
fn is_caught(call: fn()) -> bool {
    let scope = enter(&CANARY);
    call();
    let is_found = Busy::new().is_some_and(|_busy| !pending::take(None).0.is_empty());
    drop(scope);
    is_found
}
