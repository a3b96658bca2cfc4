//! The proof that the trap is armed: calls that it must catch.

use std::error::Error;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;
use std::{fmt, thread};

use super::pending;
use crate::scope::enter;
use crate::{Kind, Site};

static CANARY: Site = Site::new("onloop::trap::verify", Kind::Callback, file!(), line!());

/// Why the trap catches nothing, or not all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unarmed {
    /// The program is not built for Linux with glibc on a 64-bit machine, or it is linked with a static C library.
    Unsupported,
    /// It is called from an annotated function, inside `allow_blocking`, or while the thread panics.
    NotHere,
    /// These calls were not caught. Their functions were linked in another way: std from a shared library, for
    /// instance.
    Missed(Vec<&'static str>),
}

/// Proves that the trap is armed: sleeps for a nanosecond, looks for a file, reads from a socket, and parks the thread
/// for a moment, on a loop that is none; all of them must be caught. They are not reported.
///
/// # Errors
///
/// Says why it is not.
///
/// # Examples
///
/// ```
/// # #[cfg(all(target_os = "linux", target_env = "gnu", not(target_feature = "crt-static")))]
/// onloop::trap::verify().expect("the tests of this program look for calls that block");
/// ```
pub fn verify() -> Result<(), Unarmed> {
    if !cfg!(all(
        target_os = "linux",
        target_env = "gnu",
        target_pointer_width = "64",
        not(target_feature = "crt-static")
    )) {
        return Err(Unarmed::Unsupported);
    }
    if crate::current_site().is_some() || crate::allow_blocking::is_allowed() || thread::panicking() {
        return Err(Unarmed::NotHere);
    }
    let missed: Vec<_> = CALLS.iter().filter(|(_, call)| !is_caught(*call)).map(|(name, _)| *name).collect();
    if missed.is_empty() { Ok(()) } else { Err(Unarmed::Missed(missed)) }
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
    ("std::thread::park_timeout", || thread::park_timeout(Duration::from_nanos(1))),
];

fn is_caught(call: fn()) -> bool {
    // A token that somebody left would let the thread pass.
    let scope = enter(&CANARY);
    call();
    let (found, _) = pending::take();
    drop(scope);
    !found.is_empty()
}

impl fmt::Display for Unarmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the trap is not armed: ")?;
        match self {
            Self::Unsupported => f.write_str(
                "it needs Linux with glibc on a 64-bit machine, and a C library that is not linked statically",
            ),
            Self::NotHere => f.write_str("it cannot be asked in an annotated function, nor where blocking is allowed"),
            Self::Missed(calls) => write!(f, "it did not see {}", calls.join(", ")),
        }
    }
}

impl Error for Unarmed {}
