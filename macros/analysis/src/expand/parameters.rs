//! The parameters of a rewritten function, which are dropped inside its scope.
//!
//! A scope is opened in the body, and parameters outlive the body. So they are moved into the body, each as a whole and
//! in order, as the compiler does for async functions:
//!
//! ```text
//! fn f(a: A, (b, c): B, _: C)   ->   fn f(a: A, __onloop_1: B, __onloop_2: C)
//!                                    let a = a; let __onloop_1 = __onloop_1; let (b, c) = __onloop_1;
//!                                    let __onloop_2 = __onloop_2;
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use crate::syntax::item::{Attribute, Item};
use crate::syntax::tokens::{any_token, is_punct, is_word};

/// The parameters, moved into the body.
pub(crate) struct Moved {
    /// What stands between the parentheses now.
    pub(crate) inputs: TokenStream,
    /// The statements at the head of the body.
    pub(crate) statements: TokenStream,
    pub(crate) receiver: Receiver,
}

/// The `self` of a method, which can't be moved into a variable of that name. It is captured as a whole, or the body
/// calls it otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// There is none.
    None,
    /// It needs no destructor.
    Borrowed,
    Owned,
    /// `mut self`
    Mutable,
}

impl Moved {
    /// All of them.
    pub(crate) fn all(item: &Item) -> Moved {
        Moved::of(item, &|_| true)
    }

    /// Those whose type may have a destructor.
    pub(crate) fn with_destructor(item: &Item) -> Moved {
        Moved::of(item, &may_have_destructor)
    }

