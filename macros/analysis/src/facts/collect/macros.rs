//! Macros: the argument syntax of common ones, and the code in the arguments.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{Parse, Parser as _};
use syn::punctuated::Punctuated;

use super::Collector;
use super::cloning::Cloning;
use super::live::Value;
use super::macro_args::{MacroArgument, Matches, Repeat, SelectArms};
use super::render::render_chain;
use super::shape::{AWAITING_MACROS, RETURNING_MACROS};
use crate::facts::model::{Callee, Fate, Form, RunsOn};
use crate::syntax::path::path_of;
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace, prelude_macro};
use crate::types::scope::Name;
use crate::types::ty::Type;

/// Macros whose body is that of a task that yields one value after another.
const STREAM_MACROS: &[&str] = &["stream", "try_stream"];

/// Macros whose arguments are not code that runs here.
const QUOTING_MACROS: &[&str] = &[
    "asm",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "env",
    "file",
    "global_asm",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "macro_rules",
    "module_path",
    "offset_of",
    "option_env",
    "parse_quote",
    "parse_quote_spanned",
    "quote",
    "quote_spanned",
    "stringify",
    "thread_local",
];

impl Collector<'_, '_> {
    pub(super) fn macro_call(&mut self, call: &syn::Macro, fate: Fate) -> Value {
        let written = path_of(&call.path);
        let name = written.segments.last().map(String::as_str).unwrap_or_default();
        if !RETURNING_MACROS.contains(&name) {
            self.leaves();
        }
        if QUOTING_MACROS.contains(&name) {
            return Value::default();
        }
        match self.scope.resolve(&written, Namespace::Macro) {
            Name::Def(Def::External(paths)) => {
                let mut callee = Some(Callee::External(paths));
                if name.starts_with("select") {
                    callee = callee.and_then(|callee| self.selecting(callee, &call.tokens));
                }
                if let Some(callee) = callee {
                    self.found(callee, Form::Macro, fate, written.to_string(), call.path.to_token_stream());
                }
            }
            Name::Def(Def::Function(own)) => {
                let shown = format!("{written}!");
                self.found(Callee::Local(None, Some(own)), Form::Macro, fate, shown, call.path.to_token_stream());
                // What it is given may run in a thread.
                if self.scope.hands_on(own) {
                    return Value::default();
                }
            }
            _ => {
                if let Some(path) = prelude_macro(&written) {
                    let callee = Callee::External([path.to_owned()].into());
                    self.found(callee, Form::Macro, fate, written.to_string(), call.path.to_token_stream());
                }
            }
        }
        if let Some(cloning) = Cloning::of(call) {
            return self.cloning(&cloning, RunsOn::Elsewhere, fate);
        }
        let awaits = AWAITING_MACROS.contains(&name);
        // What is thrown away in a vector is thrown away.
        let is_thrown_away = name == "vec" && matches!(fate, Fate::Discarded | Fate::Dropped);
        let fate = match awaits {
            true => Fate::Awaited,
            false if is_thrown_away => fate,
            false => Fate::Used,
        };
        if matches!(name, "write" | "writeln") {
            self.writes(call, name);
        }
        self.formats(call, name);
        let strange = usize::from(!awaits && !RETURNING_MACROS.contains(&name) && !name.contains("assert"));
        self.in_macros += 1;
        self.in_strange_macros += strange;
        let value = self.macro_body(call, name, fate, awaits);
        self.in_strange_macros -= strange;
        self.in_macros -= 1;
        value
    }

