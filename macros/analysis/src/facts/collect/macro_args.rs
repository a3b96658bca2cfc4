//! The arguments of macros that read them in their own way.

use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};

/// `expression`, or `name = expression` as in `format!("{n}", n = 1)`.
pub(super) struct MacroArgument(pub(super) syn::Expr);

impl Parse for MacroArgument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::Ident::peek_any) && input.peek2(syn::Token![=]) && !input.peek2(syn::Token![==]) {
            input.call(syn::Ident::parse_any)?;
            input.parse::<syn::Token![=]>()?;
        } else if input.peek(syn::Token![%]) || input.peek(syn::Token![?]) {
            // `tracing` shows a value by `%value` or `?value`.
            input.parse::<proc_macro2::TokenTree>()?;
        }
        input.parse().map(MacroArgument)
    }
}

/// `value, pattern if guard` of `matches!`.
pub(super) struct Matches(pub(super) syn::Expr, pub(super) Option<syn::Expr>);

impl Parse for Matches {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<syn::Token![,]>()?;
        syn::Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.parse::<Option<syn::Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
        input.parse::<Option<syn::Token![,]>>()?;
        Ok(Matches(value, guard))
    }
}

/// `value; count` of `vec!`.
pub(super) struct Repeat(pub(super) syn::Expr);

impl Parse for Repeat {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<syn::Token![;]>()?;
        input.parse::<syn::Expr>()?;
        Ok(Repeat(value))
    }
}

/// The arms of `select!`: `pattern = future, if condition => handler`, `else => handler`.
pub(super) struct SelectArms {
    pub(super) arms: Vec<SelectArm>,
    /// They are polled in the order of the text.
    pub(super) is_biased: bool,
}

pub(super) struct SelectArm {
    pub(super) future: Option<(syn::Pat, syn::Expr)>,
    pub(super) condition: Option<syn::Expr>,
    pub(super) handler: syn::Expr,
}

impl Parse for SelectArms {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arms = Vec::new();
        let is_biased = input.peek(syn::Ident) && input.peek2(syn::Token![;]);
        if is_biased {
            input.parse::<syn::Ident>()?;
            input.parse::<syn::Token![;]>()?;
        }
        while !input.is_empty() {
            let bare = input.peek(syn::Ident::peek_any) && input.peek2(syn::Token![=>]);
            let future = if bare {
                // `else`, `complete`, `default`
                input.call(syn::Ident::parse_any)?;
                None
            } else {
                let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
                input.parse::<syn::Token![=]>()?;
                Some((pattern, input.parse()?))
            };
            let mut condition = None;
            if input.peek(syn::Token![,]) {
                input.parse::<syn::Token![,]>()?;
                input.parse::<syn::Token![if]>()?;
                condition = Some(input.parse()?);
            }
            input.parse::<syn::Token![=>]>()?;
            let handler = syn::Expr::parse_with_earlier_boundary_rule(input)?;
            input.parse::<Option<syn::Token![,]>>()?;
            arms.push(SelectArm { future, condition, handler });
        }
        Ok(SelectArms { arms, is_biased })
    }
}
