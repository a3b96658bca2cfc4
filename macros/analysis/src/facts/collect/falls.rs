//! Values that are dropped along the way, and whose drop may block.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::Collector;
use super::live::{Falling, PlaceExpr, Value, member};
use super::owned::{is_collection, is_none, shown_place};
use super::render::{render, written_method};
use crate::facts::model::{DroppedValue, Event, Happens, RunsOn};
use crate::knowledge::catalogue;
use crate::source::FunctionId;
use crate::syntax::tokens::{is_punct, is_word};
use crate::types::drops::{self, Destructor};
use crate::types::ty::Type;

/// Methods of `std` that take out what is in their receiver.
const TAKING: &[&str] =
    &["clear", "drain", "insert", "pop", "pop_front", "remove", "replace", "swap_remove", "truncate"];

/// Those that throw it away.
const CLEARING: &[&str] = &["clear", "retain", "retain_mut", "truncate"];

/// Those behind which it is empty, or known whether it is.
const EMPTYING: &[&str] = &["drain", "is_empty", "is_none", "len", "pop", "pop_back", "pop_front", "split_off", "take"];

impl Collector<'_, '_> {
    /// What a variable owns whose type is known.
    pub(super) fn falling(&mut self, is: &Type, tokens: TokenStream) -> Value {
        if self.place == RunsOn::Elsewhere {
            return Value::default();
        }
        let destructors = drops::destructors(&mut self.scope, is);
        if destructors.is_empty() {
            return Value::default();
        }
        let mut wraps = 0;
        let mut inner = is.clone();
        while inner.unwrapped() != inner {
            inner = inner.unwrapped();
            wraps += 1;
        }
        let context = self.next_context();
        let falling = Falling { destructors, is: is.clone(), place: self.place };
        self.live.take_up_falling(falling, wraps, tokens, context)
    }

    /// The same of what an expression gives.
    pub(super) fn falling_of(&mut self, init: &syn::Expr, tokens: TokenStream) -> Value {
        match self.owned(init) {
            Some(is) => self.falling(&is, tokens),
            None => Value::default(),
        }
    }

    /// `self`, taken by value.
    pub(super) fn owned_receiver(&mut self, input: &syn::FnArg) {
        if let syn::FnArg::Receiver(receiver) = input
            && matches!(receiver.kind, syn::ReceiverKind::Value)
        {
            let is = self.scope.type_of_self();
            let value = self.falling(&is, receiver.self_token.to_token_stream());
            if value.is_empty() {
                return;
            }
            let context = self.next_context();
            let name = receiver.self_token.span;
            let pattern = syn::Pat::Ident(syn::PatIdent {
                attrs: Vec::new(),
                by_ref: None,
                mutability: None,
                ident: syn::Ident::new("self", name),
                subpat: None,
            });
            self.live.bind(&pattern, value, &context);
        }
    }

    /// What was dropped in a body becomes events.
    pub(super) fn tell_fallen(&mut self) {
        for fallen in std::mem::take(&mut self.live.fallen) {
            let value = fallen.tokens.to_string();
            let value = format!("`{}`", value.trim_start_matches("mut "));
            let (at_end, destructors) = (fallen.at_end, fallen.falling.destructors.clone());
            let what = Happens::Drops(DroppedValue { value, at_end, destructors, by: None });
            let Falling { place, .. } = *fallen.falling;
            self.model.events.push(Event { what, place, tokens: fallen.tokens, context: fallen.context });
        }
    }

    fn drops_here(&mut self, is: &Type, value: String, tokens: TokenStream) {
        let destructors = drops::destructors(&mut self.scope, is);
        if !destructors.is_empty() && !self.again {
            self.happens(Happens::Drops(DroppedValue { value, at_end: false, destructors, by: None }), tokens);
        }
    }

    /// `f();`, `let _ = f();`: nobody takes what it gives.
    pub(super) fn falls_at_once(&mut self, expression: &syn::Expr) {
        use syn::Expr;
        if matches!(expression, Expr::Call(_) | Expr::MethodCall(_) | Expr::Await(_) | Expr::Struct(_) | Expr::Try(_))
            && let Some(is) = self.owned(expression)
        {
            self.drops_here(&is, format!("`{}`", render(expression)), last_name(expression));
        }
    }

    /// `drop(value)`
    pub(super) fn falls_by_drop(&mut self, call: &syn::ExprCall, values: &[Value]) {
        let context = self.next_context();
        for (value, argument) in values.iter().zip(&call.args) {
            self.live.drop_value(value, &argument.to_token_stream(), &context);
            if value.is_empty()
                && !matches!(argument, syn::Expr::Path(_))
                && let Some(is) = self.owned(argument)
            {
                self.drops_here(&is, format!("`{}`", render(argument)), last_name(argument));
            }
        }
    }

