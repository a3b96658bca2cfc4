//! What the text of a function tells of its variables: whether they own what they hold.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::visit::{self, Visit};

/// How a variable holds its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A reference; whether it is to something without a size, as `str` and `Path` are.
    Reference {
        unsized_: bool,
    },
    /// A reference through which it is changed.
    Mutable,
    /// A number and the like, which is copied.
    Copy,
    Owned,
    #[default]
    Unknown,
}

/// The variables that can be seen at a place, `self` among them; the innermost last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables(Vec<(String, Holds)>);

impl Variables {
    /// The parameters of a function.
    pub(crate) fn of(signature: &syn::Signature) -> Variables {
        let mut variables = Variables::default();
        for input in &signature.inputs {
            match input {
                syn::FnArg::Receiver(receiver) => {
                    variables.0.push(("self".to_owned(), of_receiver(&receiver.kind)));
                }
                syn::FnArg::Typed(typed) => variables.bind(&typed.pat, of_type(&typed.ty)),
            }
        }
        variables
    }

    pub(crate) fn get(&self, name: &str) -> Holds {
        self.0.iter().rev().find(|(known, _)| known == name).map_or(Holds::Unknown, |(_, holds)| *holds)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets those that came after the first.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// The variables of a `let`.
    pub(crate) fn bind_local(&mut self, local: &syn::Local) {
        match (&local.pat, &local.init) {
            (syn::Pat::Type(typed), _) => self.bind(&typed.pat, of_type(&typed.ty)),
            (pattern, Some(init)) => self.bind(pattern, self.of_value(&init.expr)),
            (pattern, None) => self.bind(pattern, Holds::Unknown),
        }
    }

    /// The variables of a pattern that a value is taken apart with.
    pub(crate) fn bind_value(&mut self, pattern: &syn::Pat, value: &syn::Expr) {
        self.bind(pattern, self.of_value(value));
    }

    pub(crate) fn bind(&mut self, pattern: &syn::Pat, holds: Holds) {
        struct Names<'a>(&'a mut Vec<(String, Holds)>, Holds);
        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_pat_ident(&mut self, ident: &'ast syn::PatIdent) {
                let holds = if ident.by_ref.is_some() { Holds::Reference { unsized_: false } } else { self.1 };
                self.0.push((ident.ident.to_string(), holds));
                visit::visit_pat_ident(self, ident);
            }
        }
        let is_whole = matches!(pattern, syn::Pat::Ident(_));
        // A part of a copied value may be anything but that is.
        let holds = if !is_whole && holds == Holds::Copy { Holds::Unknown } else { holds };
        Names(&mut self.0, holds).visit_pat(pattern);
    }

    fn of_value(&self, value: &syn::Expr) -> Holds {
        match value {
            syn::Expr::Reference(reference) if reference.mutability.is_some() => Holds::Mutable,
            syn::Expr::Reference(_) => Holds::Reference { unsized_: false },
            syn::Expr::Macro(made) if made.mac.path.is_ident("format") || made.mac.path.is_ident("vec") => Holds::Owned,
            syn::Expr::Lit(literal) if !matches!(literal.lit, syn::Lit::Str(_)) => Holds::Copy,
            syn::Expr::Path(path) => path.path.get_ident().map_or(Holds::Unknown, |name| self.get(&name.to_string())),
            _ => Holds::Unknown,
        }
    }
}

fn of_receiver(kind: &syn::ReceiverKind) -> Holds {
    match kind {
        syn::ReceiverKind::Value => Holds::Owned,
        // A copy that is changed by mistake does not compile: it is in no variable that may change.
        syn::ReceiverKind::Reference(..) => Holds::Reference { unsized_: false },
        syn::ReceiverKind::Typed(_, written) => of_type(written),
        _ => Holds::Unknown,
    }
}

fn of_type(written: &syn::Type) -> Holds {
    match written {
        syn::Type::Reference(reference) if reference.mutability.is_some() => Holds::Mutable,
        syn::Type::Reference(reference) => {
            let unsized_ = match &*reference.elem {
                syn::Type::Slice(_) | syn::Type::TraitObject(_) => true,
                syn::Type::Path(path) => last(path).is_some_and(|last| UNSIZED.contains(&last.as_str())),
                _ => false,
            };
            Holds::Reference { unsized_ }
        }
        syn::Type::Path(path) if last(path).is_some_and(|last| COPIED.contains(&last.as_str())) => Holds::Copy,
        // There may be a reference inside.
        _ if refers(written.to_token_stream()) => Holds::Unknown,
        _ => Holds::Owned,
    }
}

fn refers(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(punct) => matches!(punct.as_char(), '&' | '\''),
        TokenTree::Ident(ident) => ident == "_",
        TokenTree::Group(group) => refers(group.stream()),
        TokenTree::Literal(_) => false,
    })
}

const UNSIZED: &[&str] = &["str", "Path", "OsStr", "CStr", "Utf8Path"];

const COPIED: &[&str] = &[
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "u128", "u16", "u32", "u64", "u8",
    "usize", "Duration", "Instant",
];

fn last(path: &syn::TypePath) -> Option<String> {
    path.path.segments.last().map(|last| last.ident.to_string())
}
