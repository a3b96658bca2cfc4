//! # What it does
//! Reports a function, method or macro of the catalogue, or of the project's `onloop.toml`, that is called on the loop
//! or passed on as a value to be called there. Also reports calls of functions marked `#[onloop::blocking]`.
//!
//! Building a request or creating an iterator does not wait. The report stands at the call that sends, or at the `for`,
//! `next` or `collect` that consumes. In a chain (`ureq::get(url).call()?.body_mut().read_to_string()`) the first call
//! that waits is reported, and the message names the others.
//!
//! # Why is this bad
//! The loop is one thread. While it sleeps, reads a file or waits for a socket, nothing else on it runs: no timer, no
//! event, no other request.
//!
//! # Limits
//! Functions are known by their path, resolved through the imports of the file. Methods are reported where the text
//! shows the type of the receiver, or where the name alone is proof (`blocking_recv`, `block_on`). Otherwise the
//! attribute asks the compiler, by dead code that names the receiver. It can ask about the types of std, with wrappers
//! such as `Arc`, `Box`, `MutexGuard` and `BufReader`, and about some types of other crates. It does not ask about a
//! receiver that holds a closure, macro or block, inside a macro's own block or where a macro made the function, or
//! about `next`, `iter`, `into_iter`, `bytes` and `split`, which every type has: those are checked only in files that
//! name a type on which they block. Not known are types of other crates in a `dyn`, in a type parameter of a struct, or
//! returned by a function of another crate. The exemption `expect` counts as needed where the compiler would have been
//! asked.
//!
//! Some code is skipped because it does not block: code that never runs (`if false`, a `cfg!` or a constant that does not
//! hold, anything after a `return`), `join` after a check of `is_finished`, a timeout of zero (of a helper, too), a socket
//! on which the same function called `set_nonblocking(true)`, and reads and writes in a function that handles
//! `WouldBlock`. A `Sender` of `crossbeam_channel` or `flume` may be unbounded, and then it
//! never waits, so sending is left alone. A call that is awaited at once is never reported.
//!
//! Functions of the operating system are known from `libc`, `nix`, `rustix` and `windows-sys`, and where an
//! `extern "C"` block declares them. What waits unless its descriptor is non-blocking (`read`, `recv`, `accept`) counts
//! as blocking now and then, and so does `waitpid` or `flock`, unless its flags say that it waits.
//!
//! A closure or function that is stored, in a field or a collection, runs wherever somebody calls it, so it is left alone.
//! So is one that is passed to a function of the crate which mentions a `spawn`, to one of another crate whose name says
//! that a thread runs it (`into_helper_thread`), or to a call that is awaited.
//!
//! Calls that block only now and then (an uncontended lock) are reported on request: by the attribute,
//! `#[onloop::callback(strict(lock))]`, or for the project, with `lock = "strict"` under `[categories]` of its
//! `onloop.toml`. What is `harmless` there is never reported, nor is the body of a closure given to
//! `onloop::allow_blocking`.
//!
//! # Example
//! ```compile_fail
//! #[onloop::coroutine]
//! async fn settle() {
//!     std::thread::sleep(std::time::Duration::from_secs(1));
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::coroutine]
//! async fn settle() {
//!     tokio::time::sleep(std::time::Duration::from_secs(1)).await;
//! }
//! ```
//!
//! Where there is no async version, hand the call to the executor: by `tokio::task::spawn_blocking(..).await`, or with a
//! hub
//! ```
//! #[onloop::coroutine]
//! async fn load(hub: &onloop::Hub) -> std::io::Result<Vec<u8>> {
//!     hub.add_executor_job(|| std::fs::read("table.bin")).await
//! }
//! ```

use proc_macro2::Span;

use super::Rule;
use crate::facts::model::{Callee, Fate, Form, Model, RunsOn, Use};
use crate::facts::sign::Sign;
use crate::knowledge::catalogue::{self, Certainty, Entry, Remedy};
use crate::rules::chain::Chains;
use crate::rules::finding::{Report, Said};
use crate::rules::help;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;
use crate::syntax::rule_id;

pub(crate) const RULE: Rule =
    Rule { id: rule_id::BLOCKING_CALL, kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::Blocks], check };