    /// `place = value`: what was there is dropped, if something was.
    pub(super) fn falls_by_assignment(&mut self, assign: &syn::ExprAssign) {
        let Some(is) = self.held_at(&assign.left) else { return };
        // `self.session = Some(..)` mostly fills what was empty.
        if self.empties(&is, &assign.right) && !self.was_looked_into(&assign.left) {
            let value = format!("`{}`", render(&assign.left));
            self.drops_here(&is, value, assign.left.to_token_stream());
        }
    }

    /// A place takes over what is assigned to it.
    pub(super) fn takes_over(&mut self, assign: &syn::ExprAssign, place_expr: &PlaceExpr, value: &Value) {
        let context = self.next_context();
        let tokens = assign.left.to_token_stream();
        if self.fills_first(assign) {
            self.live.store(place_expr, value, &tokens, &context);
        } else {
            self.live.assign(place_expr, value, &tokens, &context);
        }
    }

    /// `worker = Some(..)` of a variable that began as `None`: mostly it is filled once.
    fn fills_first(&self, assign: &syn::ExprAssign) -> bool {
        self.looked_into.contains(&shown_place(&assign.left)) && !is_none(&assign.right)
    }

    /// A variable begins as `None`.
    pub(super) fn begins_empty(&mut self, pattern: &syn::Pat, init: &syn::Expr) {
        if let syn::Pat::Ident(name) = pattern
            && is_none(init)
        {
            self.looked_into.insert(name.ident.to_string());
        }
    }

    /// `workers.clear()`: a collection throws away what is in it. What is taken out does not fall later.
    pub(super) fn falls_by_method(&mut self, call: &syn::ExprMethodCall) {
        let removes = CLEARING.iter().any(|name| call.method == name);
        if removes
            && !self.was_looked_into(&call.receiver)
            && let Some(is) = self.held_at(&call.receiver).filter(is_collection)
        {
            let value = format!("what `{}(..)` removes", written_method(call));
            self.drops_here(&is, value, call.method.to_token_stream());
        }
        if takes_out(&call.method.unraw().to_string()) {
            self.disarms(&call.receiver);
        }
    }

    /// Something is asked of a place or taken out of it: by now the function may know that it is empty.
    pub(super) fn looked_into(&mut self, place: &syn::Expr) {
        self.looked_into.insert(shown_place(place));
    }

    /// The same by whatever name: the owner of a field may have another one by now.
    fn was_looked_into(&self, place: &syn::Expr) -> bool {
        let shown = shown_place(place);
        let field = shown.rsplit_once('.').map(|(_, field)| field);
        self.looked_into
            .iter()
            .any(|known| *known == shown || field.is_some() && known.rsplit_once('.').map(|(_, field)| field) == field)
    }

    /// A method is called that says whether its receiver is empty, or leaves it so.
    pub(super) fn asks_or_empties(&mut self, call: &syn::ExprMethodCall) {
        if EMPTYING.iter().any(|name| call.method == name) {
            self.looked_into(&call.receiver);
        }
    }

    /// A field of such a value is assigned to, or what is in it taken out: if its `Drop` looks there, it may have nothing
    /// left to do.
    pub(super) fn disarms(&mut self, field: &syn::Expr) {
        let syn::Expr::Field(inner) = field else { return };
        let Some(place_expr) = self.live.place_expr(&inner.base) else { return };
        let name = member(&inner.member);
        if self.live.is_falling(&place_expr)
            && (self.falls_with_field(&place_expr, &name)
                || self.drop_looks_at(&place_expr, &|drop| mentions_field(drop, &name)))
        {
            self.live.let_go(&place_expr);
        }
    }

    /// Whether a method changes what the `Drop` of its receiver looks at.
    fn changes_drop(&mut self, place_expr: &PlaceExpr, method: FunctionId) -> bool {
        let changed = self.scope.body_of(method, changed_fields).unwrap_or_default();
        !changed.is_empty()
            && (changed.iter().any(|field| self.falls_with_field(place_expr, field))
                || self
                    .drop_looks_at(place_expr, &|drop| changed.iter().any(|field| mentions_field(drop.clone(), field))))
    }

    /// Whether it is by this field that dropping a value may block.
    fn falls_with_field(&mut self, place_expr: &PlaceExpr, field: &str) -> bool {
        let Some(of) = self.live.type_of_falling(place_expr) else { return false };
        let is = self.scope.type_of_field(&of, field);
        !drops::destructors(&mut self.scope, &is).is_empty()
    }

    fn drop_looks_at(&mut self, place_expr: &PlaceExpr, looks: &dyn Fn(TokenStream) -> bool) -> bool {
        self.live.destructors_at(place_expr).into_iter().any(|destructor| match destructor {
            Destructor::Local(function, _) => self.scope.body_of(function, looks).unwrap_or_default(),
            Destructor::Listed(_) => false,
        })
    }

