//! # What it does
//! Reports a call to a function of this crate, or of a dependency that is built from a path, that bears no attribute
//! and blocks inside, at any depth. The message names the functions on the way and the place of the call that blocks
//! in the end.
//!
//! # Why is this bad
//! The loop does not care how deep the call is that stops it. A helper that looks harmless and reads a file three
//! calls further down is how most stalls come into a program.
//!
//! # Limits
//! A function with an attribute of onloop is not followed: it answers for itself. Neither is one with
//! `#[onloop::allow(blocking_call, ..)]`, one that `onloop.toml` calls harmless, nor statements and branches under a
//! `cfg`. Whether a branch that blocks is ever taken is not looked at.
//!
//! Of a method the receiver's type must be plain from the text: a field of which the type is a parameter of the struct is
//! not followed, even where one trait with one `impl` bounds it. A method of a trait of this crate is followed where the
//! type has it, or where the crate has one `impl` of the trait (those of tests not counted), or where no `impl` replaces
//! the trait's own. Where a macro between the items names the trait, or a `cfg` decides, nothing is said.
//!
//! A closure runs where the function runs it that it is given to: on the loop, if that calls it, itself or by handing it
//! on to functions of the crate or to methods of std. Where that is not certain, nothing is said of it.
//!
//! A dependency is followed where cargo has left a list of its files beside its artifact, and neither a registry nor a
//! git checkout holds them. Its features are not known, so its functions under a `cfg` are left alone. What implements
//! its traits is not known either.
//!
//! A `macro_rules!` of the crate is followed where each of its arms calls something of the catalogue by a whole path
//! (`std::fs::write`); shorter paths mean what they do where the macro is called. What `include!` brings is not seen.
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
use super::blocking_call::{self, as_job};
use crate::facts::model::{Form, Model};
use crate::facts::sign::Sign;
use crate::knowledge::catalogue::{self, EXECUTOR};
use crate::rules::finding::{Report, Said};
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "blocking_transitive", kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::Blocks], check };

fn check(model: &Model, report: &mut Report) {
    let chains = blocking_call::chains(model);
    for (number, found) in model.uses.iter().enumerate() {
        let Some(chain) = found.chain.as_ref().filter(|_| !chains.is_behind_another(number)) else { continue };
        let call = match (found.form, found.has_arguments) {
            (Form::Called, false) => format!("{}()", found.written),
            (Form::Called, true) => format!("{}(..)", found.written),
            (Form::Value | Form::Job | Form::Lazy | Form::Macro, _) => found.written.clone(),
        };
        let mut way: Vec<_> = chain.through.iter().map(|name| format!("`{name}`")).collect();
        way.push(format!("`{}`", chain.blocks.what));
        let marked = if chain.blocks.is_marked { ", marked `#[onloop::blocking]`" } else { "" };
        let when = match found.form {
            Form::Value => " when it is called here",
            Form::Lazy => " when it is used for the first time",
            Form::Called | Form::Job | Form::Macro => "",
        };
        let message = format!("`{call}` blocks the event loop{when}: it calls {}{marked}", way.join(", which calls "));
        let instead = if found.form == Form::Job { as_job(found) } else { catalogue::advice(EXECUTOR, model.tools) };
        let help = vec![format!("it blocks at {}", chain.blocks.place), instead];
        let notes = chains.note(model, number).into_iter();
        let notes = notes.chain(chain.blocks.listed.map(|listed| format!("listed in {listed}"))).collect();
        let callee = chain.steps.first().map(|step| step.function.clone());
        let said = Said { message, help, notes, callee, chain: chain.steps.clone() };
        report.say(&RULE, &found.context, &found.tokens, said);
    }
}

#[cfg(test)]
mod tests;
