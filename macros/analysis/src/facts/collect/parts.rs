//! Values around futures: `Request { future: Box::pin(async { .. }) }`, `async { .. }.boxed()`. Where such a value goes,
//! the future goes.

use syn::ext::IdentExt as _;

use super::Collector;
use super::live::{Value, member};
use super::shape::is_wrapper;
use crate::facts::model::{Fate, RunsOn};

/// Methods that give the future that they are called on, or one that does the same.
const ADAPTORS: &[&str] = &[
    "boxed",
    "boxed_local",
    "fuse",
    "in_current_span",
    "instrument",
    "or_current",
    "remote_handle",
    "shared",
    "with_current_subscriber",
];

/// Whether a method sends its argument to somebody: who drives what is in it is not in sight.
pub(super) fn sends(method: &str) -> bool {
    matches!(
        method,
        "blocking_send"
            | "force_send"
            | "send"
            | "send_async"
            | "send_timeout"
            | "start_send"
            | "try_send"
            | "unbounded_send"
    )
}

/// Whether an expression makes a value with a future of this body in it; a future itself is none.
pub(super) fn is_around_future(expression: &syn::Expr) -> bool {
    let holds = |part: &syn::Expr| holds_future(part);
    match expression {
        syn::Expr::Array(inner) => inner.attrs.is_empty() && inner.elems.iter().any(holds),
        syn::Expr::Call(inner) => inner.attrs.is_empty() && is_constructor(&inner.func) && inner.args.iter().any(holds),
        syn::Expr::MethodCall(inner) => inner.attrs.is_empty() && is_adaptor(inner) && holds(&inner.receiver),
        syn::Expr::Struct(inner) => inner.attrs.is_empty() && inner.fields.iter().any(|field| holds(&field.expr)),
        syn::Expr::Tuple(inner) => inner.attrs.is_empty() && inner.elems.iter().any(holds),
        _ => false,
    }
}

fn holds_future(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Async(_) => true,
        syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => holds_future(&call.args[0]),
        syn::Expr::Cast(inner) => holds_future(&inner.expr),
        syn::Expr::Paren(inner) => holds_future(&inner.expr),
        _ => is_around_future(expression),
    }
}

fn is_adaptor(call: &syn::ExprMethodCall) -> bool {
    ADAPTORS.contains(&call.method.unraw().to_string().as_str())
}

/// `Message::Run`
fn is_constructor(function: &syn::Expr) -> bool {
    let syn::Expr::Path(path) = function else { return false };
    let last = path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
    last.starts_with(char::is_uppercase) && !is_wrapper(function)
}

impl Collector<'_, '_> {
    /// A place for what is sent to somebody.
    pub(super) fn in_a_channel(&mut self) -> RunsOn {
        let sent = self.closures.held();
        self.closures.used(sent, RunsOn::Elsewhere, RunsOn::Elsewhere);
        RunsOn::Held(sent)
    }

    /// What is made goes to a place, and the futures in it with it.
    pub(super) fn around_future(&mut self, expression: &syn::Expr, place: RunsOn, fate: Fate) -> Value {
        match expression {
            syn::Expr::MethodCall(inner) => {
                let value = self.value(&inner.receiver, place, fate);
                inner.args.iter().for_each(|argument| self.consumed(argument, Fate::Used));
                value
            }
            syn::Expr::Struct(inner) => {
                self.expects_in_fields(inner);
                let mut whole = Value::default();
                for field in &inner.fields {
                    let value = self.part(&field.expr, place);
                    whole = whole.and(self.live.inside(value, &member(&field.member)));
                }
                self.maybe(inner.rest.as_deref());
                whole
            }
            syn::Expr::Array(syn::ExprArray { elems: parts, .. })
            | syn::Expr::Call(syn::ExprCall { args: parts, .. })
            | syn::Expr::Tuple(syn::ExprTuple { elems: parts, .. }) => {
                let mut whole = Value::default();
                for (n, part) in parts.iter().enumerate() {
                    let value = self.part(part, place);
                    whole = whole.and(self.live.inside(value, &n.to_string()));
                }
                whole
            }
            _ => self.expression(expression, fate),
        }
    }

    fn part(&mut self, part: &syn::Expr, place: RunsOn) -> Value {
        if holds_future(part) { self.value(part, place, Fate::Used) } else { self.expression(part, Fate::Used) }
    }
}