    /// Whether a method takes its receiver along, so that nothing of it is dropped here.
    pub(super) fn is_let_go(
        &mut self,
        place_expr: &PlaceExpr,
        receiver: &Type,
        own: Option<FunctionId>,
        method: &str,
    ) -> bool {
        if let Some(function) = own {
            return self.scope.takes_self(function) || self.changes_drop(place_expr, function);
        }
        match receiver {
            Type::External(paths, _) => match paths.iter().find_map(|path| catalogue::dropping(path)) {
                Some(listed) => listed.is_let_go_by(method),
                // What is in an `Option` or a collection may be taken out.
                None => TAKING.contains(&method) || method.starts_with("into_"),
            },
            // A method of a trait may take it.
            _ => true,
        }
    }

    /// A value is taken apart by a pattern. What it takes by value falls with its variables; gives what is left.
    pub(super) fn falls_apart(&mut self, pattern: &syn::Pat, value: Value) -> (Value, Vec<(syn::Ident, Type)>) {
        let mut pattern = pattern;
        while let syn::Pat::Type(syn::PatType { pat: inner, .. }) | syn::Pat::Paren(syn::PatParen { pat: inner, .. }) =
            pattern
        {
            pattern = inner;
        }
        if matches!(pattern, syn::Pat::Ident(_)) {
            return (value, Vec::new());
        }
        let (falling, rest) = self.live.part_falling(&value);
        let Some(is) = self.live.type_of(&falling) else { return (value, Vec::new()) };
        let mut moved = Vec::new();
        self.moved_out(pattern, &is, &mut moved);
        if moved.is_empty() {
            return (value, moved);
        }
        // What holds nothing that blocks leaves the rest in place.
        let mut is_gone = false;
        moved.retain(|(_, is)| {
            let blocks = !drops::destructors(&mut self.scope, is).is_empty();
            is_gone |= blocks || !is.is_known();
            blocks
        });
        if is_gone {
            self.live.consume(&falling);
        }
        (rest, moved)
    }

    /// What a pattern has taken is in its variables.
    pub(super) fn falls_with(&mut self, moved: Vec<(syn::Ident, Type)>) {
        for (name, is) in moved {
            let value = self.falling(&is, name.to_token_stream());
            let context = self.next_context();
            if let Some(place_expr) = self.live.place_expr_named(&name.unraw().to_string()) {
                self.live.store(&place_expr, &value, &name.to_token_stream(), &context);
            }
        }
    }

    /// `return`: what is alive is dropped, unless the function fails.
    pub(super) fn falls_on_return(&mut self, returned: Option<&syn::Expr>) {
        let fails = matches!(returned, Some(syn::Expr::Call(call))
            if matches!(&*call.func, syn::Expr::Path(path) if path.path.is_ident("Err")));
        if !fails && !self.again {
            self.live.fall_on_return();
        }
    }
}

/// Whether a method of that name takes out what is in its receiver, or changes it.
fn takes_out(method: &str) -> bool {
    TAKING.contains(&method) || matches!(method, "store" | "take")
}

/// `self.field`
fn mentions_field(tokens: TokenStream, field: &str) -> bool {
    fields_of_self(tokens).iter().any(|(name, _)| name == field)
}

/// The fields of `self` that are assigned to, or out of which something is taken.
fn changed_fields(tokens: TokenStream) -> Vec<String> {
    fields_of_self(tokens).into_iter().filter(|(_, is_changed)| *is_changed).map(|(name, _)| name).collect()
}

/// The fields of `self` that code mentions, and whether it changes them.
fn fields_of_self(tokens: TokenStream) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (n, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            found.extend(fields_of_self(group.stream()));
        }
        let [owner, dot, name @ (TokenTree::Ident(_) | TokenTree::Literal(_)), rest @ ..] = &tokens[n..] else {
            continue;
        };
        if is_word(owner, "self") && is_punct(dot, '.') {
            let is_assigned = rest.first().is_some_and(|sign| is_punct(sign, '='))
                && rest.get(1).is_some_and(|sign| !is_punct(sign, '='));
            let is_taken = rest.first().is_some_and(|sign| is_punct(sign, '.'))
                && matches!(rest.get(1), Some(TokenTree::Ident(name)) if takes_out(&name.to_string()));
            found.push((name.to_string(), is_assigned || is_taken));
        }
    }
    found
}

/// What to point at.
fn last_name(expression: &syn::Expr) -> TokenStream {
    match expression {
        syn::Expr::MethodCall(call) => call.method.to_token_stream(),
        syn::Expr::Call(call) => call.func.to_token_stream(),
        syn::Expr::Try(inner) => last_name(&inner.expr),
        syn::Expr::Await(inner) => last_name(&inner.base),
        syn::Expr::Struct(literal) => literal.path.to_token_stream(),
        _ => expression.to_token_stream(),
    }
}
