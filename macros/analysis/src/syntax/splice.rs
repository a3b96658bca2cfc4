//! Inserts tokens into a body, at places that the walker has found in its parsed form.
//!
//! The body that goes to the compiler is the user's own, never a printed syntax tree. So a place is identified by its
//! tokens.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::syntax::point::Point;

/// What is put there.
pub(crate) struct Insertion {
    pub(crate) point: Point,
    pub(crate) tokens: TokenStream,
    /// The tokens are an attribute. One cannot stand on every expression, but on a block that is a statement it can.
    pub(crate) is_attribute: bool,
}

impl Insertion {
    fn around(&self, expression: TokenStream) -> Group {
        let mut inside = self.tokens.clone();
        // Other braces around the user's would have the compiler call those unnecessary.
        if self.is_attribute && !is_block(&expression) {
            inside.extend([TokenTree::from(Group::new(Delimiter::Brace, expression))]);
        } else {
            inside.extend(expression);
        }
        Group::new(Delimiter::Brace, inside)
    }
}

fn is_block(expression: &TokenStream) -> bool {
    let mut tokens = expression.clone().into_iter();
    let first = tokens.next();
    tokens.next().is_none() && matches!(first, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

/// The body with what is put into it.
pub(crate) fn insert(body: TokenStream, insertions: Vec<Insertion>) -> TokenStream {
    if insertions.is_empty() {
        return body;
    }
    let mut places: Vec<Place> = insertions.into_iter().map(Place::of).collect();
    let mut count = vec![0; places.len()];
    occurrences(body.clone(), &places, &mut count);
    // Tokens that a macro has repeated cannot be told apart.
    let mut unique = count.into_iter().map(|count| count == 1);
    places.retain(|_| unique.next().unwrap_or(false));
    splice(body, &places)
}

struct Place {
    first: Key,
    last: Option<Key>,
    insertion: Insertion,
}

impl Place {
    fn of(insertion: Insertion) -> Place {
        let Point { first, last } = &insertion.point;
        Place { first: Key::of(first), last: last.as_ref().map(Key::of), insertion }
    }
}

/// What tells a token from all others of the body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Key {
    text: String,
    span: String,
}

impl Key {
    pub(crate) fn of(token: &TokenTree) -> Key {
        Key { text: text(token), span: span(token) }
    }

    fn is(&self, token: &TokenTree) -> bool {
        // Most tokens differ by their text; spans cost a question to the compiler.
        let same = match token {
            TokenTree::Ident(ident) => *ident == self.text,
            _ => text(token) == self.text,
        };
        same && span(token) == self.span
    }
}

fn text(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(group) => format!("{:?}", group.delimiter()),
        token => token.to_string(),
    }
}

fn span(token: &TokenTree) -> String {
    // A group that has been parsed and printed has this span left, not those of its braces.
    format!("{:?}", token.span())
}

fn occurrences(tokens: TokenStream, places: &[Place], count: &mut [usize]) {
    for token in tokens {
        for (place, count) in places.iter().zip(count.iter_mut()) {
            *count += usize::from(place.first.is(&token));
        }
        if let TokenTree::Group(group) = token {
            occurrences(group.stream(), places, count);
        }
    }
}

fn splice(tokens: TokenStream, places: &[Place]) -> TokenStream {
    let mut spliced = Vec::new();
    // Expressions that are to be put in braces: where each begins, and which place it is.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for token in tokens {
        for (n, place) in places.iter().enumerate() {
            if place.first.is(&token) {
                match place.last {
                    Some(_) => open.push((spliced.len(), n)),
                    None => spliced.extend(place.insertion.tokens.clone()),
                }
            }
        }
        let ends = |&(_, n): &(usize, usize)| places[n].last.as_ref().is_some_and(|last| last.is(&token));
        let ended: Vec<_> = open.iter().copied().filter(ends).collect();
        spliced.push(match token {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), splice(group.stream(), places));
                inside.set_span(group.span());
                inside.into()
            }
            token => token,
        });
        for (start, n) in ended.into_iter().rev() {
            open.retain(|&(_, open)| open != n);
            let expression = spliced.split_off(start).into_iter().collect();
            spliced.push(places[n].insertion.around(expression).into());
        }
    }
    spliced.into_iter().collect()
}
