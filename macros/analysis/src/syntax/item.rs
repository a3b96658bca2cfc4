//! The annotated item, split without parsing its contents.
//!
//! Wrapping a body needs no parsed body, and most functions contain nothing to look at. So a function is split by its
//! tokens (attributes, what comes before the body, the body). That costs a fraction of a parse, and the tokens that are
//! passed on stay unchanged.

use std::ops::Deref;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

use crate::syntax::kind::Kind;
use crate::syntax::tokens::{is_punct, is_word};

/// A function as an attribute gets it.
#[derive(Debug)]
pub(crate) struct Item {
    /// As it came.
    pub(crate) whole: TokenStream,
    /// In order.
    pub(crate) attributes: Vec<Attribute>,
    /// All between the attributes and the body.
    pub(crate) head: TokenStream,
    /// Where the parameters stand in it.
    pub(crate) inputs_at: usize,
    pub(crate) asyncness: Option<Ident>,
    pub(crate) constness: Option<Ident>,
    pub(crate) keyword: Ident,
    pub(crate) name: Ident,
    /// All between the name and the parameters.
    pub(crate) generics: TokenStream,
    pub(crate) inputs: Group,
    /// The type behind `->`.
    pub(crate) output: TokenStream,
    /// From `where` on.
    pub(crate) bounds: TokenStream,
    pub(crate) body: Group,
}

/// `#[..]`: the brackets, and the hash before them. Lints about attributes pass over one that has a hash of ours.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    hash: Punct,
    brackets: Group,
    /// A line of documentation, as most attributes are: never one that anybody asks about.
    is_doc: bool,
}

impl Attribute {
    /// One that the user did not write.
    pub(crate) fn new(inside: TokenStream) -> Attribute {
        Attribute::with(Punct::new('#', Spacing::Alone), Group::new(Delimiter::Bracket, inside))
    }

    fn with(hash: Punct, brackets: Group) -> Attribute {
        let is_doc = brackets.stream().into_iter().next().is_some_and(|first| is_word(&first, "doc"));
        Attribute { hash, brackets, is_doc }
    }

    pub(crate) fn is_doc(&self) -> bool {
        self.is_doc
    }

    /// The one at the head of these tokens, and what is behind it.
    pub(crate) fn first(tokens: &[TokenTree]) -> Option<(Attribute, &[TokenTree])> {
        match tokens {
            [TokenTree::Punct(hash), TokenTree::Group(brackets), behind @ ..]
                if hash.as_char() == '#' && brackets.delimiter() == Delimiter::Bracket =>
            {
                Some((Attribute::with(hash.clone(), brackets.clone()), behind))
            }
            _ => None,
        }
    }
}

impl Deref for Attribute {
    type Target = Group;

    fn deref(&self) -> &Group {
        &self.brackets
    }
}

impl ToTokens for Attribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.hash.to_tokens(tokens);
        self.brackets.to_tokens(tokens);
    }
}

impl Item {
    /// Takes the item apart, or says what is wrong with it.
    pub(crate) fn split(kind: Kind, item: TokenStream) -> Result<Item, String> {
        let word = kind.word();
        let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
        let attributes = take_attributes(&mut tokens);
        let wrong = |tokens: &[TokenTree]| format!("`#[onloop::{word}]` marks a function{}", advice_for(tokens));
        let keyword_at = tokens.iter().position(|token| is_word(token, "fn")).ok_or_else(|| wrong(&tokens))?;
        let (asyncness, constness) = qualifiers(&tokens[..keyword_at]).ok_or_else(|| wrong(&tokens))?;
        let (Some(TokenTree::Ident(keyword)), Some(TokenTree::Ident(name))) =
            (tokens.get(keyword_at), tokens.get(keyword_at + 1))
        else {
            return Err(wrong(&tokens));
        };
        let (keyword, name) = (keyword.clone(), name.clone());
        let inputs_at = keyword_at + inputs_in(&tokens[keyword_at..]).ok_or_else(|| wrong(&tokens))?;
        let TokenTree::Group(inputs) = tokens[inputs_at].clone() else { return Err(wrong(&tokens)) };
        let generics = tokens[keyword_at + 2..inputs_at].iter().cloned().collect();
        let Some(body) = tokens.pop().and_then(braces) else {
            return Err(format!(
                "`#[onloop::{word}]` marks a function with a body\n\n  = help: mark the functions that implement `{name}`"
            ));
        };
        let output = tokens[inputs_at + 1..].iter().cloned().skip_while(|token| !is_punct(token, '>')).skip(1);
        let output = if tokens.get(inputs_at + 1).is_some_and(|token| is_punct(token, '-')) {
            output.take_while(|token| !is_word(token, "where")).collect()
        } else {
            TokenStream::new()
        };
        let bounds = tokens[inputs_at + 1..].iter().skip_while(|token| !is_word(token, "where")).cloned().collect();
        let head = tokens.into_iter().collect();
        Ok(Item {
            whole: item,
            attributes,
            head,
            inputs_at,
            asyncness,
            constness,
            keyword,
            name,
            generics,
            inputs,
            output,
            bounds,
            body,
        })
    }

    /// Inner attributes at the head of the body, and the rest of it.
    pub(crate) fn open_body(&self) -> (Vec<Attribute>, TokenStream) {
        let mut tokens = self.body.stream().into_iter().peekable();
        let first = tokens.peek().is_some_and(|token| is_punct(token, '#'));
        if !first {
            return (Vec::new(), self.body.stream());
        }
        let mut tokens: Vec<TokenTree> = tokens.collect();
        let mut inner = Vec::new();
        while let [TokenTree::Punct(hash), TokenTree::Punct(bang), TokenTree::Group(group), ..] = &tokens[..] {
            if hash.as_char() != '#' || bang.as_char() != '!' {
                break;
            }
            inner.push(Attribute::with(hash.clone(), group.clone()));
            tokens.drain(..3);
        }
        (inner, tokens.into_iter().collect())
    }
}