    /// What stands between the brackets of a macro. What has a syntax of its own is left alone.
    fn macro_body(&mut self, call: &syn::Macro, name: &str, fate: Fate, awaits: bool) -> Value {
        let tokens = || call.tokens.clone();
        if STREAM_MACROS.contains(&name)
            && let Ok(statements) = syn::Block::parse_within.parse2(without_await_in_for(tokens()))
        {
            self.task(&call.tokens, true, &statements);
            return Value::default();
        }
        if let Ok(arguments) = Punctuated::<MacroArgument, syn::Token![,]>::parse_terminated.parse2(tokens()) {
            if !awaits {
                return self.macro_arguments(name, arguments, fate);
            }
            // The futures are kept in variables of the macro; the temporaries that made them are gone.
            self.live.begin();
            arguments.iter().for_each(|argument| self.consumed(&argument.0, fate));
            self.live.end(Value::default());
            self.crosses(&format!("{name}!(..)"));
        } else if let Ok(arms) = SelectArms::parse.parse2(tokens()) {
            self.select(name, &arms);
        } else if let ("matches", Ok(matches)) = (name, Matches::parse.parse2(tokens())) {
            self.expression(&matches.0, Fate::Used);
            self.scope.open();
            self.maybe(matches.1.as_ref());
            self.scope.close();
        } else if let Ok(repeat) = Repeat::parse.parse2(tokens()) {
            self.consumed(&repeat.0, Fate::Used);
        } else if let Ok(statements) = syn::Block::parse_within.parse2(tokens()) {
            let value = self.block(&statements, Fate::Used);
            self.live.consume(&value);
        }
        Value::default()
    }

    /// The arguments of a macro that is like a function.
    fn macro_arguments(
        &mut self,
        name: &str,
        arguments: Punctuated<MacroArgument, syn::Token![,]>,
        fate: Fate,
    ) -> Value {
        let arguments: Vec<_> = arguments.into_iter().map(|argument| argument.0).collect();
        match name {
            "dbg" if arguments.len() == 1 => self.expression(&arguments[0], fate),
            "vec" => self.elements(arguments.iter(), fate),
            // They only look at variables.
            _ if RETURNING_MACROS.contains(&name) || name.contains("assert") => {
                self.compares(name, &arguments);
                // What they make of their arguments stands in a block of its own, but for those that give it away.
                let is_block = !matches!(name, "format_args" | "write" | "writeln");
                if is_block {
                    self.live.begin();
                }
                // `if !condition { panic!(..) }`
                let has_condition = matches!(name, "assert" | "debug_assert" | "ensure");
                for (n, argument) in arguments.iter().enumerate() {
                    match argument {
                        condition if has_condition && n == 0 && !matches!(condition, syn::Expr::Path(_)) => {
                            self.live.begin();
                            let value = self.expression(condition, fate);
                            self.live.consume(&value);
                            self.live.end(Value::default());
                        }
                        syn::Expr::Path(path) => {
                            self.running(RunsOn::Elsewhere, |this| this.path(path, Form::Value, fate));
                        }
                        _ => {
                            self.expression(argument, fate);
                        }
                    }
                }
                if is_block {
                    self.live.end(Value::default());
                }
                Value::default()
            }
            _ => {
                for argument in &arguments {
                    self.consumed(argument, fate);
                }
                Value::default()
            }
        }
    }

    /// `writeln!(file, ..)` writes where `file` does.
    fn writes(&mut self, call: &syn::Macro, name: &str) {
        let arguments = Punctuated::<MacroArgument, syn::Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let Ok(arguments) = arguments else { return };
        let Some(MacroArgument(target)) = arguments.first() else { return };
        let of = infer::type_of(&mut self.scope, target);
        let callee = match lookup::method(&mut self.scope, &of, "write_all") {
            Method::Blocks(entry) => Some(Callee::Method(entry)),
            Method::Unknown if of.bare() == Type::Unknown => self.suspect("write_fmt", target, 1),
            _ => None,
        };
        if let Some(callee) = callee {
            let written = format!("{name}!({}, ..)", render_chain(target));
            self.found(callee, Form::Called, Fate::Used, written, call.path.to_token_stream());
        }
    }
}

/// `for await x in stream`, as a loop that the parser knows.
fn without_await_in_for(tokens: TokenStream) -> TokenStream {
    let mut after_for = false;
    let kept = tokens.into_iter().filter_map(|token| {
        let was_after_for =
            std::mem::replace(&mut after_for, matches!(&token, TokenTree::Ident(word) if word == "for"));
        match token {
            TokenTree::Ident(word) if was_after_for && word == "await" => None,
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), without_await_in_for(group.stream()));
                inside.set_span(group.span());
                Some(TokenTree::Group(inside))
            }
            token => Some(token),
        }
    });
    kept.collect()
}
