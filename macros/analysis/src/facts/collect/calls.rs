//! Calls of functions: what is called, what it does with its arguments, and what happens to its value.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;

use super::Collector;
use super::around::ClosuresUnder;
use super::closure_args::{ClosureArgs, closure_args};
use super::live::Value;
use super::ready::is_told_to_wait;
use super::render::{render_chain, written, written_method};
use super::shape::{EXITS, is_drop, is_run_where_called, is_shared, is_wrapper};
use crate::facts::closures::Argument;
use crate::facts::locks::HeldAround;
use crate::facts::model::{Callee, Context, Fate, Form, RunsOn};
use crate::knowledge::catalogue::{self, Exempting};
use crate::knowledge::keepers;
use crate::source::FunctionId;
use crate::syntax::exemption::Exemption;
use crate::syntax::kind::Kind;
use crate::syntax::path::path_of;
use crate::syntax::point;
use crate::types::blocks;
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::methods;
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

impl Collector<'_, '_> {
    pub(super) fn call(&mut self, call: &syn::ExprCall, fate: Fate) -> Value {
        if call.args.len() == 1 && is_wrapper(&call.func) {
            return self.wraps(call, RunsOn::Elsewhere, fate);
        }
        let mut function = &*call.func;
        while let syn::Expr::Paren(syn::ExprParen { expr: inner, .. })
        | syn::Expr::Group(syn::ExprGroup { expr: inner, .. }) = function
        {
            function = inner;
        }
        match function {
            syn::Expr::Path(path) => return self.call_of_path(call, path, fate),
            syn::Expr::Closure(closure) => self.closure(closure),
            _ => self.expression(function, Fate::Used),
        };
        // It may be a closure that does not return.
        self.leaves();
        self.arguments(&call.args, ClosureArgs::Unknown, Fate::Used);
        Value::default()
    }

    /// `function(..)`
    fn call_of_path(&mut self, call: &syn::ExprCall, path: &syn::ExprPath, fate: Fate) -> Value {
        let callee = self.of_argument(path, call).or_else(|| self.callee(path, Namespace::Value));
        let name = path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
        self.sees_call(path, callee.as_ref(), fate);
        let is_variable = callee.is_none() && self.is_variable(&path.path);
        // Of a closure in a variable nothing is known.
        let closure_args = if is_variable {
            ClosureArgs::Elsewhere
        } else {
            closure_args(self.scope.known(), callee.as_ref(), &name, fate, false)
        };
        self.may_exit(callee.as_ref(), is_variable);
        self.limits(callee.as_ref(), call, path.to_token_stream());
        self.loses_by_call(callee.as_ref(), fate, path.to_token_stream());
        let drops =
            is_drop(&path_of(&path.path)) && callee.as_ref().is_none_or(|callee| callee.is_any(&["std::mem::drop"]));
        self.takes_from_place(callee.as_ref(), call);
        let makes = self.makes(callee.as_ref(), path);
        let own = match &callee {
            Some(Callee::Local(_, own)) => *own,
            _ => None,
        };
        let around = callee.as_ref().and_then(holds);
        let mut last = None;
        if let Some(callee) = callee.filter(|callee| !self.has_no_time(callee, &name, call)) {
            self.found_function(callee, call, path, fate);
            last = self.model.uses.len().checked_sub(1).filter(|_| around.is_none());
        }
        self.implied_by_call(call, path);
        self.expects_in_arguments(own, &Type::Unknown, &call.args);
        self.tasks_in(&name, &call.args);
        let fate_of_values = if drops { Fate::Dropped } else { Fate::Used };
        let given = self.given_to_arguments(own, &name, call);
        let under = own.map_or_else(ClosuresUnder::lazy, |own| self.closures_of_own(own, None, &call.args));
        let mut values = self.values_under(under, &call.args, closure_args, fate_of_values, given);
        if is_variable {
            self.runs_parameter(&path.path);
        }
        if name == "from_iter" {
            self.takes_from(call.args.first());
        }
        // `BufReader::new(File::open(path)?)` goes on where its argument ends.
        let held = around.and_then(|number| call.args.get(number)).and_then(|argument| self.last_in(argument));
        self.ends_chain(call, last.or(held));
        let held_of_own = own.and_then(|own| self.given_by_function(call, own));
        let given = self.made(makes, path, &mut values, fate);
        if let Some(held) = held_of_own {
            self.live.hold(&given, &held);
        }
        if drops {
            self.falls_by_drop(call, &values);
        }
        for value in &values {
            self.live.consume(value);
        }
        if let (Some(function), Some(last)) = (own, path.path.segments.last()) {
            self.passes(function, None, &call.args, &last.ident, fate);
        }
        given
    }

