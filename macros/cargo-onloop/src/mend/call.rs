//! Finds the call that a finding points at.

use syn::visit::{self, Visit};

use super::place::{Extent, extent};
use super::variables::{Holds, Variables};

/// A call, found by where it is pointed at.
pub(crate) struct Call<'f> {
    pub(crate) expression: &'f syn::Expr,
    pub(crate) extent: Extent,
    /// The variables that it can see.
    pub(crate) variables: Variables,
}

/// The call at a line and column, if the function, closure or block around it may await.
pub(crate) fn find(file: &syn::File, at: (usize, usize)) -> Option<Call<'_>> {
    let mut finder = Finder { at, asynchronous: Vec::new(), variables: Variables::default(), call: None };
    finder.visit_file(file);
    finder.call.filter(|(_, may_await)| *may_await).map(|(call, _)| call)
}

struct Finder<'f> {
    at: (usize, usize),
    /// Whether the functions, closures and blocks around may await, the innermost last.
    asynchronous: Vec<bool>,
    variables: Variables,
    call: Option<(Call<'f>, bool)>,
}

impl<'f> Finder<'f> {
    fn within(&mut self, asynchronous: bool, walk: impl FnOnce(&mut Self)) {
        self.asynchronous.push(asynchronous);
        walk(self);
        self.asynchronous.pop();
    }

    fn function(&mut self, signature: &syn::Signature, walk: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.variables, Variables::of(signature));
        self.within(signature.asyncness.is_some(), walk);
        self.variables = around;
    }

    /// The variables of what is walked are gone afterwards.
    fn scope(&mut self, walk: impl FnOnce(&mut Self)) {
        let len = self.variables.len();
        walk(self);
        self.variables.truncate(len);
    }

    fn take(&mut self, at: Extent, expression: &'f syn::Expr) {
        if (at[0], at[1]) == self.at && self.call.is_none() {
            let may_await = self.asynchronous.last().copied().unwrap_or_default();
            let variables = self.variables.clone();
            self.call = Some((Call { extent: extent(expression), expression, variables }, may_await));
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'ast> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, |this| visit::visit_item_fn(this, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, |this| visit::visit_impl_item_fn(this, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.function(&item.sig, |this| visit::visit_trait_item_fn(this, item));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.scope(|this| {
            for input in &closure.inputs {
                this.variables.bind(input, Holds::Unknown);
            }
            this.within(closure.asyncness.is_some(), |this| visit::visit_expr_closure(this, closure));
        });
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.scope(|this| visit::visit_block(this, block));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        self.variables.bind_local(local);
    }

    fn visit_expr_let(&mut self, condition: &'ast syn::ExprLet) {
        visit::visit_expr_let(self, condition);
        self.variables.bind_value(&condition.pat, &condition.expr);
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        self.scope(|this| visit::visit_expr_if(this, branch));
    }

    fn visit_expr_while(&mut self, repeated: &'ast syn::ExprWhile) {
        self.scope(|this| visit::visit_expr_while(this, repeated));
    }

    fn visit_expr_for_loop(&mut self, repeated: &'ast syn::ExprForLoop) {
        self.visit_expr(&repeated.expr);
        self.scope(|this| {
            this.variables.bind_value(&repeated.pat, &repeated.expr);
            this.visit_block(&repeated.body);
        });
    }

    fn visit_expr_match(&mut self, branches: &'ast syn::ExprMatch) {
        self.visit_expr(&branches.expr);
        for arm in &branches.arms {
            self.scope(|this| {
                this.variables.bind_value(&arm.pat, &branches.expr);
                visit::visit_arm(this, arm);
            });
        }
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.within(true, |this| visit::visit_expr_async(this, block));
    }

    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        match expression {
            syn::Expr::Call(call) => self.take(extent(&call.func), expression),
            syn::Expr::MethodCall(call) => self.take(extent(&call.method), expression),
            _ => {}
        }
        visit::visit_expr(self, expression);
    }
}
