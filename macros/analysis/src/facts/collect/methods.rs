//! Calls of methods.

use super::Collector;
use super::around::ClosuresUnder;
use super::closure_args::{ClosureArgs, closure_args};
use super::live::{PlaceExpr, Value};
use super::parts::sends;
use super::render::written_method;
use super::shape::{is_passed_on, root_of};
use crate::facts::locks::Held;
use crate::facts::model::{Callee, Fate, Form, RunsOn};
use crate::knowledge::catalogue;
use crate::source::FunctionId;
use crate::syntax::kind::Kind;
use crate::syntax::path::Path;
use crate::syntax::type_ref::TypeRef;
use crate::types::guards::{self, Guarded};
use crate::types::infer;
use crate::types::iterate;
use crate::types::locks::Taking;
use crate::types::lookup::{self, Method};
use crate::types::methods;
use crate::types::ty::Type;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;

/// What a method does with locks.
struct Locked {
    /// The lock that it takes.
    taking: Option<(Taking, Held)>,
    /// The same of a method of the crate.
    held_of_own: Option<Held>,
    /// The guard that it gives.
    makes: Option<(Guarded, usize)>,
}

/// What a method is called on.
struct Receiver {
    place_expr: Option<PlaceExpr>,
    /// What the method makes of the guards in it.
    given: Value,
    /// The locks of guards that are in an `Option` or `Result`.
    held_inside: Vec<Held>,
    /// The lock of the guard that it is: a guard that the method makes of that one holds it on.
    passed_on: Option<Held>,
}

/// What keeps the guards among the arguments of a method.
enum Kept {
    Nothing,
    /// The collection that it is called on.
    ByReceiver,
    /// What it gives.
    InValue(Value),
}

impl Collector<'_, '_> {
    pub(super) fn method_call(&mut self, call: &syn::ExprMethodCall, fate: Fate) -> Value {
        let name = call.method.unraw().to_string();
        let lazy = self.lazy.take();
        self.lazy = lazy.filter(|_| is_passed_on(&call.receiver));
        let Receiver { place_expr, given, held_inside, passed_on } = self.receiver(call, &name, fate);
        let receiver = infer::type_of(&mut self.scope, &call.receiver);
        let (callee, declared) = self.callee_of_method(&receiver, call, &name, fate);
        self.sees_method(call, &receiver, callee.as_ref(), fate);
        let own = if let Some(Callee::Local(_, own)) = &callee { *own } else { None };
        if matches!(name.as_str(), "unwrap" | "expect") || own.is_some_and(|own| self.scope.never_returns(own)) {
            self.leaves();
        }
        // What a trait declares has no body that tells.
        let known = callee.as_ref().filter(|_| declared.is_none());
        let closure_args = self.closure_args_of_method(&receiver, known, &name, lazy, fate);
        self.ready.called(&name, root_of(&call.receiver), call.args.first());
        self.throws_away(call, &receiver, declared, fate);
        let Locked { taking, held_of_own, makes } = self.locked(call, &receiver.bare(), own, fate);
        let mut last = self.last_in(&call.receiver);
        self.takes_receiver(place_expr.as_ref(), &receiver, own, &name);
        self.falls_by_method(call);
        self.asks_or_empties(call);
        self.starts_task(call, &receiver, fate);
        self.loses_by_method(call, &receiver, callee.as_ref(), fate);
        self.ends_set(call);
        if let Some(callee) = callee.filter(|callee| !self.is_at_once(callee, call)) {
            self.found_method(callee, call, fate);
            self.last_follows(last);
            last = self.model.uses.len().checked_sub(1);
        }
        self.ends_chain(call, last);
        self.implied_by_method(call, &receiver, own);
        self.expects_in_arguments(own, &receiver, &call.args);
        self.tasks_in(&name, &call.args);
        let given_to_closure = self.given_to_closures(&receiver, own, call);
        let under = match own {
            Some(own) => self.closures_of_own(own, Some(&call.receiver), &call.args),
            None => self.closures_of_method(call, &receiver, held_inside, taking.as_ref()),
        };
        let values = self.arguments_of_method(call, under, closure_args, given_to_closure);
        let held = taking.map(|(taking, held)| self.has_taken(taking, held, &call.method)).or(held_of_own);
        let held = held.or_else(|| passed_on.filter(|_| guards::given(&receiver, &name).is_some()));
        if name == "extend" {
            self.takes_from(call.args.first());
        }
        match self.kept(place_expr.as_ref(), &receiver, &name, &values) {
            Kept::ByReceiver => return given,
            Kept::InValue(value) => return value,
            Kept::Nothing => {}
        }
        if let Some(function) = own {
            self.passes(function, Some(&call.receiver), &call.args, &call.method, fate);
        }
        match makes {
            Some(guard) if fate != Fate::Awaited => self.new_guard(call, guard, held.as_ref()),
            _ => given,
        }
    }

