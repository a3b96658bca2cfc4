//! `#[onloop::main]` and `#[onloop::test]`: async functions that run on a hub of their own.
//!
//! ```text
//! #[onloop::main(name = "house")]            fn main() -> Result<(), Error> {
//! async fn main(hub: Hub)                        async fn main(hub: Hub) -> Result<(), Error> { .. }  // a coroutine
//!     -> Result<(), Error> { .. }      ->        ::onloop::Hub::builder().name("house").run(async |hub| main(hub).await)
//!                                            }
//! ```
//!
//! The function itself goes through the engine as a coroutine, with all checks; the code around it starts the hub. If
//! the attribute is wrong, that is reported, and the function is still checked and emitted.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use super::misuse::{is_kind, misplaced};
use super::{Engine, Level};
use crate::rules::finding::Finding;
use crate::source::Place;
use crate::syntax::exemption;
use crate::syntax::item::{Attribute, Item};
use crate::syntax::kind::Kind;
use crate::syntax::tokens::is_word;

/// Which of the two it is, with what the library it is for was built with.
#[derive(Debug, Clone, Copy)]
pub enum Entry {
    /// `#[onloop::main]`.
    Main {
        /// Whether a hub can stop on signals.
        signals: bool,
    },
    /// `#[onloop::test]`.
    Test {
        /// Whether the clock can be paused.
        pauses: bool,
        /// Whether there is a trap.
        traps: bool,
    },
}

/// An argument: its name, what it stands for, and where it is known.
struct Argument {
    name: &'static str,
    form: Form,
    of: Of,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Word,
    Value,
    /// With a value or without.
    Either,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Both,
    Main,
    Test,
}

const ARGUMENTS: &[Argument] = &[
    Argument { name: "name", form: Form::Value, of: Of::Both },
    Argument { name: "executor_threads", form: Form::Value, of: Of::Both },
    Argument { name: "watch", form: Form::Either, of: Of::Both },
    Argument { name: "stop_on_signal", form: Form::Word, of: Of::Main },
    Argument { name: "start_paused", form: Form::Value, of: Of::Test },
    Argument { name: "trap", form: Form::Word, of: Of::Test },
];

impl Entry {
    fn word(self) -> &'static str {
        match self {
            Self::Main { .. } => "main",
            Self::Test { .. } => "test",
        }
    }

    /// What is said of an item that is no function with a body.
    fn goes_on_function(self) -> String {
        let word = self.word();
        let name = if word == "main" { "main" } else { "it_works" };
        format!(
            "`#[onloop::{word}]` needs an async function with a body\n\n  = help: write `async fn {name}(hub: onloop::Hub) \
             {{ .. }}`"
        )
    }

    fn is_on_method(self) -> String {
        format!(
            "`#[onloop::{}]` marks a function, and this is a method\n\n  = help: move it out of the `impl`",
            self.word(),
        )
    }

    fn has(self, argument: &Argument) -> bool {
        match self {
            Self::Main { .. } => argument.of != Of::Test,
            Self::Test { .. } => argument.of != Of::Main,
        }
    }

    fn known(self) -> String {
        let known = ARGUMENTS.iter().filter(|argument| self.has(argument)).map(|argument| match argument.form {
            Form::Word => format!("`{}`", argument.name),
            Form::Value => format!("`{} = ..`", argument.name),
            Form::Either => format!("`{0}` or `{0} = ..`", argument.name),
        });
        format!("the known arguments are {}", known.collect::<Vec<_>>().join(", "))
    }
}

/// The hub that the arguments describe.
#[derive(Default)]
struct Description {
    /// The calls on its builder.
    calls: TokenStream,
    /// What a test holds around it.
    guards: TokenStream,
}

