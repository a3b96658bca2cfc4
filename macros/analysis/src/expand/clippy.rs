//! Attributes for clippy: the blocking calls are in its configuration, and in annotated functions they are errors.
//!
//! Clippy knows all types, so it sees through aliases, generics and values where the source does not show the type. It
//! does not know where code runs: code that the walker has found to run elsewhere, or to be exempt, gets an `allow`
//! attribute. All of this is emitted only when clippy runs; other builds pay nothing for it.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;

use crate::syntax::item::Attribute;
use crate::syntax::point::Point;
use crate::syntax::splice::Insertion;
use crate::syntax::tokens::any_token;
use crate::syntax::tokens::is_word;

/// How clippy looks at a crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clippy {
    /// The crate forbids these lints: an attribute that allows them would be an error.
    pub(crate) is_forbidding: bool,
    /// The same of those about guards.
    pub(crate) forbids_guards: bool,
}

impl Clippy {
    /// The attribute for a function.
    pub(crate) fn attribute(self, is_exempt: bool) -> Option<Attribute> {
        let lints = lints();
        match (is_exempt, self.is_forbidding) {
            (false, _) => Some(Attribute::new(quote! { deny(#lints) })),
            (true, false) => Some(Attribute::new(quote! { allow(#lints) })),
            (true, true) => None,
        }
    }

    /// The attribute for a function with a guard that may be alive across an `.await`. Clippy asks for the
    /// level of these lints at the function, not at the guard.
    pub(crate) fn allow_guards(self) -> Option<Attribute> {
        let lints = quote! {
            allow(clippy::await_holding_lock, clippy::await_holding_refcell_ref, clippy::await_holding_invalid_type)
        };
        (!self.forbids_guards).then(|| Attribute::new(lints))
    }

    /// What allows the lints at places in a body, and denies them again at others in those.
    pub(crate) fn insertions(self, lint_allowed: &[&Point], lint_denied: &[&Point]) -> Vec<Insertion> {
        if self.is_forbidding {
            return Vec::new();
        }
        let lints = lints();
        let all = [(lint_allowed, quote! { #[allow(#lints)] }), (lint_denied, quote! { #[deny(#lints)] })];
        let insertions = all.into_iter().flat_map(|(points, tokens)| {
            let insertion =
                move |point: &&Point| Insertion { point: (*point).clone(), tokens: tokens.clone(), is_attribute: true };
            points.iter().map(insertion)
        });
        insertions.collect()
    }
}

/// The lints that look into the configuration for what blocks.
fn lints() -> TokenStream {
    quote! { clippy::disallowed_methods, clippy::disallowed_macros }
}

/// Whether the inside of an attribute speaks of them: then the user's own word counts.
pub(crate) fn is_named_in(attribute: &Group) -> bool {
    let ours = |token: &TokenTree| is_word(token, "disallowed_methods") || is_word(token, "disallowed_macros");
    any_token(&attribute.stream(), &ours)
}

/// Whether one of them is in a list of lints that the crate forbids, by itself or with its group.
pub(crate) fn is_forbidden(lints: &str) -> bool {
    let lints = lints.split([',', ' ', '(', ')']).map(str::trim);
    let ours = ["clippy::disallowed_methods", "clippy::disallowed_macros", "clippy::style", "clippy::all", "warnings"];
    lints.into_iter().any(|lint| ours.contains(&lint))
}

/// The same of the lints about guards.
pub(crate) fn forbids_guards(lints: &str) -> bool {
    let mut lints = lints.split([',', ' ', '(', ')']).map(str::trim);
    let groups = ["clippy::suspicious", "clippy::all", "warnings"];
    lints.any(|lint| lint.starts_with("clippy::await_holding_") || groups.contains(&lint))
}

/// The same of the text of a crate's root.
pub(crate) fn forbids_guards_in(root: &str) -> bool {
    let mut lists = root.split("#![forbid(").skip(1);
    lists.any(|list| forbids_guards(list.split(')').next().unwrap_or_default()))
}

/// Whether one of the lints that look into the configuration is forbidden by the text of a crate's root.
pub(crate) fn is_forbidden_in(root: &str) -> bool {
    let lists = root.split("#![forbid(").skip(1);
    lists.into_iter().any(|list| is_forbidden(list.split(')').next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{is_forbidden, is_forbidden_in};
    use crate::syntax::kind::Kind;
    use crate::testing::under_clippy;

    const ALLOWED: &str = "#[allow(clippy::disallowed_methods,clippy::disallowed_macros)]";
    const DENIED: &str = "#[deny(clippy::disallowed_methods,clippy::disallowed_macros)]";

    /// The body as clippy sees it, with `ALLOWED` for the attribute.
    #[track_caller]
    fn check(body: &str, expected: &str) {
        let made = under_clippy(Kind::Coroutine, &format!("async fn f() {{ {body} }}")).replace(' ', "");
        assert!(made.contains(DENIED), "{made}");
        let made = made.replace(ALLOWED, "ALLOWED");
        let expected = expected.replace(' ', "");
        assert!(made.ends_with(&format!("{expected}}}")), "{made}\ndoes not end with\n{expected}");
    }

    #[test]
    fn what_runs_elsewhere_is_spared() {
        check("pool.spawn_blocking(move || g());", "pool.spawn_blocking(move || { ALLOWED { g() } });");
        check("spawn_blocking(|| { g(); });", "spawn_blocking(|| { ALLOWED { g(); } });");
        check("std::thread::spawn(a::load);", "std::thread::spawn({ ALLOWED { a::load } });");
        check(
            "let job = || g(); std::thread::spawn(job);",
            "let job = || { ALLOWED { g() } }; std::thread::spawn(job);",
        );
        check(
            "let job = a::load; std::thread::spawn(job);",
            "let job = { ALLOWED { a::load } }; std::thread::spawn(job);",
        );
        check("tokio::join!(spawn_blocking(|| g()));", "tokio::join!(spawn_blocking(|| { ALLOWED { g() } }));");
        check("self.on_done = Some(Box::new(|| g()));", "self.on_done = Some(Box::new(|| { ALLOWED { g() } }));");
    }

    #[test]
    fn what_says_why_it_may_block_is_spared() {
        check("onloop::allow_blocking(\"r\", || g());", "onloop::allow_blocking(\"r\", || { ALLOWED { g() } });");
        check("onloop::allow_blocking(\"r\", a::load);", "onloop::allow_blocking(\"r\", { ALLOWED { a::load } });");
        check("onloop::allow_blocking(\"r\", (|| g()));", "onloop::allow_blocking(\"r\", (|| { ALLOWED { g() } }));");
        check("onloop::allow_blocking(g(), || 1);", "onloop::allow_blocking(g(), || { ALLOWED { 1 } });");
        check(
            "spawn(|| onloop::allow_blocking(\"r\", || g()));",
            "spawn(|| { ALLOWED { onloop::allow_blocking(\"r\", || { ALLOWED { g() } }) } });",
        );
        check(
            "onloop::allow_blocking(\"r\", async || g()).await;",
            "onloop::allow_blocking(\"r\", async || g()).await;",
        );
    }

    #[test]
    fn what_runs_on_the_loop_is_not() {
        for body in [
            "all.iter().map(|x| g(x));",
            "h(|| g());",
            "let g = || 1; g();",
            "let job = load(); std::thread::spawn(job);",
            "let x = S { f: a::load };",
            "std::thread::spawn(&a::load);",
        ] {
            check(body, body);
        }
    }

    #[test]
    fn functions_in_the_body_answer_for_themselves() {
        check("fn g() { h() } g();", "ALLOWED fn g() { h() } g();");
        check("/// Doc.\n impl S { fn g() {} }", "ALLOWED #[doc = \" Doc.\"] impl S { fn g() {} }");
        check("#[onloop::blocking] fn g() {}", "ALLOWED #[onloop::blocking] fn g() {}");
        check("#[onloop::callback] fn g() {}", "#[onloop::callback] fn g() {}");
    }

    #[test]
    fn exemptions_and_code_of_tests_are_spared() {
        let exempt = |code: &str| format!("#[onloop::allow(blocking_call, reason = \"fast\")] {code}");
        check(&exempt("let x = g();"), "ALLOWED let x = g();");
        check(&exempt("x = g();"), "{ ALLOWED { x = g() } };");
        check(&exempt("g() + 1"), "{ ALLOWED { g() + 1 } }");
        check(&exempt("h!(g());"), "{ ALLOWED { h!(g()) } };");
        check(&format!("let x = {}; i();", exempt("g()")), "ALLOWED let x = g(); i();");
        check("#[onloop::allow(untracked_spawn, reason = \"x\")] g();", "g();");
        check("#[cfg(test)] g();", "ALLOWED #[cfg(test)] g();");
    }

    #[test]
    fn marked_closures_and_paths_answer_for_themselves() {
        let made = |body: &str| {
            let made = under_clippy(Kind::Callback, &format!("fn f() {{ {body} }}")).replace(' ', "");
            made.replace(ALLOWED, "ALLOWED")
        };
        let marked = made("h(#[blocking] |e: &E| g(e));");
        assert!(marked.contains("|e:&E|{ALLOWED{g(e)}})"), "{marked}");
        let nested = made("h(#[callback] || i(#[blocking] || g()));");
        assert!(nested.contains("||{ALLOWED{g()}})") && nested.matches("ALLOWED").count() == 1, "{nested}");
        let path = made("h(#[blocking] a::load);");
        assert!(path.contains("{ALLOWED{::onloop") && path.contains(",a::load)}}"), "{path}");
        for here in ["h(#[callback] |e: &E| g(e));", "h(#[callback] a::load);", "spawn_blocking(#[callback] a::load);"]
        {
            assert!(!made(here).contains("ALLOWED"), "{here}");
        }
    }

    #[test]
    fn jobs_for_the_loop_are_looked_at_in_what_is_spared() {
        const JOB: &str = "h(#[callback] |e: &E| g(e));";
        const DENIED_JOB: &str = "|e:&E|{DENIED{g(e)}})";
        let made = |kind: Kind, body: &str| {
            let made = under_clippy(kind, &format!("fn f() {{ {body} }}")).replace(' ', "");
            made.replace(ALLOWED, "ALLOWED").replace(DENIED, "DENIED")
        };
        for body in [
            format!("spawn_blocking(|| {JOB});").replace(");)", "))"),
            format!("let job = || {{ {JOB} }}; std::thread::spawn(job);"),
            format!("onloop::allow_blocking(\"r\", || {{ {JOB} }});"),
            format!("h(#[blocking] || {{ {JOB} }});"),
            format!("spawn_blocking(|| {{ i(|| {{ {JOB} }}); }});"),
        ] {
            let made = made(Kind::Callback, &body);
            assert!(made.contains(DENIED_JOB) && made.matches("DENIED").count() == 2, "{made}");
        }
        for body in [
            JOB.to_owned(),
            format!("h(|| {{ {JOB} }});"),
            format!("let job = || {{ {JOB} }}; job();"),
            format!("h(#[callback] || {{ {JOB} }});"),
            format!("#[onloop::allow(blocking_call, reason = \"r\")] spawn_blocking(|| {{ {JOB} }});"),
            "spawn_blocking(|| h(#[blocking] || g()));".to_owned(),
            "spawn_blocking(|| h(#[onloop::allow(blocking_call, reason = \"r\")] #[callback] || g()));".to_owned(),
        ] {
            let made = made(Kind::Callback, &body);
            assert_eq!(made.matches("DENIED").count(), 1, "{made}");
        }
        let path = made(Kind::Callback, "spawn_blocking(|| h(#[callback] a::load));");
        assert!(path.contains("{DENIED{::onloop") && path.contains(",a::load)}}"), "{path}");
        let nested = made(Kind::Callback, "spawn(|| h(#[callback] || { spawn(|| i(#[coroutine] async || g())); }));");
        assert_eq!((nested.matches("DENIED").count(), nested.matches("ALLOWED").count()), (3, 2), "{nested}");
    }

    #[test]
    fn jobs_for_the_loop_are_looked_at_in_blocking_functions() {
        let made = |body: &str| {
            let made = under_clippy(Kind::Blocking, &format!("fn f() {{ {body} }}")).replace(' ', "");
            made.replace(ALLOWED, "ALLOWED").replace(DENIED, "DENIED")
        };
        let job = made("h(#[callback] |e: &E| { spawn(|| g(e)); }); spawn(|| g()); h(#[blocking] || g());");
        assert!(job.contains("|e:&E|{DENIED{spawn(||{ALLOWED{g(e)}});}})"), "{job}");
        assert_eq!((job.matches("DENIED").count(), job.matches("ALLOWED").count()), (1, 1), "{job}");
        let inner = made("h(#[blocking] || i(#[callback] || g()));");
        assert!(inner.contains("||{DENIED{g()}})") && !inner.contains("ALLOWED"), "{inner}");
        let exempt = made("#![onloop::allow(blocking_call, reason = \"r\")] h(#[callback] || g());");
        assert!(!exempt.contains("DENIED"), "{exempt}");
        assert!(!made("#![allow(clippy::disallowed_methods)] h(#[callback] || g());").contains("DENIED"));
    }

    #[test]
    fn a_loop_that_is_gone_through_twice_spares_once() {
        check(
            "let cell = std::cell::RefCell::new(1); let mut held = None; \
             loop { spawn_blocking(|| g()); h().await; held = Some(cell.borrow_mut()); }",
            "let cell = std::cell::RefCell::new(1); let mut held = None; \
             loop { spawn_blocking(|| { ALLOWED { g() } }); h().await; held = Some(cell.borrow_mut()); }",
        );
    }

    #[test]
    fn an_exempt_function_is_spared_as_a_whole() {
        let item = "#[onloop::expect(blocking_call, reason = \"fast\")] fn f() { std::fs::read(x); }";
        let made = under_clippy(Kind::Callback, item).replace(' ', "");
        assert!(made.starts_with(&format!("{ALLOWED}fnf()")), "{made}");
        let made = under_clippy(Kind::Coroutine, "#[tokio::main] async fn main() { f().await }").replace(' ', "");
        assert!(made.contains(&format!("{DENIED}{{f().await}}")), "{made}");
    }

    #[test]
    fn guards_are_spared_where_they_are_exempt() {
        const GUARDS: &str =
            "#[allow(clippy::await_holding_lock,clippy::await_holding_refcell_ref,clippy::await_holding_invalid_type)]";
        let exempt = "#[onloop::allow(guard_across_await, reason = \"short\")]";
        for item in [
            format!("{exempt} async fn f(x: X) {{ let g = x.lock(); h().await; }}"),
            format!("async fn f(x: X) {{ {exempt} let g = x.lock(); h().await; }}"),
        ] {
            let made = under_clippy(Kind::Coroutine, &item).replace(' ', "");
            assert!(made.contains(GUARDS), "{made}");
        }
        let made = under_clippy(Kind::Coroutine, "async fn f(x: X) { let g = x.lock(); h().await; }");
        assert!(!made.contains("await_holding"), "{made}");
    }

    #[test]
    fn the_users_own_word_counts() {
        let made = under_clippy(Kind::Callback, "#[allow(clippy::disallowed_methods)] fn f() { spawn(|| 1); }");
        assert_eq!(made.matches("clippy").count(), 1, "{made}");
        let made = under_clippy(Kind::Blocking, "fn f() { spawn(|| 1); }");
        assert!(!made.contains("clippy"), "{made}");
    }

    #[test]
    fn a_crate_may_forbid_the_lints() {
        for lints in ["clippy::disallowed_methods", "unsafe_code, clippy::all", "clippy::style"] {
            assert!(is_forbidden(lints) && is_forbidden_in(&format!("//! Doc.\n#![forbid({lints})]\nfn f() {{}}")));
        }
        for root in ["#![forbid(unsafe_code)]", "#![deny(clippy::all)]", "", "#![forbid("] {
            assert!(!is_forbidden_in(root), "{root}");
        }
    }
}
