//! Where a lock is stored, and who holds it: code that takes it again meanwhile waits for itself.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;

use super::Collector;
use super::live::{Value, member};
use super::render::render;
use crate::facts::locks::{Call, Giver, Held, LockPlace, Pass, Root, Taken, Taker};
use crate::facts::model::{Fate, Happens, Relock, RunsOn};
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::types::guards::Guarded;
use crate::types::infer;
use crate::types::locks::{self, Mode, Taking};
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

impl Collector<'_, '_> {
    /// The place that an expression names, behind references and what is as good as one.
    pub(super) fn place_of(&mut self, expression: &syn::Expr) -> Option<LockPlace> {
        match expression {
            syn::Expr::Path(path) if path.qself.is_none() => self.place_of_path(&path.path),
            syn::Expr::Field(field) => {
                let mut place = self.place_of(&field.base)?;
                place.path.push(member(&field.member));
                Some(place)
            }
            syn::Expr::Index(index) => {
                let syn::Expr::Lit(number) = &*index.index else { return None };
                let mut place = self.place_of(&index.expr)?;
                place.path.push(format!("[{}]", number.to_token_stream()));
                Some(place)
            }
            syn::Expr::Paren(inner) => self.place_of(&inner.expr),
            syn::Expr::Group(inner) => self.place_of(&inner.expr),
            syn::Expr::Reference(inner) => self.place_of(&inner.expr),
            syn::Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => self.place_of(&inner.expr),
            syn::Expr::MethodCall(call) if call.args.is_empty() => {
                if self.is_same(&call.method, &call.receiver) {
                    return self.place_of(&call.receiver);
                }
                self.place_of_field_by(call)
            }
            syn::Expr::Call(call) if call.args.is_empty() => self.place_of_static_by(call),
            // `Arc::clone(&shared)`
            syn::Expr::Call(call) if call.args.len() == 1 => {
                let syn::Expr::Path(path) = &*call.func else { return None };
                let name = self.scope.resolve(&path_of(&path.path), Namespace::Value);
                let Name::Def(Def::External(paths)) = name else { return None };
                let is_clone =
                    paths.iter().all(|path| matches!(path.as_str(), "std::sync::Arc::clone" | "std::rc::Rc::clone"));
                if is_clone { self.place_of(&call.args[0]) } else { None }
            }
            _ => None,
        }
    }

    fn place_of_path(&mut self, path: &syn::Path) -> Option<LockPlace> {
        let root = match path.get_ident() {
            Some(name) if name == "self" => Root::Receiver,
            Some(name) if self.scope.is_variable(&name.unraw().to_string()) => {
                let bound = self.scope.since(&name.unraw().to_string())?.bound;
                if self.reassigned.contains(&bound) {
                    return None;
                }
                if let Some(alias) = self.aliases.get(&bound) {
                    return Some(alias.clone());
                }
                match self.parameters.iter().position(|parameter| *parameter == Some(bound)) {
                    Some(number) => Root::Parameter(number),
                    None => Root::Variable(bound),
                }
            }
            _ => match self.scope.resolve(&path_of(path), Namespace::Value) {
                Name::Def(Def::Value(module, name)) => Root::of_static(module, &name),
                _ => return None,
            },
        };
        Some(LockPlace { root, path: Vec::new() })
    }

    /// Whether a method gives the same place again.
    fn is_same(&mut self, method: &syn::Ident, receiver: &syn::Expr) -> bool {
        match method.to_string().as_str() {
            "as_ref" | "deref" => true,
            // A clone of anything else is another one.
            "clone" => infer::type_of(&mut self.scope, receiver).is_any(&["std::rc::Rc", "std::sync::Arc"]),
            _ => false,
        }
    }

    /// `let name = &self.lock;` is another name for that place.
    pub(super) fn place_behind(&mut self, init: &syn::Expr) -> Option<LockPlace> {
        let is_alias = matches!(init, syn::Expr::Reference(_) | syn::Expr::MethodCall(_) | syn::Expr::Call(_));
        if is_alias { self.place_of(init) } else { None }
    }

    /// A variable stands for something else from here on.
    pub(super) fn reassigns(&mut self, left: &syn::Expr) {
        if let syn::Expr::Path(path) = left
            && let Some(name) = path.path.get_ident()
            && let Some(since) = self.scope.since(&name.unraw().to_string())
        {
            self.reassigned.insert(since.bound);
        }
    }

