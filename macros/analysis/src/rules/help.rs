//! Help lines: how to do without what blocks, by what stands around the place where it blocks.

use crate::facts::model::{Chain, Form, Inside, Model, Of, Use};
use crate::knowledge::catalogue::{Remedy, remedies, sentence};
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;

/// What to do instead of a call. `ways` is what is known to do without it.
pub(super) fn instead(model: &Model, found: &Use, ways: &[Remedy]) -> String {
    if found.form == Form::Job {
        return as_job(found);
    }
    let executor = model.tools.executor();
    let method = found.entry.and_then(|entry| entry.method());
    let said = |ways: &[Remedy]| sentence(ways, method, &executor);
    if !ways.iter().any(|way| way.waits()) {
        return said(ways);
    }
    let awaited: Vec<_> = ways.iter().copied().filter(|way| *way != Remedy::Executor).collect();
    let plain = said(&awaited).trim_end_matches(" instead").to_owned();
    let outside = |how: &str, whole: &str| match awaited[..] {
        [] => format!("run {whole} in the executor: {executor}"),
        _ => format!("{plain} {how}, or run {whole} in the executor: {executor}"),
    };
    // The closure that is marked can itself be made to wait.
    let is_marked = model.form == Of::Closure && model.kind == Kind::Callback;
    // A function that returns a future can await only in the block that makes it.
    let is_before_block =
        found.inside == Inside::Body && model.asyncness.is_none() && matches!(model.output, Output::Future(_));
    let how = if found.form == Form::Value {
        outside("in a loop", "the whole expression")
    } else if found.inside == Inside::Closure && !is_marked {
        outside("outside of the closure", "the call that takes the closure")
    } else if found.may_await && !is_before_block {
        return said(ways);
    } else if is_before_block {
        return format!("move it into the `async` block, and {} there", said(ways).trim_end_matches(" instead"));
    } else {
        said(ways).trim_end_matches(" instead").to_owned()
    };
    if found.may_await || model.kind == Kind::Coroutine { how } else { from_callback(model, &how, &awaited) }
}

/// A callback cannot wait: what can, that stands in its place.
fn from_callback(model: &Model, how: &str, awaited: &[Remedy]) -> String {
    let name = &model.name;
    if model.form == Of::Closure {
        let executor = if awaited.is_empty() { String::new() } else { format!(", or `#[coroutine] async` and {how}") };
        return format!("mark the closure `#[blocking]` to run it in the executor{executor}");
    }
    if model.signature.is_fixed {
        return format!("{name} must return at once: {how} in a coroutine or task, and keep the result for it");
    }
    let later = match awaited {
        _ if model.signature.returns || model.signature.borrows => None,
        [] => model.tools.handed_over().map(str::to_owned),
        [Remedy::Await(_)] => Some(format!("await it {}", model.tools.task())),
        _ => Some(format!("do that {}", model.tools.task())),
    };
    let later = later.map(|later| format!(", or {later}")).unwrap_or_default();
    format!("make {name} a coroutine and {how}{later}")
}

/// How to await something that can be awaited. `and` is what is to be done in a coroutine besides being one.
pub(super) fn awaited(model: &Model, and: &str) -> String {
    let name = &model.name;
    match model.form {
        Of::Closure => format!("mark the closure `#[coroutine] async`{and}"),
        Of::Function if model.signature.is_fixed => {
            format!("{name} must return at once: await it {}", model.tools.task())
        }
        Of::Function => {
            let make = format!("make {name} a coroutine, `#[onloop::coroutine] async fn`{and}");
            let is_free = !model.signature.returns && !model.signature.borrows;
            if is_free { format!("{make}, or await it {}", model.tools.task()) } else { make }
        }
    }
}

/// What to do about a function of the crate that blocks inside.
pub(super) fn about_helper(model: &Model, found: &Use, call: &str, chain: &Chain) -> String {
    let ways: Vec<_> = remedies(chain.blocks.instead).collect();
    let inside = chain.steps.len().checked_sub(2).map(|at| format!("`{}`", chain.steps[at].function));
    let said = sentence(&ways, None, &model.tools.executor());
    let said = said.trim_end_matches(" instead");
    match (inside, &ways[..]) {
        (Some(inside), _) if chain.in_async => format!("in {inside}, {said}"),
        (Some(inside), ways) if !ways.iter().any(|way| way.waits()) => format!("in {inside}, {said}"),
        // It could await, and so could those that lead there.
        (Some(inside), [Remedy::Await(_), ..])
            if chain.through.len() < 3 && found.form == Form::Called && found.may_await && !chain.is_fixed =>
        {
            let executor = model.tools.executor();
            // Its own body under another name: the function is async.
            let is_own = model.name == format!("`{}`", found.written);
            let way = &chain.steps[usize::from(is_own)..chain.steps.len() - 1];
            let way: Vec<_> = way.iter().map(|step| format!("`{}`", step.function)).collect();
            let way = way.join(" and ");
            match is_own {
                true if way.is_empty() => format!("in {inside}, {said}"),
                true => format!("make {way} async and {said} in {inside}"),
                false => {
                    format!("make {way} async and {said} in {inside}, or run `{call}` in the executor: {executor}")
                }
            }
        }
        _ => instead(model, found, &[Remedy::Executor]),
    }
}

/// What to write instead of the path of a function that blocks and is marked to run on the loop.
fn as_job(found: &Use) -> String {
    format!("mark it so that it runs in the executor: `#[blocking] {}`", found.written)
}
