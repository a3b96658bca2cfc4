//! Which functions of a crate block and are called without being named, and whether a body may do that.

use proc_macro2::{TokenStream, TokenTree};

use crate::facts::summary::Summaries;
use crate::source::Index;
use crate::types::implicit::IMPLICIT;

/// Found out once, when the first body is asked about: mostly there are none.
#[derive(Default)]
pub(crate) struct ImplicitCalls {
    /// The words of which one stands where such a function is called; an empty list where it can be anywhere.
    words: Option<Vec<&'static [&'static str]>>,
}

impl ImplicitCalls {
    /// Looks for them, once.
    pub(crate) fn find(&mut self, index: &mut Index, summaries: &mut Summaries) {
        self.words.get_or_insert_with(|| {
            let blocking = IMPLICIT.iter().filter(|(name, _)| blocks(index, summaries, name));
            blocking.map(|(_, words)| *words).collect()
        });
    }

    /// Whether a body may call one of them.
    pub(crate) fn may_be_in(&self, body: &TokenStream) -> bool {
        self.words.iter().flatten().any(|words| words.is_empty() || holds_any(body, words))
    }
}

/// Whether some trait gives a type of the crate a function of that name which blocks.
fn blocks(index: &mut Index, summaries: &mut Summaries, name: &str) -> bool {
    index.methods_named(name).iter().any(|&function| {
        index.is_of_trait(function)
            && index.function(function).marker.is_none()
            && summaries.chain(index, function, &[]).is_some()
    })
}

fn holds_any(tokens: &TokenStream, words: &[&str]) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => words.iter().any(|word| ident == word),
        TokenTree::Punct(sign) => words.iter().any(|word| word.len() == 1 && word.starts_with(sign.as_char())),
        TokenTree::Group(group) => holds_any(&group.stream(), words),
        TokenTree::Literal(_) => false,
    })
}