    /// How a method that is called takes a lock, and what then holds it.
    fn taken_by(&mut self, call: &syn::ExprMethodCall, of: &Type, fate: Fate) -> Option<(Taking, Held)> {
        let name = call.method.unraw().to_string();
        let taking = locks::taking(of, &name).filter(|taking| !taking.is_async || fate == Fate::Awaited)?;
        let (place, lock) = (self.place_of(&call.receiver)?, render(&call.receiver));
        // `get` of a map may find nothing.
        let is_sure = taking.is_sure && !matches!(name.as_str(), "get" | "get_mut");
        Some((taking, Held { place, mode: taking.mode, lock, is_sure, giver: None }))
    }

    /// The lock that a method may take, as its guard holds it.
    pub(super) fn takes_lock(&mut self, call: &syn::ExprMethodCall, of: &Type, fate: Fate) -> Option<(Taking, Held)> {
        self.taken_by(call, of, fate)
    }

    /// A method takes a lock, now that its arguments are there; gives how its guard holds that.
    pub(super) fn has_taken(&mut self, taking: Taking, held: Held, method: &syn::Ident) -> Held {
        let Taking { mode, is_sure, panics, .. } = taking;
        if !is_sure {
            return held;
        }
        let taken = Taken { place: held.place.clone(), mode, panics, through: Vec::new() };
        if let Some(other) = self.live.clash(&held.place, mode) {
            let reads = other.mode != Mode::Exclusive && mode == Mode::Queued;
            let relock = Relock { lock: other.lock, through: Vec::new(), panics, reads };
            self.happens(Happens::Relocks(relock), method.to_token_stream());
        } else if self.live.depends_on_calls() {
            self.may_clash(Taker::Here(taken.clone()), method.to_token_stream());
        }
        self.notes_taken(taken);
        held
    }

    /// A method of the crate is called that gives a guard: twice on one value it takes one lock.
    pub(super) fn takes_lock_of_own(&mut self, call: &syn::ExprMethodCall, function: FunctionId) -> Option<Held> {
        if !call.args.is_empty() {
            return None;
        }
        let mut place = self.place_of(&call.receiver)?;
        let giver = Giver { function, receiver: Some(place.clone()) };
        place.path.push(format!("{}()", call.method));
        let held = self.given_by_own(place, giver, format!("{}.{}()", render(&call.receiver), call.method))?;
        if let Some(other) = self.live.clash(&held.place, held.mode).filter(|_| held.is_sure) {
            let reads = other.mode != Mode::Exclusive && held.mode == Mode::Queued;
            let relock = Relock { lock: other.lock, through: Vec::new(), panics: false, reads };
            self.happens(Happens::Relocks(relock), call.method.to_token_stream());
        }
        Some(held)
    }

    /// The same of a function.
    pub(super) fn given_by_function(&mut self, call: &syn::ExprCall, function: FunctionId) -> Option<Held> {
        if !call.args.is_empty() {
            return None;
        }
        let place = LockPlace { root: Root::Static(format!("{function:?}()")), path: Vec::new() };
        self.given_by_own(place, Giver { function, receiver: None }, format!("{}()", render(&call.func)))
    }

    fn given_by_own(&mut self, place: LockPlace, giver: Giver, lock: String) -> Option<Held> {
        let is = self.scope.type_of_output(giver.function);
        let mode = locks::held_by(&is.unwrapped())?;
        if !self.scope.body_of(giver.function, is_plain).unwrap_or_default() {
            return None;
        }
        Some(Held { place, mode, lock, is_sure: is.unwrapped() == is, giver: Some(giver) })
    }

    /// What `for x in map.iter()` holds of a map.
    pub(super) fn held_by_iteration(&mut self, mut iterated: &syn::Expr) -> Option<Held> {
        while let syn::Expr::Reference(syn::ExprReference { expr: inner, .. }) = iterated {
            iterated = inner;
        }
        match iterated {
            syn::Expr::MethodCall(call) => {
                let of = infer::type_of(&mut self.scope, &call.receiver).bare();
                self.taken_by(call, &of, Fate::Used).map(|(_, held)| held)
            }
            _ => None,
        }
    }