/// What to do about an item that is not a function.
fn advice_for(tokens: &[TokenTree]) -> &'static str {
    const ITEMS: &[(&str, &str)] = &[
        ("impl", "\n\n  = help: mark the functions in it"),
        ("mod", "\n\n  = help: mark the functions in it"),
        ("trait", "\n\n  = help: mark the functions of its implementations"),
        ("extern", "\n\n  = help: list its functions in `onloop.toml`, under `[[blocking]]`"),
    ];
    // `use`, `struct` and the like may hold the same words further on.
    let is_item = |token: &&TokenTree| matches!(token, TokenTree::Ident(word) if word != "pub" && word != "unsafe");
    let first = tokens.iter().find(is_item);
    let item = ITEMS.iter().find(|(word, _)| first.is_some_and(|token| is_word(token, word)));
    let is_closure = |token: &TokenTree| is_punct(token, '|');
    match item {
        Some((_, advice)) => advice,
        None if tokens.iter().take(3).any(is_closure) => {
            "\n\n  = help: mark the function around it, and the closure `#[callback]`, `#[coroutine]` or `#[blocking]`"
        }
        None => "\n\n  = help: remove it, and mark the functions that run on the loop",
    }
}

/// The `async` and `const` before `fn`. Nothing where something else stands there, so that the `fn` belongs to another kind
/// of item.
fn qualifiers(before: &[TokenTree]) -> Option<(Option<Ident>, Option<Ident>)> {
    let (mut asyncness, mut constness) = (None, None);
    for token in before {
        match token {
            TokenTree::Ident(ident) if *ident == "async" => asyncness = Some(ident.clone()),
            TokenTree::Ident(ident) if *ident == "const" => constness = Some(ident.clone()),
            TokenTree::Ident(ident) => {
                let word = ident.to_string();
                if !matches!(&*word, "pub" | "crate" | "unsafe" | "safe" | "extern" | "default" | "gen") {
                    return None;
                }
            }
            TokenTree::Group(_) | TokenTree::Literal(_) => {}
            TokenTree::Punct(_) => return None,
        }
    }
    Some((asyncness, constness))
}

/// Where the parameters stand: the first parentheses outside of generic parameters.
fn inputs_in(tokens: &[TokenTree]) -> Option<usize> {
    let (mut angles, mut arrow) = (0_i32, false);
    tokens.iter().position(|token| {
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => angles += 1,
                '>' if !arrow => angles -= 1,
                _ => {}
            }
        }
        arrow = is_punct(token, '-');
        angles == 0 && matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
    })
}

fn take_attributes(tokens: &mut Vec<TokenTree>) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    while let Some((attribute, _)) = Attribute::first(&tokens[2 * attributes.len()..]) {
        attributes.push(attribute);
    }
    tokens.drain(..2 * attributes.len());
    attributes
}

/// The braces of a body; a `$body:block` of `macro_rules!` comes in an invisible group.
fn braces(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let mut inside = group.stream().into_iter();
            let only = inside.next()?;
            inside.next().is_none().then(|| braces(only))?
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Item;
    use crate::syntax::kind::Kind;

    fn split(item: &str) -> Result<Item, String> {
        Item::split(Kind::Callback, item.parse().unwrap())
    }

    #[test]
    fn a_function_is_taken_apart() {
        let item = split(
            "#[inline] /// Doc.\n pub(crate) async unsafe extern \"C\" fn go<'a, F: Fn(u8) -> [u8; 2], const N: usize>
                 (&'a self, f: F) -> Result<Vec<u8>, E> where F: Send, [(); { N + 1 }]: Sized { f(1) }",
        )
        .unwrap();
        assert_eq!(item.attributes.len(), 2);
        assert_eq!(item.name, "go");
        assert!(item.asyncness.is_some() && item.constness.is_none());
        assert_eq!(item.output.to_string().replace(' ', ""), "Result<Vec<u8>,E>");
        assert_eq!(item.inputs.stream().to_string().replace(' ', ""), "&'aself,f:F");
        assert_eq!(item.body.stream().to_string(), "f (1)");
    }

    #[test]
    fn no_output() {
        assert!(split("fn go() where u8: Fn() -> u8 {}").unwrap().output.is_empty());
    }

    #[test]
    fn inner_attributes_are_found() {
        let item = split("fn go() { #![allow(unused)] #![expect(dead_code)] #[cfg(test)] let x = 1; }").unwrap();
        let (inner, rest) = item.open_body();
        assert_eq!(inner.len(), 2);
        assert!(rest.to_string().starts_with("# [cfg"));
    }

    #[test]
    fn what_is_no_function_is_refused() {
        for item in [
            "",
            "struct S;",
            "struct S { f: fn() }",
            "mod m { fn f() {} }",
            "const F: fn() = g;",
            "fn",
            "fn f",
            "fn f()",
            "fn f<(",
            "impl S { fn f() {} }",
            "type F = fn() -> u8;",
            "fn f();",
            "#[x]",
            "macro_rules! m { () => { fn f() {} } }",
            "static F: fn() = { fn g() {} g };",
        ] {
            let Ok(tokens) = item.parse() else { continue };
            assert!(Item::split(Kind::Callback, tokens).is_err(), "{item}");
        }
    }
}