    fn arguments_of_method(
        &mut self,
        call: &syn::ExprMethodCall,
        under: ClosuresUnder,
        closure_args: ClosureArgs,
        given: Vec<Vec<Type>>,
    ) -> Vec<Value> {
        let has_finished = usize::from(self.gives_finished(&call.receiver));
        self.ready.finished += has_finished;
        self.takes_given = call.method == "flat_map" && matches!(call.args.first(), Some(syn::Expr::Closure(_)));
        let values = self.values_under(under, &call.args, closure_args, Fate::Used, given);
        self.ready.finished -= has_finished;
        values
    }

    /// What the closures that a method is called with are given.
    fn given_to_closures(
        &mut self,
        receiver: &Type,
        own: Option<FunctionId>,
        call: &syn::ExprMethodCall,
    ) -> Vec<Vec<Type>> {
        match (own, call.args.last()) {
            (Some(own), Some(_)) => methods::given_by_local(&mut self.scope, own, &receiver.bare(), call.args.len()),
            (None, Some(syn::Expr::Closure(_))) => {
                let given = methods::given_to_closure(&mut self.scope, receiver, call, infer::type_of);
                methods::given_to_last(given, call.args.len())
            }
            _ => Vec::new(),
        }
    }

    fn new_guard(&mut self, call: &syn::ExprMethodCall, guard: (Guarded, usize), held: Option<&Held>) -> Value {
        let context = self.next_context();
        let value = self.live.take_up(guard, call.method.to_token_stream(), context);
        if let Some(held) = held {
            self.live.hold(&value, held);
        }
        value
    }

    /// What a method does with the closures that it is given.
    fn closure_args_of_method(
        &mut self,
        receiver: &Type,
        callee: Option<&Callee>,
        name: &str,
        lazy: Option<RunsOn>,
        fate: Fate,
    ) -> ClosureArgs {
        match lazy {
            Some(place) if iterate::passes_on(name) => ClosureArgs::At(place),
            _ if self.scope.known().method_runs_elsewhere(&receiver.bare(), name) => ClosureArgs::Elsewhere,
            _ if sends(name) && !matches!(callee, Some(Callee::Local(..))) => ClosureArgs::At(self.in_a_channel()),
            _ => closure_args(self.scope.known(), callee, name, fate, true),
        }
    }

    /// A method of the crate that takes `self` takes the guards in its receiver with it; another one may leave nothing to
    /// wait for.
    fn takes_receiver(&mut self, place_expr: Option<&PlaceExpr>, receiver: &Type, own: Option<FunctionId>, name: &str) {
        let Some(place_expr) = place_expr else { return };
        if own.is_some_and(|own| self.scope.takes_self(own)) {
            let taken = self.live.take(place_expr);
            self.live.consume(&taken);
        }
        if self.live.is_falling(place_expr) && self.is_let_go(place_expr, receiver, own, name) {
            self.live.let_go(place_expr);
        }
    }