    /// The guard that awaiting a lock gives.
    pub(super) fn awaited_guard(&mut self, mut base: &syn::Expr) -> Value {
        while let syn::Expr::Paren(syn::ExprParen { expr: inner, .. })
        | syn::Expr::Group(syn::ExprGroup { expr: inner, .. }) = base
        {
            base = inner;
        }
        let syn::Expr::MethodCall(call) = base else { return Value::default() };
        let of = infer::type_of(&mut self.scope, &call.receiver).bare();
        let held = if locks::may_be_awaited(&call.method.unraw().to_string()) {
            self.taken_by(call, &of, Fate::Awaited).filter(|(taking, _)| taking.is_async).map(|(_, held)| held)
        } else {
            None
        };
        let Some(held) = held.or_else(|| self.given_by_awaiting(call, &of)) else { return Value::default() };
        let context = self.next_context();
        let value = self.live.take_up((Guarded::Async, 0), call.method.to_token_stream(), context);
        self.live.hold(&value, &held);
        value
    }

    /// An async method of the crate gives a guard.
    fn given_by_awaiting(&mut self, call: &syn::ExprMethodCall, of: &Type) -> Option<Held> {
        let Type::Local(module, name, _) = of else { return None };
        let function = self.scope.method(*module, name, &call.method.unraw().to_string(), None)?;
        if self.scope.index().function(function).is_async { self.takes_lock_of_own(call, function) } else { None }
    }

    /// Whether an exemption around says that it is right here.
    fn is_relock_exempt(&self) -> bool {
        self.context.exemptions.iter().any(|&index| self.exemptions[index].rule == "double_lock")
    }

    fn notes_taken(&mut self, taken: Taken) {
        let is_seen =
            !matches!(taken.place.root, Root::Variable(_)) && self.context.gates.is_empty() && !self.is_relock_exempt();
        // The caller that holds the lock may ask for the way without it.
        let is_seen = is_seen && self.decided == 0;
        if is_seen && self.scope.now().body == 0 && self.place != RunsOn::Elsewhere && !self.again {
            self.model.locks.taken.push(taken);
        }
    }

    /// A function of the crate is called, which may take a lock that is held here.
    pub(super) fn passes(
        &mut self,
        function: FunctionId,
        receiver: Option<&syn::Expr>,
        arguments: &Punctuated<syn::Expr, syn::Token![,]>,
        name: &syn::Ident,
        fate: Fate,
    ) {
        let is_run = fate == Fate::Awaited || !self.scope.index().function(function).is_async;
        if self.again || !is_run || self.place == RunsOn::Elsewhere {
            return;
        }
        if !self.live.holds_locks() && self.is_inside() {
            return;
        }
        let call = self.called_with(function, receiver, arguments);
        self.may_clash(Taker::Call(call), quote! { #name });
    }

    /// What a function of the crate is called with.
    pub(super) fn called_with(
        &mut self,
        function: FunctionId,
        receiver: Option<&syn::Expr>,
        arguments: &Punctuated<syn::Expr, syn::Token![,]>,
    ) -> Call {
        let receiver = receiver.and_then(|receiver| self.place_of(receiver));
        let arguments = arguments.iter().map(|argument| self.place_of(argument)).collect();
        Call { function, receiver, arguments }
    }

    fn is_inside(&self) -> bool {
        self.scope.now().body > 0 || self.decided > 0
    }

    fn may_clash(&mut self, taker: Taker, tokens: TokenStream) {
        if self.again || self.place == RunsOn::Elsewhere {
            return;
        }
        let (held, under, is_inside) = (self.live.held(), self.live.under(), self.is_inside());
        let context = self.next_context();
        let pass = Pass { taker, held, under, place: self.place, tokens, context, is_inside };
        self.model.locks.passes.push(pass);
    }
}

/// Whether a body does nothing but call methods one after the other: one that chooses among locks gives another each time.
fn is_plain(body: TokenStream) -> bool {
    const CHOOSING: &[&str] = &["find", "find_map", "for", "if", "iter", "let", "loop", "match", "while"];
    body.into_iter().all(|token| match token {
        proc_macro2::TokenTree::Group(group) => {
            group.delimiter() != proc_macro2::Delimiter::Bracket && is_plain(group.stream())
        }
        proc_macro2::TokenTree::Ident(ident) => CHOOSING.iter().all(|word| ident != word),
        _ => true,
    })
}
