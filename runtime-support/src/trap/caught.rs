//! The path of a caught call: it is checked, judged, recorded, and reported when the scope ends.
//!
//! `native::interpose` calls [`look`] and the checks before it, from inside the C library's functions. Once something
//! is found, `scope` calls [`report`] when a scope ends.

pub(crate) mod call;
pub(super) mod canary;
mod pending;
mod violations;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use self::call::{Call, Name};
use super::busy::Busy;
use super::settings::Policy;
use super::violation::{HELP, Violation};
use super::{no_blocking, settings};
use crate::Site;
use crate::log::log;
use crate::panics::discard;
use crate::scope::current_site;
use crate::watch::shadow_stack::Hidden;

pub(crate) use self::pending::{interrupted, leave_the_loop};
pub(crate) use super::settings::patience;

/// Whether calls are looked at: an annotated function runs on this thread.
#[inline]
pub(crate) fn is_on_the_loop() -> bool {
    current_site().is_some()
}

/// Looks at a call that a thread on the loop makes.
pub(crate) fn look(name: Name, call: Call<'_>) {
    pending::look(name, call, report);
}

/// Reports what was found on this thread when a scope ends: in that of `site`, or in all of them.
///
/// # Panics
///
/// If there was something and the policy says so, or if a hook does; unless the thread is panicking already.
#[cold]
fn report(site: Option<&'static Site>) {
    if thread::panicking() {
        // A second panic that comes out of here would end the process.
        discard(catch_unwind(AssertUnwindSafe(|| report_found(site))));
        return;
    }
    let Some(violations) = report_found(site) else { return };
    if !violations.is_empty() {
        let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
        panic!("{}\n{HELP}", lines.join("\n"));
    }
}

/// Reports to the guards, the log and the hooks. Gives what the function is to panic about, if the policy says that it does.
fn report_found(site: Option<&'static Site>) -> Option<Vec<Violation>> {
    let _busy = Busy::new()?;
    let (findings, more) = pending::take(site);
    let settings = settings::current();
    // Of a function around there may be something to report, at every end of one in it.
    if findings.is_empty() || settings.policy() == Policy::Off {
        return None;
    }
    // To find names takes a while, which is no stall of the function around.
    let _hidden = Hidden::new();
    let violations = violations::of(&findings, &settings);
    // First those that cannot panic.
    violations.iter().for_each(no_blocking::collect);
    for violation in &violations {
        settings.report(violation);
    }
    if more > 0 && !violations.is_empty() {
        log!(ERROR, target: "onloop::trap", { more }, "{more} more calls, which were not looked at closely");
    }
    (settings.policy() == Policy::Panic).then_some(violations)
}

/// What was found on this thread, by its calls; it will not be reported.
#[cfg(test)]
pub(crate) fn found() -> Vec<Name> {
    pending::take(None).0.iter().flat_map(|finding| vec![finding.call; finding.times]).collect()
}

/// Whether something was found on this thread.
#[cfg(test)]
pub(crate) fn is_any() -> bool {
    pending::is_any()
}

/// Runs `run` as the trap's own code.
#[cfg(test)]
pub(crate) fn while_busy(run: impl FnOnce()) {
    let _busy = Busy::new();
    run();
}
