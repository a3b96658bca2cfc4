//! Replacements for the code of findings, where these are mechanical.
//!
//! A finding has several, the plainest first: which of them compiles depends on types that the text does not show.

use onloop_analysis::catalogue;
use onloop_analysis::rule_id;

use crate::edit::{Edit, byte_of};
use crate::finding::Finding;
use crate::mend::call::Call;
use crate::mend::handover::closures;
use crate::mend::place::Extent;

mod call;
mod captures;
mod guard;
mod handover;
mod place;
mod variables;

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mended {
    pub(crate) edits: Vec<Edit>,
    /// It calls something else, instead of calling the same elsewhere.
    pub(crate) is_other_call: bool,
}

/// The ways to mend a finding; none where nobody but its author can. Without tokio only guards are dropped.
pub(crate) fn mend(text: &str, file: &syn::File, found: &Finding, has_tokio: bool) -> Vec<Mended> {
    let at = (found.line, found.column);
    match found.rule.as_str() {
        rule_id::GUARD_ACROSS_AWAIT => {
            guard::find(file, at).map(|(name, at)| drop_before(text, &name, at)).into_iter().collect()
        }
        rule_id::BLOCKING_CALL | rule_id::BLOCKING_TRANSITIVE if has_tokio => {
            let Some(call) = call::find(file, at) else { return Vec::new() };
            let mut all: Vec<Mended> = call_other(text, found, &call).into_iter().collect();
            all.extend(closures(text, &call).into_iter().map(|closure| hand_over(text, call.extent, &closure)));
            all
        }
        _ => Vec::new(),
    }
}

/// What is asked of a path, and how it is asked without blocking, around the path.
const ASKED_OF_PATHS: &[(&str, &str, &str)] = &[
    ("canonicalize", "tokio::fs::canonicalize(", ").await"),
    ("exists", "tokio::fs::try_exists(", ").await.unwrap_or(false)"),
    ("is_dir", "tokio::fs::metadata(", ").await.is_ok_and(|found| found.is_dir())"),
    ("is_file", "tokio::fs::metadata(", ").await.is_ok_and(|found| found.is_file())"),
    ("is_symlink", "tokio::fs::symlink_metadata(", ").await.is_ok_and(|found| found.is_symlink())"),
    ("metadata", "tokio::fs::metadata(", ").await"),
    ("read_link", "tokio::fs::read_link(", ").await"),
    ("symlink_metadata", "tokio::fs::symlink_metadata(", ").await"),
    ("try_exists", "tokio::fs::try_exists(", ").await"),
];

/// `std::fs::read(x)` becomes `tokio::fs::read(x).await`, and `path.exists()` asks tokio as well.
fn call_other(text: &str, found: &Finding, call: &Call<'_>) -> Option<Mended> {
    let bytes = |at: Extent| byte_of(text, at[0], at[1])..byte_of(text, at[2], at[3]);
    let edits = match call.expression {
        syn::Expr::Call(written)
            if matches!(*written.func, syn::Expr::Path(_)) && found.rule == rule_id::BLOCKING_CALL =>
        {
            let path = bytes(place::extent(&written.func));
            let end = bytes(call.extent).end;
            vec![
                Edit { range: path, text: sibling(found)?.to_owned() },
                Edit { range: end..end, text: ".await".to_owned() },
            ]
        }
        syn::Expr::MethodCall(written) => {
            let name = found.callee.strip_prefix("std::path::Path::")?;
            let (_, before, after) = ASKED_OF_PATHS.iter().find(|(known, ..)| *known == name)?;
            let (whole, receiver) = (bytes(call.extent), bytes(place::extent(&written.receiver)));
            let is_place = matches!(&*written.receiver, syn::Expr::Path(_) | syn::Expr::Field(_));
            let borrowed = if is_place { "&" } else { "" };
            vec![
                Edit { range: whole.start..receiver.start, text: format!("{before}{borrowed}") },
                Edit { range: receiver.end..whole.end, text: (*after).to_owned() },
            ]
        }
        _ => return None,
    };
    Some(Mended { edits, is_other_call: true })
}

/// What the catalogue says to await instead of a function.
fn sibling(found: &Finding) -> Option<&'static str> {
    let entry = catalogue::call(&found.callee)?;
    let [only] = entry.remedies()[..] else { return None };
    only.sibling().filter(|path| !path.contains('<'))
}

/// `f(x)` becomes `tokio::task::spawn_blocking(move || f(x)).await.unwrap()`: a panic goes on as it did.
fn hand_over(text: &str, call: Extent, closure: &str) -> Mended {
    let range = byte_of(text, call[0], call[1])..byte_of(text, call[2], call[3]);
    let text = format!("tokio::task::spawn_blocking({closure}).await.unwrap()");
    Mended { edits: vec![Edit { range, text }], is_other_call: false }
}

