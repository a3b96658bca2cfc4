//! Which functions of a crate block and are called without being named, and whether a body may do that.

use proc_macro2::TokenStream;

use crate::facts::asked::Asked;
use crate::facts::summary::Summaries;
use crate::source::{FunctionId, Index};
use crate::syntax::kind::Kind;
use crate::syntax::tokens::{any_token, is_punct, is_word};
use crate::types::implicit::IMPLICIT;

/// Found out once, when the first body is asked about: mostly there are none.
#[derive(Default)]
pub(crate) struct ImplicitCalls {
    /// The words of which one stands where such a function is called; an empty list where it can be anywhere.
    words: Option<Vec<&'static [&'static str]>>,
    /// The names under which nothing blocks.
    quiet: Vec<&'static str>,
    /// The methods of the other names, where only one that is called by its name blocks.
    named: Vec<FunctionId>,
}

impl ImplicitCalls {
    /// Looks for them, once.
    pub(crate) fn find(&mut self, index: &mut Index, summaries: &mut Summaries) {
        if self.words.is_some() {
            return;
        }
        let mut found = Vec::new();
        for (name, words) in IMPLICIT {
            let methods = index.methods_named(name);
            let blocking: Vec<_> = methods.iter().filter(|method| blocks(index, summaries, **method)).collect();
            if blocking.iter().any(|method| is_implicit(index, **method)) {
                found.push(*words);
            } else if blocking.is_empty() {
                self.quiet.push(name);
            } else {
                self.named.extend(methods.iter());
            }
        }
        self.words = Some(found);
    }

    /// Whether a body may call one of them.
    pub(crate) fn may_be_in(&self, body: &TokenStream) -> bool {
        self.words.iter().flatten().any(|words| words.is_empty() || holds_any(body, words))
    }

    /// What the answer depends on: the bodies of them all.
    pub(crate) fn note(&self, asked: &mut Asked) {
        asked.blocking.extend(self.quiet.iter().map(|name| (*name).to_owned()));
        asked.functions.extend(&self.named);
    }
}

fn blocks(index: &mut Index, summaries: &mut Summaries, function: FunctionId) -> bool {
    match index.function(function).marker {
        Some(kind) => kind == Kind::Blocking,
        None => summaries.chain(index, function, &[]).is_some(),
    }
}

/// Whether a function of a trait is followed where it is called without being named.
fn is_implicit(index: &Index, function: FunctionId) -> bool {
    index.is_of_trait(function) && index.function(function).marker.is_none()
}

fn holds_any(tokens: &TokenStream, words: &[&str]) -> bool {
    let sign = |word: &str| word.chars().next().filter(char::is_ascii_punctuation);
    any_token(tokens, &|token| {
        words.iter().any(|word| sign(word).map_or_else(|| is_word(token, word), |sign| is_punct(token, sign)))
    })
}