impl Description {
    /// Reads the arguments. What is wrong with them is reported, and the rest of them counts.
    fn parse(entry: Entry, tokens: TokenStream, problems: &mut Vec<Finding>) -> Self {
        let mut description = Self::default();
        let Ok(list) = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated.parse2(tokens.clone()) else {
            problems.push(Finding::misuse(tokens, "expected a list of arguments", entry.known()));
            return description.paused_unless_said(entry, false, problems);
        };
        let mut seen = Vec::new();
        for given in list {
            let name = given.path().to_token_stream().to_string().replace(' ', "");
            let mut misuse = |message: String, help: String| {
                problems.push(Finding::misuse(given.to_token_stream(), message, help));
            };
            let Some(argument) = ARGUMENTS.iter().find(|argument| argument.name == name && entry.has(argument)) else {
                misuse(format!("`#[onloop::{}]` has no argument `{name}`", entry.word()), entry.known());
                continue;
            };
            if seen.contains(&argument.name) {
                misuse(format!("the argument `{name}` is given twice"), format!("write `{name}` once"));
                continue;
            }
            seen.push(argument.name);
            match (&given, argument.form) {
                (syn::Meta::Path(_), Form::Either) => description.add_watch(entry, None),
                (syn::Meta::NameValue(pair), Form::Either) => description.add_watch(entry, Some(&pair.value)),
                (syn::Meta::Path(_), Form::Word) => description.add_word(entry, &given, argument.name, problems),
                (syn::Meta::NameValue(pair), Form::Value) => {
                    let (call, value) = (&pair.path, &pair.value);
                    let lacks = matches!(entry, Entry::Test { pauses: false, .. }) && name == "start_paused";
                    // What is not to be paused needs nothing for it.
                    if !lacks {
                        description.calls.extend(quote! { .#call(#value) });
                    } else if value.to_token_stream().to_string() != "false" {
                        problems.push(lacks_feature(given.to_token_stream(), "test-util"));
                    }
                }
                (_, Form::Word) => misuse(format!("`{name}` takes no value"), format!("write `{name}` alone")),
                (_, Form::Value | Form::Either) => {
                    misuse(format!("`{name}` has no value"), format!("write `{name} = ..`"));
                }
            }
        }
        description.paused_unless_said(entry, seen.contains(&"start_paused"), problems)
    }

    /// The watch of the hub, or of the test. The threshold is a `Duration`.
    fn add_watch(&mut self, entry: Entry, threshold: Option<&syn::Expr>) {
        let threshold = threshold.map(|threshold| quote! { .threshold(#threshold) });
        let watch = quote! { ::onloop::watch() #threshold };
        match entry {
            Entry::Main { .. } => self.calls.extend(quote! { .watch(#watch) }),
            Entry::Test { .. } => self.guards.extend(quote! { let _no_stalls = #watch.fail_on_stall(); }),
        }
    }

    fn add_word(&mut self, entry: Entry, given: &syn::Meta, name: &str, problems: &mut Vec<Finding>) {
        match (name, entry) {
            ("trap", Entry::Test { traps: true, .. }) => {
                self.guards.extend(quote! { let _no_blocking = ::onloop::trap::fail_on_violation(); });
            }
            ("trap", _) => problems.push(lacks_feature(given.to_token_stream(), "trap")),
            (_, Entry::Main { signals: false }) => problems.push(lacks_feature(given.to_token_stream(), "signal")),
            _ => self.calls.extend(quote! { .stop_on_signal(true) }),
        }
    }

    fn paused_unless_said(mut self, entry: Entry, is_said: bool, problems: &mut Vec<Finding>) -> Self {
        match entry {
            Entry::Test { pauses: true, .. } if !is_said => self.calls.extend(quote! { .start_paused(true) }),
            Entry::Test { pauses: false, .. } if !is_said => {
                let at = TokenTree::Ident(Ident::new("test", Span::call_site()));
                let message = "`#[onloop::test]` pauses the clock, which needs the feature `test-util` of onloop";
                let help = "enable it under `[dev-dependencies]`: `onloop = { version = \"..\", features = \
                            [\"test-util\"] }`, or write `#[onloop::test(start_paused = false)]`";
                problems.push(Finding::misuse(at.into(), message, help));
            }
            _ => {}
        }
        self
    }
}

fn lacks_feature(at: TokenStream, feature: &str) -> Finding {
    let message = format!("this needs the feature `{feature}` of onloop");
    Finding::misuse(at, message, format!("enable it in `Cargo.toml`: `features = [\"{feature}\"]`"))
}

impl Engine {
    /// What `#[onloop::main]` or `#[onloop::test]` makes of its item.
    pub fn expand_entry(
        &mut self,
        entry: Entry,
        arguments: TokenStream,
        item: TokenStream,
        level: Level,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> TokenStream {
        let Ok(split) = Item::split(Kind::Coroutine, item.clone()) else {
            return misplaced(entry.goes_on_function(), item);
        };
        let mut problems = Vec::new();
        let Description { calls, guards } = Description::parse(entry, arguments, &mut problems);
        let takes = parameters(entry, &split, &mut problems);
        if let Takes::Itself = takes {
            return misplaced(entry.is_on_method(), item);
        }
        let is_sync = split.asyncness.is_none();
        if is_sync {
            let message = format!("`#[onloop::{}]` needs an async function, and this one is not `async`", entry.word());
            problems.push(Finding::misuse(split.keyword.to_token_stream(), message, "write `async fn`"));
        }
        let (outer, inner) = heads(&split);
        let (ours, theirs): (Vec<&Attribute>, Vec<&Attribute>) =
            split.attributes.iter().partition(|found| exemption::is_exemption(found) || is_kind(found));
        let (name, body) = (&split.name, &split.body);
        let function = quote! { #(#ours)* #inner #body };
        let function =
            if is_sync { function } else { self.expand(Kind::Coroutine, TokenStream::new(), function, level, place) };
        let is_fit = !matches!(takes, Takes::Others);
        let test = (is_fit && matches!(entry, Entry::Test { .. })).then(|| quote! { #[::core::prelude::v1::test] });
        let errors = problems.iter().map(Finding::statement);
        let awaited = (!is_sync).then(|| quote! { .await });
        let run = takes.run(&calls, name, awaited.as_ref());
        // Before the function: one for tests is not there in other builds.
        quote! {
            #(#errors)*
            #(#theirs)*
            #test
            #outer {
                #function
                #guards
                #run
            }
        }
    }
}

/// What the function takes.
enum Takes {
    /// The hub, by a parameter whose type stands there.
    Hub(Span),
    Nothing,
    /// `self`.
    Itself,
    /// What nobody would give.
    Others,
}

impl Takes {
    /// Runs the function on a hub that is built by these calls.
    fn run(&self, calls: &TokenStream, name: &Ident, awaited: Option<&TokenStream>) -> TokenStream {
        match self {
            Takes::Hub(at) => {
                // Where the parameter's type is another, it is shown there.
                let hub = quote_spanned! { *at => hub };
                quote! { ::onloop::Hub::builder() #calls .run(async |hub: ::onloop::Hub| #name(#hub) #awaited) }
            }
            Takes::Nothing => {
                quote! { ::onloop::Hub::builder() #calls .run(async |_: ::onloop::Hub| #name() #awaited) }
            }
            Takes::Itself | Takes::Others => quote! { ::core::unreachable!() },
        }
    }
}

fn parameters(entry: Entry, item: &Item, problems: &mut Vec<Finding>) -> Takes {
    let word = entry.word();
    if !item.generics.is_empty() {
        let message = format!("the function of `#[onloop::{word}]` cannot be generic");
        problems.push(Finding::misuse(item.generics.clone(), message, "remove the type parameters"));
        return Takes::Others;
    }
    // What does not parse the compiler tells.
    let Ok(inputs) = Punctuated::<syn::FnArg, syn::Token![,]>::parse_terminated.parse2(item.inputs.stream()) else {
        return Takes::Others;
    };
    let mut inputs = inputs.into_iter();
    let hub = match inputs.next() {
        None => return Takes::Nothing,
        Some(syn::FnArg::Typed(hub)) => hub,
        Some(syn::FnArg::Receiver(_)) => return Takes::Itself,
    };
    if let Some(second) = inputs.next() {
        let message = format!("the function of `#[onloop::{word}]` takes the hub or nothing");
        problems.push(Finding::misuse(
            second.to_token_stream(),
            message,
            "remove the others: nothing would be passed for them",
        ));
        return Takes::Others;
    }
    if let syn::Type::Reference(lent) = &*hub.ty {
        let help = format!("write `{}`", lent.elem.to_token_stream().to_string().replace(' ', ""));
        problems.push(Finding::misuse(hub.ty.to_token_stream(), "the hub is passed by value", help));
        return Takes::Others;
    }
    let first = hub.ty.into_token_stream().into_iter().next();
    Takes::Hub(first.map_or_else(Span::call_site, |token| token.span()))
}

/// The head of the function around: without `async`, and without parameters. And that of the one within: without what is
/// said to others about it.
fn heads(item: &Item) -> (TokenStream, TokenStream) {
    let (mut outer, mut inner, mut is_behind) = (Vec::new(), Vec::new(), false);
    let generics = item.inputs_at - item.generics.clone().into_iter().count()..item.inputs_at;
    for (at, token) in item.head.clone().into_iter().enumerate() {
        let is_async = !is_behind && is_word(&token, "async");
        is_behind |= is_word(&token, "fn");
        if is_async || is_behind {
            inner.push(token.clone());
        }
        if at == item.inputs_at {
            outer.push(TokenTree::Group(Group::new(proc_macro2::Delimiter::Parenthesis, TokenStream::new())));
        } else if !is_async && !generics.contains(&at) {
            outer.push(token);
        }
    }
    (outer.into_iter().collect(), inner.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Index;
    use crate::testing::Memory;

    const ALL: Entry = Entry::Test { pauses: true, traps: true };

    fn expand(entry: Entry, arguments: &str, item: &str) -> String {
        let index = Index::new(Box::new(Memory(Vec::new())), None, crate::source::Cfg::default());
        let mut engine = Engine::new(index).without_scopes();
        let (arguments, item) = (arguments.parse().unwrap(), item.parse().unwrap());
        engine.expand_entry(entry, arguments, item, Level::Error, &|_| None).to_string().replace(' ', "")
    }

    fn has(entry: Entry, arguments: &str, item: &str, expected: &str) {
        let expanded = expand(entry, arguments, item);
        assert!(expanded.contains(&expected.replace(' ', "")), "{expanded}");
    }

    #[test]
    fn a_function_becomes_a_hub_around_a_coroutine() {
        let main = Entry::Main { signals: true };
        let item = "#[doc = \"x\"] pub(crate) async fn main(hub: Hub) -> u8 { 1 }";
        has(main, "", item, "#[doc = \"x\"] pub(crate) fn main() -> u8 {");
        has(main, "", item, "async fn main(hub: Hub) -> u8");
        has(main, "name = \"a\", watch, stop_on_signal", item, "builder().name(\"a\").watch(::onloop::watch())");
        has(main, "stop_on_signal", item, ".stop_on_signal(true).run(async|hub:::onloop::Hub|main(hub).await)");
        has(ALL, "", "async fn t() {}", "#[::core::prelude::v1::test] fn t() {");
        has(ALL, "trap, watch", "async fn t() {}", "let _no_stalls = ::onloop::watch().fail_on_stall();");
        has(ALL, "watch = LIMIT", "async fn t() {}", "::onloop::watch().threshold(LIMIT).fail_on_stall();");
        has(main, "watch = LIMIT", item, ".watch(::onloop::watch().threshold(LIMIT))");
        has(ALL, "", "async fn t() {}", ".start_paused(true).run(");
        assert!(!expand(ALL, "start_paused = false", "async fn t() {}").contains("start_paused(true)"));
    }

    #[test]
    fn exemptions_stay_with_what_is_checked() {
        let item = "#[onloop::allow(blocking_call, reason = \"r\")] #[ignore] async fn t() { std::fs::read(\"a\"); }";
        let expanded = expand(ALL, "", item);
        assert!(expanded.starts_with("#[ignore]#[::core::prelude::v1::test]"), "{expanded}");
        assert!(!expanded.contains("compile_error"), "{expanded}");
    }

    #[test]
    fn each_mistake_is_told_and_the_function_is_there() {
        for (entry, arguments, item, told) in [
            (ALL, "", "fn t() {}", "isnot`async`"),
            (ALL, "", "async fn t(a: Hub, b: u8) {}", "thehubornothing"),
            (ALL, "", "async fn t<T>(a: T) {}", "cannotbegeneric"),
            (ALL, "", "async fn t(&self) {}", "thisisamethod"),
            (ALL, "stop_on_signal", "async fn t() {}", "noargument`stop_on_signal`"),
            (ALL, "name", "async fn t() {}", "hasnovalue"),
            (ALL, "trap = 1", "async fn t() {}", "takesnovalue"),
            (ALL, "watch(1)", "async fn t() {}", "hasnovalue"),
            (ALL, "watch, watch", "async fn t() {}", "giventwice"),
            (ALL, "=> 1", "async fn t() {}", "expectedalistofarguments"),
            (Entry::Test { pauses: false, traps: true }, "", "async fn t() {}", "`test-util`"),
            (Entry::Test { pauses: false, traps: true }, "start_paused = true", "async fn t() {}", "`test-util`"),
            (Entry::Test { pauses: true, traps: false }, "trap", "async fn t() {}", "feature`trap`"),
            (Entry::Main { signals: false }, "stop_on_signal", "async fn t() {}", "feature`signal`"),
            (ALL, "", "async fn t() { std::fs::read(\"a\"); }", "onloop::blocking_call"),
            (ALL, "", "struct T;", "needsanasyncfunction"),
        ] {
            let expanded = expand(entry, arguments, item);
            assert!(expanded.contains(told) && expanded.contains("compile_error"), "{item}: {expanded}");
            let is_there = expanded.contains(&item.replace(' ', "")) || expanded.contains("asyncfnt");
            assert!(is_there, "{item}: {expanded}");
        }
        assert!(
            !expand(Entry::Test { pauses: false, traps: true }, "start_paused = false", "async fn t() {}")
                .contains("compile_error")
        );
    }
}
