//! # What it does
//! Reports a call to a function without an attribute that blocks inside, at any depth: one of this crate, or of a path
//! dependency. The message names the functions on the way and the place of the call that finally blocks.
//!
//! # Why is this bad
//! The loop does not care how deep the blocking call is. A helper that looks harmless and reads a file three calls
//! further down is how most stalls get into a program.
//!
//! # Limits
//! A function with an attribute of onloop is not followed: it answers for itself. Neither are functions with
//! `#[onloop::allow(blocking_call, ..)]`, functions that `onloop.toml` calls harmless, and statements under a `cfg`
//! that is not known to hold. Whether a blocking branch is ever taken is not checked. A static that is filled on first
//! use counts where the function itself names it, and not where a helper does: of all who call that, only the first waits.
//!
//! For a method, the text must show the receiver's type. A method of a trait of this crate is followed if the type is
//! known to implement it, if the crate has only one `impl` of the trait (tests not counted), if no `impl` replaces the
//! trait's own body, or if it blocks in each `impl` of the crate. `#[onloop::blocking]` on its declaration
//! holds for all of them. A trait of a dependency is followed if only one `impl` is in sight, in this crate or in its
//! dependencies. An `impl` for `Arc`, `Box` or `Rc` only passes calls on, so it is not counted. Where a macro between the
//! items names the trait, or a `cfg` decides, nothing is reported.
//!
//! Calls without a name count where the types are plain from the text: `next` of an iterator of the crate in a loop or
//! behind adaptors (also where a function says only `impl Iterator` or `Box<dyn Iterator>` of it), `deref` and `deref_mut`
//! on the way to a method or field, `from`, `try_from`, `from_str` and `from_iter` where the type is written (in a `let`, a
//! field, an argument, the function's return type), the `from` that `?` calls where both errors are known, operators,
//! `index` and `index_mut`, `fmt` in formatting macros, `clone`, `default`, and `hash` of a key. Of a struct that derives
//! such a function those of its fields count, but not what is in an `Option`, a collection or the variant of an enum. Not
//! seen: methods that a `macro_rules!` writes.
//!
//! A closure runs where the function that receives it runs it: on the loop, if that function calls it or hands it on to
//! functions of the crate or to methods of std. Where that is uncertain, nothing is reported.
//!
//! A dependency is followed if cargo has left a list of its files beside its artifact, and if it comes neither from a
//! registry nor from a git checkout. Its features are not known, so its functions under a `cfg` are left alone.
//!
//! A `macro_rules!` of the crate is followed if each of its arms calls something of the catalogue by its full path
//! (`std::fs::write`), because a relative path is resolved where the macro is used. Code from `include!` is not seen.
//!
//! # Example
//! ```ignore (a doctest has no file in which the helper could be found)
//! fn load(name: &str) -> String {
//!     std::fs::read_to_string(name).unwrap_or_default()
//! }
//!
//! #[onloop::coroutine]
//! async fn refresh() -> usize {
//!     load("table").len()
//! }
//! ```
//!
//! # Use instead
//! Hand the helper to the executor, and mark it, so that nobody else calls it on the loop:
//! ```
//! #[onloop::blocking]
//! fn load(name: &str) -> String {
//!     std::fs::read_to_string(name).unwrap_or_default()
//! }
//!
//! #[onloop::coroutine]
//! async fn refresh(hub: &onloop::Hub) -> usize {
//!     hub.add_executor_job(|| load("table")).await.len()
//! }
//! ```

use super::Rule;
use super::blocking_call;
use crate::facts::model::{Form, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::{Report, Said};
use crate::rules::help;
use crate::syntax::kind::Kind;
use crate::syntax::rule_id;

pub(crate) const RULE: Rule = Rule {
    id: rule_id::BLOCKING_TRANSITIVE,
    kinds: &[Kind::Callback, Kind::Coroutine],
    asks: &[Sign::Blocks, Sign::Implicit],
    check,
};

fn check(model: &Model, report: &mut Report) {
    let chains = blocking_call::chains(model);
    for (number, found) in model.uses.iter().enumerate() {
        let Some(chain) = found.chain.as_ref().filter(|_| !chains.is_behind_another(number)) else { continue };
        let call = match (found.form, found.has_arguments) {
            (Form::Called, false) => format!("{}()", found.written),
            (Form::Called, true) => format!("{}(..)", found.written),
            (Form::Value | Form::Job | Form::Lazy | Form::Implicit | Form::Macro, _) => found.written.clone(),
        };
        let mut way: Vec<_> = chain.through.iter().map(|name| format!("`{name}`")).collect();
        way.push(format!("`{}`", chain.blocks.what));
        let marked = if chain.blocks.is_marked { ", marked `#[onloop::blocking]`" } else { "" };
        let when = match found.form {
            Form::Value => " when it is called",
            Form::Lazy => " when it is used for the first time",
            Form::Called | Form::Implicit | Form::Job | Form::Macro => "",
        };
        let message = format!("`{call}` blocks the event loop{when}: it calls {}{marked}", way.join(", which calls "));
        let help = vec![help::about_helper(model, found, &call, chain)];
        let notes = chains.note(model, number).into_iter();
        let notes = notes.chain(chain.blocks.listed.map(|listed| format!("listed in {listed}"))).collect();
        let callee = chain.steps.first().map(|step| step.function.clone());
        let said =
            Said { message, help, notes, callee, chain: chain.steps.clone(), place: Some(chain.blocks.place.clone()) };
        report.say(&RULE, &found.context, &found.tokens, said);
    }
}

#[cfg(test)]
mod tests;
