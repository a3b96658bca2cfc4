//! The peers of `cargo bench -p onloop-macros`: attributes that change nothing. Written into a throw-away crate.

use proc_macro::TokenStream;
use quote::ToTokens as _;

/// What any attribute costs: the tokens go to the macro and come back.
#[proc_macro_attribute]
pub fn tokens(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// What an attribute costs that reads its item the usual way: parsed in full, and printed.
#[proc_macro_attribute]
pub fn parsed(_: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<syn::ItemFn>(item.into()) {
        Ok(function) => function.into_token_stream().into(),
        Err(error) => error.into_compile_error().into(),
    }
}
