//! From findings to reports: adds names, and leaves out what is exempt.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use super::call::Name;
use super::pending::Finding;
use crate::Site;
use crate::exempted::Place;
use crate::lock::lock;
use crate::stack::{Frame, Stack, resolve};
use crate::trap::settings::Settings;
use crate::trap::violation::Violation;
use crate::watch::thread_name;

/// Functions inside which a call is right, by the beginning of their path and their name: the thread does not count as
/// a loop there, or the call is bounded and part of what is recommended instead, or an error is printed with where it
/// came from.
const EXCEPTIONS: [(&str, &str); 3] =
    [("tokio", "block_in_place"), ("std::process::Command", "spawn"), ("std::backtrace::Backtrace", "fmt")];

/// The reports of findings: without exempt ones, and with one report for each place of the program.
pub(super) fn of(findings: &[Finding], settings: &Settings) -> Vec<Violation> {
    let mut violations: Vec<Violation> = Vec::new();
    for violation in findings.iter().filter_map(|finding| violation(finding, settings)) {
        let is_alike = |known: &&mut Violation| own_frames(known) == own_frames(&violation);
        let Some(known) = violations.iter_mut().find(is_alike) else {
            violations.push(violation);
            continue;
        };
        let shown = format!("`{}` ({})", violation.call, violation.what);
        if (known.call, &known.what) == (violation.call, &violation.what) {
            known.times += violation.times;
        } else if !known.also.contains(&shown) {
            known.also.push(shown);
        }
    }
    for violation in &mut violations {
        violation.count = count(violation.site, violation.call);
    }
    violations
}

/// The part of the stack that is of the annotated function's own crate, or all of it.
fn own_frames(violation: &Violation) -> &[Frame] {
    let frames = violation.stack.frames();
    let own = frames.iter().position(|frame| frame.is_of_crate_of(violation.site));
    &frames[own.unwrap_or(0)..]
}

fn violation(finding: &Finding, settings: &Settings) -> Option<Violation> {
    let Finding { site, call, what, is_path, is_brief, .. } = *finding;
    if is_path && settings.is_allowed(&what) {
        return None;
    }
    let frames = resolve(&finding.frames[..finding.depth], false);
    let frames = from_the_call(call, &frames);
    if is_exempt(site, frames) || (is_brief && is_lock(frames)) || (finding.is_lock && is_of_runtime(frames)) {
        return None;
    }
    Some(Violation {
        site,
        call,
        what: what.as_str().to_owned(),
        also: Vec::new(),
        stack: Stack::new(frames, &[site]),
        thread: thread_name(),
        times: finding.times,
        count: 0,
    })
}

/// Locks that wait as `std::thread::park` does, or look as if they did: an `RwLock` for which readers and writers wait, and
/// those of `once_cell`. By what their names have in common.
const LOCKS: [&str; 2] = ["rwlock::futex::RwLock", "once_cell::imp::"];

/// Whether a thread that seems to be parked waits for a lock, for which a moment is right.
fn is_lock(frames: &[Frame]) -> bool {
    let mut functions = frames.iter().filter_map(|frame| frame.function.as_deref());
    functions.any(|function| LOCKS.iter().any(|lock| function.contains(lock)))
}

/// Whether a lock is one that the runtime has for itself: behind `spawn_blocking`, timers and the wakers of tasks. Whoever
/// holds it does so for a moment, and is not the program's to hasten; on a machine that is busy that may be long.
fn is_of_runtime(frames: &[Frame]) -> bool {
    let Some(owner) = frames.iter().position(|frame| !frame.is_of_lock()) else { return false };
    // Who waits for a condition waits for what somebody else is to do.
    let is_condition = |frame: &Frame| frame.function.as_deref().is_some_and(|name| name.contains("Condvar"));
    frames[owner].is_of_runtime() && !frames[..owner].iter().any(is_condition)
}

/// Without the frames of the trap itself.
fn from_the_call(call: Name, frames: &[Frame]) -> &[Frame] {
    let symbol = if call == "futex" { "syscall" } else { call };
    let own = frames.iter().position(|frame| frame.function.as_deref() == Some(symbol));
    &frames[own.map_or(0, |own| own + 1)..]
}