fn check(model: &Model, report: &mut Report) {
    let chains = chains(model);
    for (number, found) in model.uses.iter().enumerate() {
        // What a static is filled by is reported with the chain that leads there.
        let is_filled = found.form == Form::Lazy && found.chain.is_some();
        if is_filled || !is_on_loop(model, found) || chains.is_behind_another(number) {
            continue;
        }
        if let Callee::Suspect(probe) = &found.callee {
            let at = found.tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
            report.ask(&RULE, &found.context, probe, at);
            continue;
        }
        let written = &found.written;
        let when = if found.form == Form::Value { " when it is called" } else { "" };
        let (message, instead, listed) = match (&found.callee, found.entry) {
            (Callee::Local(Some(Kind::Blocking), _), _) => {
                let message = format!("`{written}` blocks the event loop{when}: it is marked `#[onloop::blocking]`");
                (message, help::instead(model, found, &[Remedy::Executor]), None)
            }
            (_, Some(entry)) if is_reported(model, entry) => {
                let bang = if found.form == Form::Macro { "!" } else { "" };
                let is = if is_inside(found, entry) { "calls" } else { "is" };
                let really = if is_plain(found, entry) { String::new() } else { format!(": it {is} `{}`", entry.path) };
                let message = format!("`{written}{bang}` blocks the event loop{when}{really}");
                let bare = bare(found);
                let ways: Vec<_> = match &bare {
                    Some(bare) => vec![Remedy::Await(bare)],
                    None => entry.remedies(),
                };
                (message, help::instead(model, found, &ways), entry.listed)
            }
            _ => continue,
        };
        let help = vec![instead];
        let notes = chains.note(model, number).into_iter();
        let notes = notes.chain(listed.map(|listed| format!("listed in {listed}"))).collect();
        let callee = Some(found.entry.map_or_else(|| written.clone(), |entry| entry.path.to_owned()));
        report.say(&RULE, &found.context, &found.tokens, Said { message, help, notes, callee, ..Said::default() });
    }
}

/// The chains of the calls that wait, those through functions of the crate among them.
pub(super) fn chains(model: &Model) -> Chains {
    let waits = model.uses.iter().map(|found| {
        let is_reported = match &found.callee {
            Callee::Local(Some(Kind::Blocking), _) => true,
            _ => found.entry.is_some_and(|entry| is_reported(model, entry)),
        };
        found.chain.is_some() || is_reported && is_on_loop(model, found)
    });
    Chains::of(model, waits.collect())
}

/// Whether the loop waits for a call, if that waits.
fn is_on_loop(model: &Model, found: &Use) -> bool {
    // Where an attribute has taken the `async` away, the function waits for its future, by a method: that is the mistake.
    let lost_its_async = model.lost_its_async && matches!(model.output, Output::Plain);
    let waits_for_itself = |entry: Entry| entry.name() == "block_on" && entry.kind == catalogue::Kind::Method;
    let is_mistake = model.kind == Kind::Coroutine && lost_its_async && found.entry.is_some_and(waits_for_itself);
    found.place != RunsOn::Elsewhere && found.fate != Fate::Awaited && !is_mistake
}

fn is_reported(model: &Model, entry: Entry) -> bool {
    entry.certainty == Certainty::Always || model.strict.contains(&entry.category)
}

/// Whether a reader sees from what is written which function it is.
fn is_plain(found: &Use, entry: Entry) -> bool {
    fn end(path: &str) -> Vec<&str> {
        path.rsplit("::").take(2).map(|name| name.trim_matches(['<', '>'])).collect()
    }
    let is_macro = found.form == Form::Macro && found.written == entry.name();
    is_macro || matches!(found.callee, Callee::Named(_)) || end(&found.written) == end(entry.path)
}

/// Whether the call that waits stands inside what is written: a loop or `collect` takes the next element, `writeln!`
/// writes.
fn is_inside(found: &Use, entry: Entry) -> bool {
    let is_iterator = entry.name() == catalogue::ITERATION && !found.written.ends_with(catalogue::ITERATION);
    is_iterator || found.written.contains("!(")
}

/// The async function that a method's name tells of, where nothing else is known of it than its name.
fn bare(found: &Use) -> Option<String> {
    let name = &found.written;
    let bare = name.strip_prefix("blocking_").or_else(|| name.strip_suffix("_blocking"))?;
    matches!(found.callee, Callee::Named(_)).then(|| format!("`{bare}(..)`"))
}

#[cfg(test)]
mod tests;