    /// What becomes of the guards among the arguments.
    fn kept(&mut self, place_expr: Option<&PlaceExpr>, receiver: &Type, name: &str, values: &[Value]) -> Kept {
        match (place_expr, name) {
            (Some(place_expr), "insert" | "push" | "push_back" | "push_front") if lookup::is_collection(receiver) => {
                for value in values {
                    self.live.collect(place_expr, value);
                }
                Kept::ByReceiver
            }
            // `guard = condvar.wait(guard).unwrap()`
            (_, "wait" | "wait_while") if receiver.bare().is("std::sync::Condvar") && !values.is_empty() => {
                Kept::InValue(self.live.wrapped(values[0].clone()))
            }
            _ => {
                for value in values {
                    self.live.consume(value);
                }
                Kept::Nothing
            }
        }
    }

    /// Walks the receiver: the place that it names, and what the method makes of the guards in it.
    fn receiver(&mut self, call: &syn::ExprMethodCall, name: &str, fate: Fate) -> Receiver {
        self.changes_receiver(call, name);
        self.drops_each(call, fate);
        if name == "set" {
            self.is_filled_by_hand(&call.receiver);
        }
        let value = match Self::fate_of_receiver(call, fate) {
            Fate::Discarded => self.expression(&call.receiver, Fate::Discarded),
            _ => self.operand(&call.receiver),
        };
        self.lazy = None;
        let place_expr = self.live.place_expr(&call.receiver);
        let there = place_expr.as_ref().map_or_else(|| value.clone(), |place_expr| self.live.look(place_expr));
        let held_inside = self.held_by_what_is_given(&there, name);
        let passed_on = self.live.held_itself(&there);
        let given = match &place_expr {
            Some(place_expr) => self.live.method_on(place_expr, name),
            None => self.live.method(value, name),
        };
        Receiver { place_expr, given, held_inside, passed_on }
    }

    /// The lock that a method takes, and the guard that it gives.
    fn locked(&mut self, call: &syn::ExprMethodCall, of: &Type, own: Option<FunctionId>, fate: Fate) -> Locked {
        if let Some(own) = own {
            let is_async = self.scope.index().function(own).is_async;
            let held = if is_async { None } else { self.takes_lock_of_own(call, own) };
            return Locked { taking: None, held_of_own: held, makes: self.given_by(own) };
        }
        let guard = guards::given(of, &call.method.unraw().to_string());
        let makes = guard.and_then(|is| guards::guarded(self.scope.known(), &is));
        Locked { taking: self.takes_lock(call, of, fate), held_of_own: None, makes }
    }

    /// What a method is; if that is not known, the declaration in a trait of this crate.
    pub(super) fn callee_of_method(
        &mut self,
        receiver: &Type,
        call: &syn::ExprMethodCall,
        name: &str,
        fate: Fate,
    ) -> (Option<Callee>, Option<FunctionId>) {
        let callee = match lookup::method(&mut self.scope, receiver, name) {
            // One of several types, unknown which: the name has to do.
            Method::Blocks(entry) if receiver.is_ambiguous() => Some(Callee::Named(entry)),
            Method::Blocks(entry) => Some(Callee::Method(entry)),
            Method::Local(function) => Some(Callee::Local(self.scope.kind_of(function), Some(function))),
            Method::Fine => None,
            Method::Declared(function) => return (self.callee_of_declared(function), Some(function)),
            Method::Unknown => match self.scope.known().project.proven_by_name(name) {
                Some(entry) => Some(Callee::Named(entry)),
                None if fate != Fate::Awaited && lookup::resolving(&self.scope, receiver, name).is_some() => {
                    lookup::resolving(&self.scope, receiver, name).map(Callee::Named)
                }
                None if fate != Fate::Awaited && self.told_by_argument(name, call).is_some() => {
                    self.told_by_argument(name, call).map(Callee::Method)
                }
                None if fate == Fate::Awaited || receiver.bare() != Type::Unknown => None,
                None if iterate::takes(name) => {
                    let made = self.suspect_iterator(&call.receiver);
                    made.or_else(|| self.suspect(name, &call.receiver, call.args.len()))
                }
                None => self.suspect(name, &call.receiver, call.args.len()),
            },
        };
        (callee, None)
    }

