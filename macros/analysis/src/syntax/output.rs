//! Return types by their text: whether a function gives a future.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

/// What a function returns, as far as its text tells.
#[derive(Debug)]
pub(crate) enum Output {
    /// `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture`; with the tokens of the type.
    Future(TokenStream),
    /// Something that is certainly not a future.
    Plain,
    /// A type that may be one: the compiler is asked.
    Unknown,
    /// An associated type, or one of another crate behind its own name: it may be polled without being a `Future`, as
    /// an actor's is, so it is taken for what the attribute says.
    Hidden,
}

impl Output {
    /// Judges what a closure gives by its text.
    pub(crate) fn of_closure(closure: &syn::ExprClosure) -> Output {
        match (&closure.output, &*closure.body) {
            (syn::ReturnType::Type(_, output), _) => Output::of(&output.to_token_stream()),
            (_, syn::Expr::Async(body)) => Output::Future(body.async_token.to_token_stream()),
            (_, syn::Expr::Block(body)) if !matches!(body.block.stmts.last(), Some(syn::Stmt::Expr(_, None))) => {
                Output::Plain
            }
            _ => Output::Unknown,
        }
    }

    /// Judges a return type by its text.
    pub(crate) fn of(output: &TokenStream) -> Output {
        if output.is_empty() {
            return Output::Plain;
        }
        match syn::parse2::<syn::Type>(output.clone()) {
            Ok(syn::Type::Path(parsed)) if is_associated(&parsed) => Output::Hidden,
            Ok(parsed) => match future(&parsed) {
                Some(true) => Output::Future(output.clone()),
                Some(false) => Output::Plain,
                None => Output::Unknown,
            },
            Err(_) => Output::Unknown,
        }
    }
}

/// Whether a type is a future; `None` if its text does not tell.
fn future(parsed: &syn::Type) -> Option<bool> {
    // Another trait may have `Future` above it.
    let bounds = |bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>| {
        let is_future = |bound: &syn::TypeParamBound| {
            matches!(bound, syn::TypeParamBound::Trait(bound)
                if bound.path.segments.last().is_some_and(|last| last.ident == "Future"))
        };
        bounds.iter().any(is_future).then_some(true)
    };
    match parsed {
        syn::Type::ImplTrait(parsed) => bounds(&parsed.bounds),
        syn::Type::TraitObject(parsed) => bounds(&parsed.bounds),
        syn::Type::Group(parsed) => future(&parsed.elem),
        syn::Type::Paren(parsed) => future(&parsed.elem),
        // What is associated with a type is not what it is called.
        syn::Type::Path(parsed) if is_associated(parsed) => None,
        syn::Type::Path(parsed) => {
            let last = parsed.path.segments.last()?;
            match last.ident.to_string().as_str() {
                "BoxFuture" | "LocalBoxFuture" => Some(true),
                "Pin" | "Box" => match &last.arguments {
                    syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
                        syn::GenericArgument::Type(inner) => future(inner),
                        _ => None,
                    },
                    _ => None,
                },
                "Result" | "Option" | "Vec" | "String" | "str" | "bool" | "char" | "u8" | "u16" | "u32" | "u64"
                | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "f32" | "f64" => Some(false),
                _ => None,
            }
        }
        syn::Type::Array(_) | syn::Type::Slice(_) | syn::Type::Tuple(_) | syn::Type::Ptr(_) | syn::Type::Never(_) => {
            Some(false)
        }
        // `&mut F` is a future where `F` is one.
        syn::Type::Reference(parsed) => future(&parsed.elem),
        _ => None,
    }
}

/// `Self::Result`, `<T as Handler>::Result`, `T::Result`
fn is_associated(path: &syn::TypePath) -> bool {
    let of_type = |segment: &syn::PathSegment| segment.ident.to_string().starts_with(char::is_uppercase);
    path.qself.is_some() || path.path.segments.iter().rev().skip(1).any(of_type)
}