/// A line `drop(guard);` before the statement that first awaits behind the guard's use.
fn drop_before(text: &str, name: &str, statement: Extent) -> Mended {
    let at = byte_of(text, statement[0], statement[1]);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = if text[..start].ends_with("\r\n") { "\r\n" } else { "\n" };
    let indent: String = text[start..at].chars().take_while(|letter| letter.is_whitespace()).collect();
    Mended { edits: vec![Edit { range: at..at, text: format!("drop({name});{end}{indent}") }], is_other_call: false }
}

#[cfg(test)]
mod tests {
    use super::mend;
    use crate::edit::apply;
    use crate::finding::Finding;

    fn all(text: &str, rule: &str, callee: &str, at: &str) -> Vec<String> {
        let before = &text[..text.find(at).unwrap()];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().len() + 1;
        let found = Finding { rule: rule.to_owned(), callee: callee.to_owned(), line, column, ..Finding::nowhere() };
        let file = syn::parse_file(text).unwrap();
        mend(text, &file, &found, true).iter().map(|mended| apply(text, &mended.edits)).collect()
    }

    fn mended(text: &str, rule: &str, callee: &str, at: &str) -> Option<String> {
        all(text, rule, callee, at).into_iter().next()
    }

    #[test]
    fn a_sibling_is_awaited() {
        let text = "async fn f() { let t = std::fs::read(\"x\")?; }";
        let expected = "async fn f() { let t = tokio::fs::read(\"x\").await?; }";
        assert_eq!(mended(text, "blocking_call", "std::fs::read", "std").as_deref(), Some(expected));
        assert_eq!(mended("fn f() { std::fs::read(\"x\"); }", "blocking_call", "std::fs::read", "std"), None);
        let closure = "async fn f() { g(|| std::fs::read(\"x\")); }";
        assert_eq!(mended(closure, "blocking_call", "std::fs::read", "std"), None);
    }

    #[test]
    fn a_path_is_asked_by_tokio() {
        let text = "async fn f(&self) { if !self.path.exists() { g(); } }";
        let expected = "async fn f(&self) { if !tokio::fs::try_exists(&self.path).await.unwrap_or(false) { g(); } }";
        assert_eq!(mended(text, "blocking_call", "std::path::Path::exists", "exists").as_deref(), Some(expected));
        let text = "async fn f() { dir.join(\"a\").is_file(); }";
        let expected =
            "async fn f() { tokio::fs::metadata(dir.join(\"a\")).await.is_ok_and(|found| found.is_file()); }";
        assert_eq!(mended(text, "blocking_call", "std::path::Path::is_file", "is_file").as_deref(), Some(expected));
    }

    #[test]
    fn the_executor_takes_the_rest() {
        let text = "async fn f(a: A) { a.load(1).b(); }";
        let expected = "async fn f(a: A) { tokio::task::spawn_blocking(move || a.load(1)).await.unwrap().b(); }";
        assert_eq!(mended(text, "blocking_transitive", "load", "load").as_deref(), Some(expected));
    }

    #[test]
    fn a_guard_is_dropped() {
        let text = "async fn f() { let g = m.lock(); g.x(); h().await; }";
        let expected = "async fn f() { let g = m.lock(); g.x(); drop(g);\nh().await; }";
        assert_eq!(mended(text, "guard_across_await", "g", "g = ").as_deref(), Some(expected));
        let text = "async fn f() {\r\n  if let Ok(g) = m.lock() {\r\n    g.x();\r\n    h().await;\r\n  }\r\n}";
        let expected = text.replace("    h()", "    drop(g);\r\n    h()");
        assert_eq!(mended(text, "guard_across_await", "g", "m.lock"), Some(expected));
    }

    #[test]
    fn the_innermost_guard_is_dropped() {
        let text = "async fn f() { let v = { match m.lock() { Ok(g) => { let x = g.x();\nh(x).await } _ => 0 } }; v }";
        let expected = text.replace("h(x)", "drop(g);\nh(x)");
        assert_eq!(mended(text, "guard_across_await", "g", "g) =>"), Some(expected));
    }

    #[test]
    fn a_guard_that_only_keeps_others_out_is_not_dropped() {
        for text in
            ["async fn f() { let g = m.lock(); h().await; }", "async fn f() { let _g = m.lock(); _g.x(); h().await; }"]
        {
            assert_eq!(mended(text, "guard_across_await", "g", "m.lock"), None, "{text}");
        }
    }
}