fn is_exempt(site: &Site, frames: &[Frame]) -> bool {
    let end = frames.iter().rposition(|frame| frame.is_of(site)).map_or(frames.len(), |end| end + 1);
    let is_exception = |frame: &Frame| {
        let is_known = EXCEPTIONS.iter().any(|(owner, name)| frame.is_function(owner, name));
        let file = frame.file.as_deref().and_then(Path::to_str);
        let place = frame.function.as_deref().map(|function| Place { function, file, line: frame.line });
        is_known || place.is_some_and(|place| place.may_block())
    };
    let is_exception = frames[..end].iter().any(is_exception);
    // A line of another file means something else.
    let is_here =
        |frame: &&Frame| frame.is_of(site) && frame.file.as_ref().is_none_or(|file| file.ends_with(site.file()));
    let mut lines = frames.iter().filter(is_here).map(|frame| frame.line).peekable();
    // Where the line is not known, it may be the one that is exempt.
    let is_unknown = lines.peek().is_none();
    is_exception
        || (is_unknown && site.exempts_some())
        || lines.any(|line| line.map_or_else(|| site.exempts_some(), |line| site.exempts(line)))
}

/// Counts one more call of this function at this site.
fn count(site: &'static Site, call: Name) -> u64 {
    static COUNTS: Mutex<Option<HashMap<(&'static Site, Name), u64>>> = Mutex::new(None);
    let mut counts = lock(&COUNTS);
    let count = counts.get_or_insert_default().entry((site, call)).or_insert(0);
    *count += 1;
    *count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::scope::enter;
    use crate::trap::caught::pending;

    /// The name is that of a crate whose locks park.
    mod once_cell {
        pub(super) mod imp {
            use std::thread;
            use std::time::Duration;

            #[expect(clippy::disallowed_methods, reason = "it is to park")]
            pub(in super::super) fn wait() {
                // Twice: a token that somebody has left lets the first one pass.
                thread::park_timeout(Duration::from_nanos(1));
                thread::park_timeout(Duration::from_nanos(1));
            }
        }
    }

    static SITE: Site = Site::new("house::on_tick", Kind::Callback, "src/house.rs", 3);

    fn found(call: fn()) -> Vec<Finding> {
        let scope = enter(&SITE);
        call();
        let (found, _) = pending::take(None);
        drop(scope);
        found
    }

    #[test]
    fn a_lock_that_parks_for_a_moment_is_none() {
        let findings = found(once_cell::imp::wait);
        assert!(!findings.is_empty());
        let lasting = |is_brief| findings.iter().map(|finding| Finding { is_brief, ..*finding }).collect::<Vec<_>>();
        assert!(of(&lasting(true), &Settings::default()).is_empty());
        assert!(!of(&lasting(false), &Settings::default()).is_empty(), "too long for a lock");
    }

    #[test]
    fn locks_of_the_runtime_are_its_own() {
        let frames = |names: &[&str]| -> Vec<Frame> {
            let frame = |name: &&str| Frame { function: Some((*name).to_owned()), ..Frame::default() };
            names.iter().map(frame).collect()
        };
        let lock = "std::sys::sync::mutex::futex::Mutex::lock_contended";
        for of_runtime in [
            &[lock, "std::sync::poison::mutex::Mutex<T>::lock", "tokio::loom::std::mutex::Mutex<T>::lock"][..],
            &[lock, "tokio::runtime::blocking::pool::Spawner::spawn_task", "house::poll"],
            &[lock, "<tokio::runtime::time::entry::TimerEntry>::poll_elapsed", "house::poll"],
            &["parking_lot::raw_mutex::RawMutex::lock_slow", "tokio::runtime::scheduler::inject::push", "house::poll"],
            &[lock, "onloop::hub::executor::Jobs::table", "onloop::hub::Hub::add_executor_job", "house::poll"],
        ] {
            assert!(is_of_runtime(&frames(of_runtime)), "{of_runtime:?}");
        }
        for of_program in [
            &[lock, "house::poll", "tokio::runtime::task::core::poll"][..],
            &[lock, "tokio_house::poll"],
            &["std::sys::sync::condvar::futex::Condvar::wait", "tokio::runtime::park::Inner::park", "house::poll"],
            &[lock],
        ] {
            assert!(!is_of_runtime(&frames(of_program)), "{of_program:?}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "it is to park")]
    fn who_parks_without_a_lock_is_told_of_however_short() {
        let findings = found(|| {
            for _ in 0..2 {
                std::thread::park_timeout(std::time::Duration::from_nanos(1));
            }
        });
        assert!(!of(&findings, &Settings::default()).is_empty());
    }
}
