//! What the source expects of a conversion: `let store: Store = path.into()`, a field, an argument, what is returned.

use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;

use super::Collector;
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::types::ty::Type;

/// Methods of which the result depends on what is expected of it.
const CONVERSIONS: &[&str] = &["collect", "into", "map_err", "parse", "try_into", "unwrap_or_default"];

impl Collector<'_, '_> {
    /// An expression has to give a value of that type. What converts in it is noted, to be found when it is walked.
    pub(super) fn expects(&mut self, expression: &syn::Expr, is: &Type) {
        use syn::Expr;
        if !is.is_known() {
            return;
        }
        match expression {
            Expr::Block(inner) => self.expects_of_block(&inner.block.stmts, is),
            Expr::Call(call) => self.expects_of_call(call, is),
            Expr::Group(inner) => self.expects(&inner.expr, is),
            Expr::If(inner) => {
                self.expects_of_block(&inner.then_branch.stmts, is);
                if let Some((_, other)) = &inner.else_branch {
                    self.expects(other, is);
                }
            }
            Expr::Match(inner) => inner.arms.iter().for_each(|arm| self.expects(&arm.body, is)),
            Expr::MethodCall(call) => self.expects_of_method(call, is),
            Expr::Paren(inner) => self.expects(&inner.expr, is),
            Expr::Reference(inner) => self.expects(&inner.expr, is),
            Expr::Try(inner) => self.expects(&inner.expr, &Type::result(is.clone())),
            Expr::Unsafe(inner) => self.expects_of_block(&inner.block.stmts, is),
            _ => {}
        }
    }

    /// The same of the value of a block.
    pub(super) fn expects_of_block(&mut self, statements: &[syn::Stmt], is: &Type) {
        if let Some(syn::Stmt::Expr(last, None)) = statements.last() {
            self.expects(last, is);
        }
    }

    fn expects_of_call(&mut self, call: &syn::ExprCall, is: &Type) {
        let syn::Expr::Path(path) = &*call.func else { return };
        let path = path_of(&path.path);
        let last = path.segments.last().map(String::as_str);
        match (last, path.segments.len(), call.args.first()) {
            (Some("Err"), _, Some(inner)) => self.expects(inner, &is.argument(1)),
            (Some("Ok" | "Some"), _, Some(inner)) => self.expects(inner, &is.unwrapped()),
            (Some("new"), 2, Some(inner)) if matches!(&*path.segments[0], "Arc" | "Box" | "Rc") => {
                self.expects(inner, &is.argument(0));
            }
            (Some("default"), 2.., None) => {
                self.expected.push((std::ptr::from_ref(call).cast(), is.clone()));
            }
            _ => {}
        }
    }

    fn expects_of_method(&mut self, call: &syn::ExprMethodCall, is: &Type) {
        let name = call.method.unraw().to_string();
        if CONVERSIONS.contains(&name.as_str()) {
            self.expected.push((std::ptr::from_ref(call).cast(), is.clone()));
        }
        match name.as_str() {
            "expect" | "unwrap" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else" => {
                self.expects(&call.receiver, &Type::result(is.clone()));
            }
            "context" | "map_err" | "ok" | "with_context" => {
                self.expects(&call.receiver, &Type::result(is.unwrapped()));
            }
            _ => {}
        }
    }

    /// What a function of the crate takes is expected of its arguments.
    pub(super) fn expects_in_arguments(
        &mut self,
        own: Option<FunctionId>,
        receiver: &Type,
        arguments: &Punctuated<syn::Expr, syn::Token![,]>,
    ) {
        let may_convert = |argument: &syn::Expr| {
            matches!(
                argument,
                syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Reference(_) | syn::Expr::Try(_)
            )
        };
        let Some(own) = own.filter(|_| arguments.iter().any(may_convert)) else { return };
        let inputs = self.scope.types_of_inputs_on(own, &receiver.bare());
        let first = arguments.len().saturating_sub(inputs.len());
        for (argument, is) in arguments.iter().skip(first).zip(&inputs) {
            self.expects(argument, is);
        }
    }

    /// What is expected of a call.
    pub(super) fn expected_of<T>(&mut self, call: &T) -> Type {
        let at = std::ptr::from_ref(call).cast();
        let found = self.expected.iter().rposition(|(known, _)| *known == at);
        found.map_or(Type::Unknown, |at| self.expected.remove(at).1)
    }
}