    /// `std::mem::take(&mut place)`
    fn takes_from_place(&mut self, callee: Option<&Callee>, call: &syn::ExprCall) {
        if let (Some(callee), Some(place)) = (callee, call.args.first())
            && callee.is_any(&["std::mem::replace", "std::mem::take"])
        {
            self.looked_into(place);
            let syn::Expr::Reference(inner) = place else { return };
            self.disarms(&inner.expr);
        }
    }

    fn is_variable(&mut self, path: &syn::Path) -> bool {
        matches!(self.scope.resolve(&path_of(path), Namespace::Value), Name::Variable(_))
    }

    /// What the closures that a function is called with are given.
    fn given_to_arguments(&mut self, own: Option<FunctionId>, name: &str, call: &syn::ExprCall) -> Vec<Vec<Type>> {
        if let Some(own) = own {
            return methods::given_by_local(&mut self.scope, own, &Type::Unknown, call.args.len());
        }
        let given = methods::given_by_function(&mut self.scope, name, call, infer::type_of);
        methods::given_to_last(given, call.args.len())
    }

    /// A function is called that may be one which does not come back.
    fn may_exit(&mut self, callee: Option<&Callee>, is_variable: bool) {
        let exits = match callee {
            Some(Callee::Local(_, Some(own))) => self.scope.never_returns(*own),
            Some(callee) => callee.is_any(EXITS),
            // A closure in a variable may not return.
            None => is_variable,
        };
        if exits {
            self.leaves();
            if callee.is_some() {
                self.live.never_falls();
            }
        }
    }

    /// `let _ = hub.bus().listen(..)`: what a method gives ends when it is dropped.
    pub(super) fn ends_at_once(&mut self, call: &syn::ExprMethodCall, receiver: &Type, fate: Fate) {
        let of = match receiver.bare() {
            Type::External(paths, _) => paths.first().cloned(),
            Type::Unknown => None,
            _ => return,
        };
        let made_by = match &*call.receiver {
            syn::Expr::MethodCall(made) => Some(made.method.unraw().to_string()),
            syn::Expr::Call(made) => match &*made.func {
                syn::Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
                _ => None,
            },
            _ => None,
        };
        let ends = keepers::method(&call.method.unraw().to_string(), of.as_deref(), made_by.as_deref());
        if let Some(ends) = ends.filter(|_| matches!(fate, Fate::Discarded | Fate::Dropped)) {
            self.drops_what(Some(ends), Some(format!("{}(..)", written_method(call))), call.method.to_token_stream());
        }
    }

    /// `list.extend(iterator)`: all that an argument gives is taken.
    pub(super) fn takes_from(&mut self, argument: Option<&syn::Expr>) {
        let Some(iterator) = argument else { return };
        let of = infer::type_of(&mut self.scope, iterator);
        self.takes_all(iterator, &of);
        if let Some(entry) = self.waits_for_each_of(&of) {
            let (written, tokens) = (render_chain(iterator), iterator.to_token_stream());
            let before = self.last_in(iterator);
            self.found(Callee::Method(entry), Form::Called, Fate::Used, written, tokens);
            self.last_follows(before);
        }
    }

