//! The proof that the trap is armed.

use std::error::Error;
use std::fmt;

/// Why the trap catches nothing, or not all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unarmed {
    /// The program is not built for Linux with glibc on x86-64 or 64-bit Arm, or it is linked with a static C library.
    Unsupported,
    /// It is called from an annotated function, inside `allow_blocking`, or while the thread panics.
    NotHere,
    /// These calls were not caught. Their functions were linked differently, for example std from a shared library.
    Missed(Vec<&'static str>),
}

/// Proves that the trap is armed: on a pretended loop it sleeps for a nanosecond, looks for a file, reads from a
/// socket, and parks the thread for a moment. All of these must be caught; they are not reported. It also reads the
/// program's debug information, which takes a while in a large program and would otherwise happen on the loop, at the
/// first report.
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
    #[cfg(not(target_os = "linux"))]
    return Err(Unarmed::Unsupported);
    #[cfg(target_os = "linux")]
    match super::caught::canary::missed() {
        _ if !cfg!(all(
            target_env = "gnu",
            any(target_arch = "x86_64", target_arch = "aarch64"),
            not(target_feature = "crt-static")
        )) =>
        {
            Err(Unarmed::Unsupported)
        }
        None => Err(Unarmed::NotHere),
        Some(missed) if missed.is_empty() => {
            super::busy::read_names();
            Ok(())
        }
        Some(missed) => Err(Unarmed::Missed(missed)),
    }
}

impl fmt::Display for Unarmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the trap is not armed: ")?;
        match self {
            Self::Unsupported => f.write_str(
                "it needs Linux with glibc on x86-64 or 64-bit Arm, and a C library that is not linked statically",
            ),
            Self::NotHere => f.write_str("it cannot be asked in an annotated function, nor where blocking is allowed"),
            Self::Missed(calls) => write!(f, "it did not see {}", calls.join(", ")),
        }
    }
}

impl Error for Unarmed {}
