//! Expressions in short form, as messages show them.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use crate::syntax::path::path_of;

/// An expression in short, for messages.
pub(super) fn render(expression: &syn::Expr) -> String {
    match expression {
        syn::Expr::Call(call) => match &*call.func {
            syn::Expr::Path(path) => format!("{}(..)", written(path)),
            _ => "(..)".to_owned(),
        },
        syn::Expr::MethodCall(call) => match render_receiver(&call.receiver) {
            Some(receiver) => format!("{receiver}.{}(..)", call.method),
            None => format!(".{}(..)", call.method),
        },
        syn::Expr::Path(path) => written(path),
        syn::Expr::Field(_) => render_receiver(expression).unwrap_or_else(|| "..".to_owned()),
        syn::Expr::Reference(inner) => render(&inner.expr),
        syn::Expr::Paren(inner) => render(&inner.expr),
        syn::Expr::Try(inner) => render(&inner.expr),
        _ => "..".to_owned(),
    }
}

/// The same with every call of a chain.
pub(super) fn render_chain(expression: &syn::Expr) -> String {
    match expression {
        syn::Expr::MethodCall(call) => {
            let arguments = if call.args.is_empty() { "" } else { ".." };
            format!("{}.{}({arguments})", render_chain(&call.receiver), call.method)
        }
        syn::Expr::Call(call) if call.args.is_empty() => match &*call.func {
            syn::Expr::Path(path) => format!("{}()", written(path)),
            _ => render(expression),
        },
        syn::Expr::Reference(inner) => render_chain(&inner.expr),
        syn::Expr::Paren(inner) => render_chain(&inner.expr),
        syn::Expr::Try(inner) => format!("{}?", render_chain(&inner.expr)),
        _ => render(expression),
    }
}

/// `self.store`, where a receiver is as simple as that.
pub(super) fn render_receiver(receiver: &syn::Expr) -> Option<String> {
    match receiver {
        syn::Expr::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            // `#[async_trait]` gives it this name.
            Some(if name == "__self" { "self".to_owned() } else { name })
        }
        syn::Expr::Field(field) => {
            let base = render_receiver(&field.base)?;
            Some(format!("{base}.{}", field.member.to_token_stream()))
        }
        _ => None,
    }
}

/// A path as the user wrote it, without generic arguments.
pub(super) fn written(path: &syn::ExprPath) -> String {
    let whole = path_of(&path.path);
    match &path.qself {
        Some(syn::QSelf { ty, position, .. }) => {
            let of = match &**ty {
                syn::Type::Path(of) => path_of(&of.path).to_string(),
                _ => "_".to_owned(),
            };
            let (of_trait, rest) = whole.segments.split_at(*position);
            let of_trait = if of_trait.is_empty() { String::new() } else { format!(" as {}", of_trait.join("::")) };
            format!("<{of}{of_trait}>::{}", rest.join("::"))
        }
        None => whole.to_string(),
    }
}

/// A method as the user wrote it, behind its receiver where that is short.
pub(super) fn written_method(call: &syn::ExprMethodCall) -> String {
    let name = call.method.unraw().to_string();
    render_receiver(&call.receiver).map_or(name.clone(), |receiver| format!("{receiver}.{name}"))
}