    /// `Box::new(value)`, `Some(value)`, `Ok(value)`
    pub(super) fn wraps(&mut self, call: &syn::ExprCall, place: RunsOn, fate: Fate) -> Value {
        // What is thrown away in a box is thrown away.
        let fate = if matches!(fate, Fate::Discarded | Fate::Dropped) { fate } else { Fate::Used };
        let value = self.value(&call.args[0], place, fate);
        let is_some = matches!(&*call.func, syn::Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Some" || last.ident == "Ok"));
        let value = if is_shared(&call.func) { self.live.shared(value) } else { value };
        if is_some { self.live.wrapped(value) } else { value }
    }

    /// The arguments of a call, where closures and functions are `handed` on.
    fn arguments(&mut self, arguments: &Punctuated<syn::Expr, syn::Token![,]>, closure_args: ClosureArgs, fate: Fate) {
        for value in self.values(arguments, closure_args, fate, Vec::new()) {
            self.live.consume(&value);
        }
    }

    /// The same, where it is known what is held while closures among them run.
    pub(super) fn values_under(
        &mut self,
        under: ClosuresUnder,
        arguments: &Punctuated<syn::Expr, syn::Token![,]>,
        closure_args: ClosureArgs,
        fate: Fate,
        given: Vec<Vec<Type>>,
    ) -> Vec<Value> {
        let outer = std::mem::replace(&mut self.closures_under, under);
        let values = self.values(arguments, closure_args, fate, given);
        self.closures_under = outer;
        values
    }

    /// The same, where some may be closures whose argument types are known.
    pub(super) fn values(
        &mut self,
        arguments: &Punctuated<syn::Expr, syn::Token![,]>,
        closure_args: ClosureArgs,
        fate: Fate,
        mut given: Vec<Vec<Type>>,
    ) -> Vec<Value> {
        let value = |(number, argument)| {
            if let ClosureArgs::Exempt(Exempting { closure, reason }) = closure_args
                && number == closure
            {
                return self.exempt_closure(argument, arguments.get(reason));
            }
            let place = match closure_args {
                ClosureArgs::Elsewhere => RunsOn::Elsewhere,
                ClosureArgs::At(place) => place,
                ClosureArgs::Unknown if self.place == RunsOn::Loop => RunsOn::Likely,
                ClosureArgs::Called | ClosureArgs::Unknown | ClosureArgs::Exempt(_) => self.place,
                ClosureArgs::Local { of, is_method } => {
                    self.closures.given(self.place, Argument { of, number, is_method, is_future: false })
                }
            };
            self.given = given.get_mut(number).map(std::mem::take).unwrap_or_default();
            self.around = self.around_argument(argument, number, closure_args);
            let value = self.value(argument, place, fate);
            self.given.clear();
            self.around = HeldAround::default();
            value
        };
        arguments.iter().enumerate().map(value).collect()
    }

    /// A closure that is run here, with a reason why it may block.
    fn exempt_closure(&mut self, argument: &syn::Expr, reason: Option<&syn::Expr>) -> Value {
        let before = self.context.clone();
        // The second time it is known.
        if !self.again {
            self.context.exemptions.push(self.exemptions.len());
            self.exemptions.push(Exemption::by_call(reason));
        }
        let mut closure = argument;
        while let syn::Expr::Paren(syn::ExprParen { expr: inner, .. })
        | syn::Expr::Group(syn::ExprGroup { expr: inner, .. }) = closure
        {
            closure = inner;
        }
        let value = match closure {
            syn::Expr::Closure(inner) if is_run_where_called(inner) => {
                if self.place != RunsOn::Elsewhere {
                    self.allow_lint(RunsOn::Elsewhere, || point::around(&inner.body));
                }
                self.lint_allowed_around.push(RunsOn::Elsewhere);
                let value = self.value(closure, self.place, Fate::Used);
                self.lint_allowed_around.pop();
                value
            }
            // What is in a variable, or is a function, does not stand here. Of what makes the closure nothing is exempt.
            _ => {
                self.context.exemptions.clone_from(&before.exemptions);
                self.value(argument, RunsOn::Elsewhere, Fate::Used)
            }
        };
        self.context = Context { order: self.context.order, ..before };
        value
    }

    /// Notes the use that a function is.
    fn found_function(&mut self, callee: Callee, call: &syn::ExprCall, path: &syn::ExprPath, fate: Fate) {
        let name = path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
        let callee = self.on_receiver(callee, call, &name, fate);
        let callee = self.on_streams(callee, call);
        self.thrown_away(&callee, fate, format!("{}(..)", written(path)), path.to_token_stream());
        if let (Callee::External(paths), Fate::Discarded | Fate::Dropped) = (&callee, fate)
            && let Some(ends) = paths.iter().find_map(|path| keepers::function(path))
        {
            self.drops_what(Some(ends), Some(format!("{}(..)", written(path))), path.to_token_stream());
        }
        let written = match self.called_for_body(path) {
            Some(function) => self.scope.index().function(function).name.clone(),
            None => written(path),
        };
        self.found(callee, Form::Called, fate, written, path.to_token_stream());
        self.last_has_arguments(!call.args.is_empty());
    }

    /// `Trait::method(value, ..)` of a trait of this crate: what it is for the type of the value, if that is known.
    fn of_argument(&mut self, path: &syn::ExprPath, call: &syn::ExprCall) -> Option<Callee> {
        let mut of = path_of(&path.path);
        let name = of.segments.pop().filter(|_| path.qself.is_none() && !of.segments.is_empty())?;
        let Name::Def(found @ Def::Type(..)) = self.scope.resolve(&of, Namespace::Type) else { return None };
        let Def::Type(module, of_trait) = &found else { return None };
        let value = call.args.first().filter(|_| self.scope.is_trait(*module, of_trait))?;
        let function = match infer::type_of(&mut self.scope, value).bare() {
            Type::Local(of, is, _) => self.scope.method(of, &is, &name, Some(of_trait))?,
            is => self.scope.given_to(&is, &name, Some(&found))?,
        };
        Some(Callee::Local(self.scope.kind_of(function), Some(function)))
    }

    /// `Read::read(&mut file, ..)`: a method of a trait is judged by its first argument.
    fn on_receiver(&mut self, callee: Callee, call: &syn::ExprCall, name: &str, fate: Fate) -> Callee {
        let Callee::External(paths) = &callee else { return callee };
        let project = &self.scope.known().project;
        let is_of_trait = paths.iter().any(|path| project.call(path).is_some_and(|entry| entry.needs_receiver()));
        let Some(receiver) = call.args.first().filter(|_| is_of_trait) else { return callee };
        let of = infer::type_of(&mut self.scope, receiver);
        match lookup::method(&mut self.scope, &of, name) {
            Method::Blocks(entry) => Callee::Method(entry),
            Method::Unknown if fate != Fate::Awaited && of.bare() == Type::Unknown => {
                let mut receiver = receiver;
                while let syn::Expr::Reference(inner) = receiver {
                    receiver = &inner.expr;
                }
                self.suspect(name, receiver, call.args.len() - 1).unwrap_or(callee)
            }
            Method::Local(_) | Method::Declared(_) | Method::Fine | Method::Unknown => callee,
        }
    }

    /// `std::io::copy(&mut file, ..)`: a function that reads or writes blocks where its arguments do.
    fn on_streams(&mut self, callee: Callee, call: &syn::ExprCall) -> Callee {
        let Some(entry) =
            callee.entry(&self.scope.known().project).filter(|entry| entry.certainty != catalogue::Certainty::Always)
        else {
            return callee;
        };
        if is_told_to_wait(entry.path, call) {
            return Callee::Method(catalogue::Entry { certainty: catalogue::Certainty::Always, ..entry });
        }
        let mut streams = entry.streams().filter_map(|number| call.args.get(number));
        if streams.any(|stream| {
            let of = infer::type_of(&mut self.scope, stream);
            blocks::blocks_as_stream(&self.scope, &of)
        }) {
            return Callee::Method(catalogue::Entry { certainty: catalogue::Certainty::Always, ..entry });
        }
        callee
    }

    /// Notes a future that is made and thrown away.
    pub(super) fn thrown_away(&mut self, callee: &Callee, fate: Fate, written: String, tokens: TokenStream) {
        // `drop(f())` of a function that is not `async` itself may be there for what that does at once.
        let is_async = |this: &Self| match callee {
            Callee::Local(_, Some(function)) => this.scope.index().function(*function).is_async,
            _ => false,
        };
        let is_listed = matches!(callee, Callee::External(paths) if paths.iter().any(|path| catalogue::is_async(path)));
        let makes_future = (matches!(fate, Fate::Dropped | Fate::Forgotten) && is_async(self))
            || fate == Fate::Forgotten && is_listed
            || fate == Fate::Discarded
                && match callee {
                    Callee::Local(marker, Some(function)) => {
                        *marker == Some(Kind::Coroutine)
                            || self.scope.index().function(*function).is_async
                            || self.scope.returns_future(*function)
                    }
                    Callee::External(_) => is_listed,
                    Callee::Local(_, None) | Callee::Method(_) | Callee::Named(_) | Callee::Suspect(_) => false,
                };
        if makes_future {
            self.drops(Some(written), tokens);
        }
    }
}

/// The argument that what a function makes is around.
fn holds(callee: &Callee) -> Option<usize> {
    let Callee::External(paths) = callee else { return None };
    let mut made = paths.iter().flat_map(|path| catalogue::made_by(path).to_vec());
    made.find_map(|(_, makes)| if let catalogue::Makes::Around(number) = makes { Some(number) } else { None })
}
