//! `glib::clone!`, which captures weak and strong references in a closure or an async block.

use proc_macro2::{Ident, TokenStream, TokenTree};

use super::Collector;
use super::live::Value;
use crate::facts::model::{Fate, RunsOn};
use crate::syntax::kind::Kind;
use crate::types::infer;
use crate::types::ty::Type;

/// What stands between the brackets: `#[weak] window, #[strong(rename_to = name)] self.name, move |_| ..`, or, as it was
/// written before, `@weak window, @strong self.name as name => move |_| ..`.
pub(super) struct Cloning {
    captures: Vec<Capture>,
    /// The closure or async block.
    code: syn::Expr,
}

struct Capture {
    of: syn::Expr,
    name: Ident,
    /// It may be gone by then, and that is for the closure to see.
    is_option: bool,
}

impl Cloning {
    /// Nothing if it is another macro.
    pub(super) fn of(call: &syn::Macro) -> Option<Cloning> {
        if call.path.segments.last().is_none_or(|last| last.ident != "clone") {
            return None;
        }
        let tokens: Vec<TokenTree> = call.tokens.clone().into_iter().collect();
        let (captures, code) = match tokens.first()? {
            TokenTree::Punct(first) if first.as_char() == '@' => by_signs(&tokens)?,
            TokenTree::Punct(first) if first.as_char() == '#' => by_attributes(&tokens)?,
            _ => return None,
        };
        let code = syn::parse2(code).ok()?;
        matches!(code, syn::Expr::Closure(_) | syn::Expr::Async(_)).then_some(Cloning { captures, code })
    }
}

/// The tokens before and behind the first one of that text.
fn split(tokens: &[TokenTree], is_end: impl Fn(&TokenTree) -> bool) -> (&[TokenTree], &[TokenTree]) {
    let at = tokens.iter().position(is_end);
    at.map_or((tokens, &[]), |at| (&tokens[..at], &tokens[at + 1..]))
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

fn by_attributes(mut tokens: &[TokenTree]) -> Option<(Vec<Capture>, TokenStream)> {
    let mut captures = Vec::new();
    while let [hash, TokenTree::Group(attribute), rest @ ..] = tokens
        && is_punct(hash, '#')
    {
        let mut words = attribute.stream().into_iter();
        let kind = words.next()?.to_string();
        if Kind::from_word(&kind).is_some() || kind == "onloop" {
            break;
        }
        let (value, behind) = split(rest, |token| is_punct(token, ','));
        tokens = behind;
        if kind.starts_with("upgrade_or") {
            continue;
        }
        let renamed = words.next().and_then(|inside| match inside {
            TokenTree::Group(group) => group.stream().into_iter().last(),
            _ => None,
        });
        captures.push(capture(stream(value), renamed, kind == "weak_allow_none")?);
    }
    Some((captures, stream(tokens)))
}

fn by_signs(tokens: &[TokenTree]) -> Option<(Vec<Capture>, TokenStream)> {
    let arrow = tokens.windows(2).position(|pair| is_punct(&pair[0], '=') && is_punct(&pair[1], '>'))?;
    let mut code = &tokens[arrow + 2..];
    if code.first().is_some_and(|token| is_punct(token, '@')) {
        // `@default-return value, move || ..`
        code = split(code, |token| is_punct(token, ',')).1;
    }
    let mut captures = Vec::new();
    for part in tokens[..arrow].split(|token| is_punct(token, ',')) {
        // `@weak-allow-none name as other`
        let words = part.iter().skip(1).skip_while(|token| !is_value(token));
        let words: Vec<_> = words.cloned().collect();
        let is_option = part.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "allow"));
        let (value, name) = split(&words, |token| matches!(token, TokenTree::Ident(word) if word == "as"));
        captures.push(capture(stream(value), name.first().cloned(), is_option)?);
    }
    Some((captures, stream(code)))
}

/// Whether a token is none of the words behind `@`.
fn is_value(token: &TokenTree) -> bool {
    const WORDS: &[&str] = &["allow", "none", "strong", "to", "owned", "toowned", "watch", "weak"];
    matches!(token, TokenTree::Ident(word) if !WORDS.iter().any(|known| word == known))
}

fn capture(value: TokenStream, renamed: Option<TokenTree>, is_option: bool) -> Option<Capture> {
    let of: syn::Expr = syn::parse2(value).ok()?;
    let name = match (renamed, &of) {
        (Some(TokenTree::Ident(name)), _) => name,
        (None, syn::Expr::Path(path)) => path.path.get_ident()?.clone(),
        _ => return None,
    };
    Some(Capture { of, name, is_option })
}

impl Collector<'_, '_> {
    /// The closure or async block is as if it stood there alone.
    pub(super) fn cloning(&mut self, cloning: &Cloning, place: RunsOn, fate: Fate) -> Value {
        self.scope.open();
        for Capture { of, name, is_option } in &cloning.captures {
            let is = infer::type_of(&mut self.scope, of);
            let is = if *is_option { Type::option(is) } else { is };
            self.scope.bind(name, None, is);
        }
        self.in_macros += 1;
        let value = self.value(&cloning.code, place, fate);
        self.in_macros -= 1;
        self.scope.close();
        value
    }
}