    fn of(item: &Item, is_moved: &dyn Fn(&[TokenTree]) -> bool) -> Moved {
        let mut moved = Moved { inputs: TokenStream::new(), statements: TokenStream::new(), receiver: Receiver::None };
        for (number, tokens) in split(item.inputs.stream()).into_iter().enumerate() {
            let Parameter { attributes, pattern, ty } = Parameter::of(&tokens);
            let conditions: Vec<_> = attributes.iter().filter(|attribute| is_condition(attribute)).collect();
            if let Some(receiver) = receiver_of(pattern, ty) {
                moved.receiver = receiver;
                moved.inputs.extend(tokens.iter().cloned());
            } else if ty.is_empty() || !is_moved(ty) {
                moved.inputs.extend(tokens.iter().cloned());
            } else if let Some((mutability, name)) = as_variable(pattern) {
                moved.inputs.extend(quote! { #(#conditions)* #name: #(#ty)* });
                let set = set(&mutability.into_token_stream(), name);
                moved.statements.extend(quote! { #(#attributes)* #set });
            } else {
                let at = pattern.first().map_or_else(Span::mixed_site, |token| ours_at(token.span()));
                let hidden = format_ident!("__onloop_{number}", span = at);
                moved.inputs.extend(quote! { #(#conditions)* #hidden: #(#ty)* });
                let mutability = lends_mutably(pattern).then(|| quote_spanned! { at => mut });
                let whole = set(&mutability.into_token_stream(), &hidden);
                moved.statements.extend(quote! { #(#conditions)* #whole });
                if !matches!(pattern, [only] if is_word(only, "_")) {
                    let parts = quote_spanned! { at => let #(#pattern)* = #hidden; };
                    moved.statements.extend(quote! { #(#attributes)* #parts });
                }
            }
            moved.inputs.extend(quote! { , });
        }
        moved
    }
}

/// Whether a part of the pattern is `ref mut`.
fn lends_mutably(pattern: &[TokenTree]) -> bool {
    pattern.windows(2).any(|pair| is_word(&pair[0], "ref") && is_word(&pair[1], "mut"))
        || pattern.iter().any(|token| match token {
            TokenTree::Group(group) => lends_mutably(&group.stream().into_iter().collect::<Vec<_>>()),
            _ => false,
        })
}

/// A body with another name for `self`, and the statement that gives it that. Of a captured `self` the compiler believes
/// that nobody sees what it holds in the end; its destructor does.
///
/// Nothing where the word is not in it, or may stand for something else.
pub(crate) fn renamed(item: &Item, body: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    let mut inputs = item.inputs.stream().into_iter();
    let mutability = inputs.find(|token| is_word(token, "mut"))?;
    let this = inputs.find(|token| is_word(token, "self"))?;
    // The user's, and without an underscore in front, so that the compiler reports a `mut` that is not needed.
    let name = Ident::new(RENAMED, this.span());
    let mut count = 0;
    let body = with_name(body, &name, &mut count)?;
    let set = quote_spanned! { ours_at(this.span()) => let #mutability #name = #this; };
    (count > 0).then_some((set, body))
}

const RENAMED: &str = "self_";

fn names_self(tokens: &TokenStream) -> bool {
    any_token(tokens, &|token| is_word(token, "self"))
}

fn with_name(tokens: &TokenStream, name: &Ident, count: &mut usize) -> Option<TokenStream> {
    const ITEMS: &[&str] = &["fn", "impl", "macro_rules", "mod", "trait", "use"];
    let mut renamed: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_macro =
            matches!(renamed[..], [.., TokenTree::Ident(_), TokenTree::Punct(ref punct)] if punct.as_char() == '!');
        renamed.push(match token {
            // A macro may tell what it was given, as `assert!` does.
            TokenTree::Group(group) if is_macro && names_self(&group.stream()) => return None,
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), with_name(&group.stream(), name, count)?);
                inside.set_span(group.span());
                inside.into()
            }
            TokenTree::Ident(word) if ITEMS.iter().any(|item| word == item) => return None,
            TokenTree::Ident(word) if word == RENAMED => return None,
            // `println!("{self}")`
            TokenTree::Literal(literal) if literal.to_string().contains("self") => return None,
            TokenTree::Ident(word) if word == "self" => {
                if tokens.peek().is_some_and(|next| is_punct(next, ':')) {
                    return None;
                }
                *count += 1;
                let mut name = name.clone();
                name.set_span(word.span());
                name.into()
            }
            token => token,
        });
    }
    Some(renamed.into_iter().collect())
}

/// Parameters without the `mut` in front of `self`.
pub(crate) fn without_mut(inputs: TokenStream) -> TokenStream {
    let mut is_behind = false;
    let stays = |token: &TokenTree| is_behind || !is_word(token, "mut") || std::mem::replace(&mut is_behind, true);
    inputs.into_iter().filter(stays).collect()
}

/// Shown at a place of the user's code, but known to come from a macro: lints on style leave it alone.
pub(crate) fn ours_at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// `let mut name = name;`
fn set(mutability: &TokenStream, name: &Ident) -> TokenStream {
    let at = ours_at(name.span());
    quote_spanned! { at => let #mutability #name = #name; }
}

struct Parameter<'a> {
    attributes: Vec<Attribute>,
    pattern: &'a [TokenTree],
    /// Empty in `&self`.
    ty: &'a [TokenTree],
}

impl Parameter<'_> {
    fn of(tokens: &[TokenTree]) -> Parameter<'_> {
        let (mut attributes, mut rest) = (Vec::new(), tokens);
        while let Some((attribute, behind)) = Attribute::first(rest) {
            attributes.push(attribute);
            rest = behind;
        }
        let colon = (0..rest.len()).find(|&at| {
            let is_path = |at: usize| rest.get(at).is_some_and(|token| is_punct(token, ':'));
            is_path(at) && !is_path(at + 1) && (at == 0 || !is_path(at - 1))
        });
        match colon {
            Some(at) => Parameter { attributes, pattern: &rest[..at], ty: &rest[at + 1..] },
            None => Parameter { attributes, pattern: rest, ty: &[] },
        }
    }
}

/// The tokens between the commas.
fn split(inputs: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parameters = vec![Vec::new()];
    let (mut angles, mut is_arrow) = (0_u32, false);
    for token in inputs {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => angles += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' && !is_arrow => angles = angles.saturating_sub(1),
            TokenTree::Punct(punct) if punct.as_char() == ',' && angles == 0 => {
                parameters.push(Vec::new());
                continue;
            }
            _ => {}
        }
        is_arrow = is_punct(&token, '-');
        parameters.last_mut().expect("there is one from the start").push(token);
    }
    parameters.retain(|tokens| !tokens.is_empty());
    parameters
}

fn is_condition(attribute: &Group) -> bool {
    attribute.stream().into_iter().next().is_some_and(|word| is_word(&word, "cfg"))
}

fn receiver_of(pattern: &[TokenTree], ty: &[TokenTree]) -> Option<Receiver> {
    let (last, before) = pattern.split_last()?;
    let last = match last {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => group.stream().into_iter().last()?,
        token => token.clone(),
    };
    if !is_word(&last, "self") {
        return None;
    }
    let is_pinned =
        ty.iter().skip_while(|token| !is_word(token, "Pin")).nth(2).is_some_and(|token| is_punct(token, '&'));
    let is_borrowed = before.iter().chain(ty.first()).any(|token| is_punct(token, '&')) || is_pinned;
    Some(match before {
        _ if is_borrowed => Receiver::Borrowed,
        [mutability] if is_word(mutability, "mut") => Receiver::Mutable,
        _ => Receiver::Owned,
    })
}

/// `name` or `mut name`, if that is surely a variable: a name with capitals may be a constant.
fn as_variable(pattern: &[TokenTree]) -> Option<(Option<&TokenTree>, &Ident)> {
    let (mutability, name) = match pattern {
        [TokenTree::Ident(name)] => (None, name),
        [mutability, TokenTree::Ident(name)] if is_word(mutability, "mut") => (Some(mutability), name),
        _ => return None,
    };
    let text = name.to_string();
    let is_plain = text != "_" && text.chars().all(|letter| letter == '_' || letter == '#' || !letter.is_uppercase());
    is_plain.then_some((mutability, name))
}

/// References and numbers have none.
fn may_have_destructor(ty: &[TokenTree]) -> bool {
    const PLAIN: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize",
    ];
    match ty {
        [TokenTree::Ident(name)] => !PLAIN.iter().any(|plain| name == plain),
        [first, ..] => !is_punct(first, '&'),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Moved, Receiver};
    use crate::Kind;
    use crate::syntax::item::Item;

    #[track_caller]
    fn check(inputs: &str, expected: &str, statements: &str) {
        let item = Item::split(Kind::Callback, format!("fn f({inputs}) {{}}").parse().unwrap()).unwrap();
        let moved = Moved::all(&item);
        let plain = |text: &str| text.replace([' ', '\n'], "").replace("__onloop_", "__");
        assert_eq!(plain(&moved.inputs.to_string()), plain(expected), "{inputs}");
        assert_eq!(plain(&moved.statements.to_string()), plain(statements), "{inputs}");
    }

    #[test]
    fn variables_keep_their_names() {
        check("a: A, mut b: B<C, D>", "a: A, b: B<C, D>,", "let a = a; let mut b = b;");
        check("_a: fn(A, B) -> C,", "_a: fn(A, B) -> C,", "let _a = _a;");
        check(
            "f: impl Fn(A) -> B, r#type: &'a str",
            "f: impl Fn(A) -> B, r#type: &'a str,",
            "let f = f; let r#type = r#type;",
        );
    }

    #[test]
    fn what_is_taken_apart_is_moved_as_a_whole_first() {
        check("(a, _): (A, B)", "__0: (A, B),", "let __0 = __0; let (a, _) = __0;");
        check("_: A", "__0: A,", "let __0 = __0;");
        check(
            "&self, e::E::<A, B> { x: y, .. }: E",
            "&self, __1: E,",
            "let __1 = __1; let e::E::<A, B> { x: y, .. } = __1;",
        );
        check(
            "mut a @ b: A, Unit: Unit",
            "__0: A, __1: Unit,",
            "let __0 = __0; let mut a @ b = __0; let __1 = __1; let Unit = __1;",
        );
    }

    #[test]
    fn attributes_stand_where_they_count() {
        check(
            "#[cfg(unix)] #[allow(unused)] a: A, #[cfg(unix)] (b, c): B",
            "#[cfg(unix)] a: A, #[cfg(unix)] __1: B,",
            "#[cfg(unix)] #[allow(unused)] let a = a; #[cfg(unix)] let __1 = __1; #[cfg(unix)] let (b, c) = __1;",
        );
    }

    #[test]
    fn receivers_are_told_apart() {
        for (inputs, expected) in [
            ("", Receiver::None),
            ("a: A", Receiver::None),
            ("&self", Receiver::Borrowed),
            ("&'a mut self, a: A", Receiver::Borrowed),
            ("self: &Self", Receiver::Borrowed),
            ("self: std::pin::Pin<&mut Self>", Receiver::Borrowed),
            ("self", Receiver::Owned),
            ("self: Pin<Box<Self>>", Receiver::Owned),
            ("#[allow(unused)] mut self", Receiver::Mutable),
            ("mut self: Box<Self>", Receiver::Mutable),
        ] {
            let item = Item::split(Kind::Callback, format!("fn f({inputs}) {{}}").parse().unwrap()).unwrap();
            assert_eq!(Moved::all(&item).receiver, expected, "{inputs}");
        }
    }

    #[test]
    fn a_body_may_call_its_receiver_otherwise() {
        let renamed = |body: &str| {
            let item = Item::split(Kind::Callback, format!("fn f(mut self: Box<Self>) {{ {body} }}").parse().unwrap());
            let item = item.unwrap();
            let (set, body) = super::renamed(&item, &item.body.stream())?;
            Some((set.to_string() + &body.to_string()).replace(' ', ""))
        };
        let expected = "letmutself_=self;f(self_).await;self_.b=1;self_";
        assert_eq!(renamed("f(self).await; self.b = 1; self").as_deref(), Some(expected));
        for body in [
            "1",
            "vec![self.b]",
            "let self_ = self;",
            "use a::{self, b}; self.c()",
            "println!(\"{self}\"); self.c()",
            "self::f(self)",
        ] {
            assert_eq!(renamed(body), None, "{body}");
        }
    }

    #[test]
    fn what_has_no_destructor_may_stay() {
        let text = "fn f(a: &A, mut n: u8, &(b, c): &(A, B), d: D) {}";
        let item = Item::split(Kind::Callback, text.parse().unwrap()).unwrap();
        assert_eq!(Moved::with_destructor(&item).statements.to_string(), "let d = d ;");
    }
}