    /// `S::load`, where `S` is a type parameter with a trait of the crate.
    pub(super) fn callee_of_parameter(&mut self, path: &Path) -> Option<Callee> {
        let [of, name] = &path.segments[..] else { return None };
        let of = Path { absolute: false, segments: vec![of.clone()] };
        let is = self.scope.type_of_written(&TypeRef::Path(of, Vec::new()));
        if !matches!(is, Type::Traits(_)) {
            return None;
        }
        match lookup::method(&mut self.scope, &is, name) {
            Method::Local(function) => Some(Callee::Local(self.scope.kind_of(function), Some(function))),
            Method::Declared(function) => self.callee_of_declared(function),
            _ => None,
        }
    }

    /// `query.load(&mut connection)`, where the text does not tell what the query is.
    fn told_by_argument(&mut self, name: &str, call: &syn::ExprMethodCall) -> Option<catalogue::Entry> {
        if call.args.len() != 1 || !self.scope.known().project.named(name).any(|entry| entry.given().next().is_some()) {
            return None;
        }
        let given = infer::type_of(&mut self.scope, &call.args[0]);
        lookup::told_by_argument(&self.scope, name, &given)
    }

    /// A method that a trait of the crate declares, of whatever type: it blocks if it is marked so, or if it does on each
    /// type. What makes a future is not followed.
    fn callee_of_declared(&mut self, function: FunctionId) -> Option<Callee> {
        let kind = self.scope.kind_of(function);
        let declared = self.scope.index().function(function);
        let is_followed = kind.is_none_or(|kind| kind == Kind::Blocking);
        let function = if declared.body.is_some() { function.of_any_type() } else { function };
        let makes_future = declared.is_async || self.scope.returns_future(function);
        (is_followed && !makes_future).then_some(Callee::Local(kind, Some(function)))
    }

    /// Notes the use that a method is.
    pub(super) fn found_method(&mut self, callee: Callee, call: &syn::ExprMethodCall, fate: Fate) {
        let (method, arguments) = (&call.method, &call.args);
        let mut inside = TokenStream::new();
        call.paren_token.surround(&mut inside, |tokens| arguments.to_tokens(tokens));
        let written = match callee {
            Callee::Local(..) => written_method(call),
            _ => method.unraw().to_string(),
        };
        let tokens = if let Callee::Suspect(_) = callee {
            method.to_token_stream()
        } else {
            quote! { #method #inside }
        };
        self.thrown_away(&callee, fate, format!("{written}(..)"), tokens.clone());
        self.found(callee, Form::Called, fate, written, tokens);
        self.last_has_arguments(!arguments.is_empty());
    }

    /// Notes the future of a method that is not followed: one that a trait declares, or of an async crate.
    pub(super) fn throws_away(
        &mut self,
        call: &syn::ExprMethodCall,
        receiver: &Type,
        declared: Option<FunctionId>,
        fate: Fate,
    ) {
        if let Some(function) = declared {
            // Which one it is does not matter for what it returns.
            let callee = Callee::Local(None, Some(function));
            let written = format!("{}(..)", written_method(call));
            self.thrown_away(&callee, fate, written, call.method.to_token_stream());
        }
        self.ends_at_once(call, receiver, fate);
        // `let _guard = lock.lock();` holds nothing.
        if let (Type::External(paths, _), Fate::Discarded | Fate::Forgotten) = (receiver.bare(), fate)
            && let [of] = &paths[..]
            && catalogue::is_async_method(of, &call.method.unraw().to_string())
        {
            self.drops(Some(format!("{}(..)", written_method(call))), call.method.to_token_stream());
        }
    }
}
