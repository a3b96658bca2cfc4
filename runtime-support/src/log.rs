//! The log: every log line of the runtime goes through here, and nothing that a subscriber does goes any further.
//!
//! A subscriber is the user's code and may panic: tracing-subscriber's does if both outputs are a pipe that nobody
//! reads. A line is logged in the middle of the runtime's own work, which continues whatever happens to the line. A
//! line that the log did not accept goes to standard error, if that accepts it.
//!
//! If no subscriber is installed, the first warning or error of the process goes to standard error too, with advice on
//! what to do: without a subscriber you would not know what you are missing.

use std::io::{self, Write as _};
#[cfg(feature = "watch")]
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "watch")]
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "watch")]
use tracing::Level;
#[cfg(feature = "watch")]
use tracing::dispatcher::get_default;
#[cfg(feature = "watch")]
use tracing::subscriber::NoSubscriber;

#[cfg(feature = "watch")]
use crate::panics::discard;

/// Tells the log a line: `log!(WARN, "hub `{name}` stops")`. Lines of a part with a target of its own have fields too:
/// `log!(WARN, target: "onloop::watch", { count = 3 }, "it stalls")`.
#[cfg(feature = "watch")]
macro_rules! log {
    ($level:ident, target: $target:literal, { $($fields:tt)* }, $($line:tt)+) => {
        $crate::log::contained(
            ::tracing::Level::$level,
            || ::tracing::event!(target: $target, ::tracing::Level::$level, { $($fields)* }, $($line)+),
            &|| ::std::format!($($line)+),
        )
    };
    ($level:ident, target: $target:literal, $($line:tt)+) => {
        $crate::log::contained(
            ::tracing::Level::$level,
            || ::tracing::event!(target: $target, ::tracing::Level::$level, $($line)+),
            &|| ::std::format!($($line)+),
        )
    };
    ($level:ident, $($line:tt)+) => {
        $crate::log::log!($level, target: "onloop", $($line)+)
    };
}
#[cfg(feature = "watch")]
pub(crate) use log;

/// Writes to the log by `write`. If it panics, the panic has been reported, and `line` goes to the standard error.
#[cfg(feature = "watch")]
pub(crate) fn contained(level: Level, write: impl FnOnce(), line: &dyn Fn() -> String) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(write)) {
        discard(payload);
        lost("the log panicked at this line", line);
    } else if level <= Level::WARN && is_first_to_nobody() {
        lost(
            "nobody reads the log (install a subscriber, such as `tracing_subscriber::fmt::init()`), which begins",
            line,
        );
    }
}

/// Whether there is no subscriber, and that is noticed for the first time.
#[cfg(feature = "watch")]
#[cold]
fn is_first_to_nobody() -> bool {
    static WAS_SAID: AtomicBool = AtomicBool::new(false);
    !WAS_SAID.load(Ordering::Relaxed)
        && get_default(tracing::Dispatch::is::<NoSubscriber>)
        && !WAS_SAID.swap(true, Ordering::Relaxed)
}

#[cfg(feature = "watch")]
#[cold]
fn lost(why: &str, line: &dyn Fn() -> String) {
    // Words of the user's may be in it, such as those of an error, and it may be they that panic.
    match catch_unwind(AssertUnwindSafe(line)) {
        Ok(line) => to_stderr(&format!("{why}: {line}")),
        Err(payload) => discard(payload),
    }
}

/// Writes a line to the standard error. Not by a macro of std, which panics where nobody reads.
pub(crate) fn to_stderr(line: &str) {
    // In one piece: other threads write too. Nobody can be told if that fails.
    let _ = io::stderr().write_all(format!("onloop: {line}\n").as_bytes());
}

#[cfg(all(test, feature = "watch"))]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_panic_of_the_log_ends_there() {
        let asked = Cell::new(0);
        let line = || {
            asked.set(asked.get() + 1);
            "a test of the log".to_owned()
        };
        contained(Level::INFO, || (), &line);
        assert_eq!(asked.get(), 0, "a log that takes the line is all that is needed");
        contained(Level::INFO, || panic!("on purpose"), &line);
        assert_eq!(asked.get(), 1);
        contained(Level::INFO, || panic!("on purpose"), &|| panic!("on purpose too"));
    }

    #[test]
    fn what_a_panic_carries_may_panic_too() {
        struct Odd;
        impl Drop for Odd {
            fn drop(&mut self) {
                std::panic::resume_unwind(Box::new(Self));
            }
        }
        contained(Level::INFO, || std::panic::resume_unwind(Box::new(Odd)), &|| String::new());
    }
}
