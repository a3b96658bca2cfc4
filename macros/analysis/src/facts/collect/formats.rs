//! Macros that format: which `Display` and `Debug` of the crate they call.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;

use super::Collector;
use super::macro_args::MacroArgument;
use super::render::render;
use crate::types::infer;
use crate::types::ty::Type;

/// Macros of std that format their arguments, and those of `log` and `tracing`.
const FORMATTING: &[&str] = &[
    "debug",
    "eprint",
    "eprintln",
    "error",
    "event",
    "format",
    "format_args",
    "info",
    "log",
    "print",
    "println",
    "trace",
    "warn",
    "write",
    "writeln",
];

/// What a placeholder shows: an argument by its position or name, and whether by `Debug`.
#[derive(Debug, PartialEq, Eq)]
struct Placeholder {
    of: Shown,
    by_debug: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Shown {
    Position(usize),
    Name(String),
}

impl Collector<'_, '_> {
    /// `format!("{store}")`
    pub(super) fn formats(&mut self, call: &syn::Macro, name: &str) {
        if !self.scope.has_methods("fmt") {
            return;
        }
        if name == "dbg" {
            for argument in split(call.tokens.clone()) {
                self.formats_value(&argument.into_iter().collect(), true, name);
            }
        }
        if !FORMATTING.contains(&name) {
            return;
        }
        let (mut text, mut positional, mut named) = (None, Vec::new(), Vec::new());
        for argument in split(call.tokens.clone()) {
            let literal = match &argument[..] {
                [TokenTree::Literal(literal)] if text.is_none() => {
                    syn::parse2::<syn::LitStr>(literal.to_token_stream()).ok()
                }
                _ => None,
            };
            if let Some(literal) = literal {
                text = Some(literal);
                continue;
            }
            match (sign_of(&argument), text.is_some()) {
                // `tracing` shows a value by `%value` or `?value`.
                (Some((by_debug, value)), _) => self.formats_value(&value, by_debug, name),
                (None, false) => {}
                (None, true) => match &argument[..] {
                    [TokenTree::Ident(key), TokenTree::Punct(sign), value @ ..] if sign.as_char() == '=' => {
                        named.push((key.to_string(), value.iter().cloned().collect::<TokenStream>()));
                    }
                    _ => positional.push(argument.into_iter().collect::<TokenStream>()),
                },
            }
        }
        let Some(text) = text else { return };
        for Placeholder { of, by_debug } in placeholders(&text.value()) {
            match of {
                Shown::Position(n) => {
                    if let Some(value) = positional.get(n) {
                        self.formats_value(value, by_debug, name);
                    }
                }
                Shown::Name(key) => {
                    if let Some((_, value)) = named.iter().find(|(known, _)| *known == key) {
                        self.formats_value(value, by_debug, name);
                    } else {
                        let is = self.scope.type_of_variable(&key);
                        self.formats_type(&is, by_debug, &key, name, &text.to_token_stream());
                    }
                }
            }
        }
    }

    fn formats_value(&mut self, value: &TokenStream, by_debug: bool, name: &str) {
        if let Ok(MacroArgument(value)) = syn::parse2::<MacroArgument>(value.clone()) {
            let is = infer::type_of(&mut self.scope, &value);
            self.formats_type(&is, by_debug, &render(&value), name, &value.to_token_stream());
        }
    }

    fn formats_type(&mut self, is: &Type, by_debug: bool, shown: &str, name: &str, tokens: &TokenStream) {
        let of_trait = if by_debug { "Debug" } else { "Display" };
        self.calls_derived(&is.bare(), (of_trait, "fmt"), &format!("{name}!(.. {shown} ..)"), tokens);
    }
}

/// Arguments between commas.
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut all = vec![Vec::new()];
    for token in tokens {
        match (&token, all.last_mut()) {
            (TokenTree::Punct(sign), _) if sign.as_char() == ',' => all.push(Vec::new()),
            (_, Some(last)) => last.push(token),
            (_, None) => {}
        }
    }
    all
}

/// `key = ?value`, `%value`, and whether that is by `Debug`.
fn sign_of(argument: &[TokenTree]) -> Option<(bool, TokenStream)> {
    let signed = match argument {
        [TokenTree::Ident(_), TokenTree::Punct(sign), rest @ ..] if sign.as_char() == '=' => rest,
        _ => argument,
    };
    match signed {
        [TokenTree::Punct(sign), value @ ..] if matches!(sign.as_char(), '%' | '?') => {
            Some((sign.as_char() == '?', value.iter().cloned().collect()))
        }
        _ => None,
    }
}

/// The placeholders of a format string that show by `Display` or `Debug`; none where a precision takes an argument.
fn placeholders(text: &str) -> Vec<Placeholder> {
    let (mut found, mut next) = (Vec::new(), 0);
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (sign, behind) = (&rest[at..=at], &rest[at + 1..]);
        if behind.starts_with(sign) || sign == "}" {
            rest = behind.get(1..).filter(|_| behind.starts_with(sign)).unwrap_or(behind);
            continue;
        }
        let Some(end) = behind.find('}') else { break };
        let (argument, format) = behind[..end].split_once(':').unwrap_or((&behind[..end], ""));
        rest = &behind[end + 1..];
        if format.contains(".*") {
            return Vec::new();
        }
        let of = match argument.trim() {
            "" => {
                next += 1;
                Shown::Position(next - 1)
            }
            argument => argument.parse().map_or_else(|_| Shown::Name(argument.to_owned()), Shown::Position),
        };
        let format = format.trim();
        let by_debug = format.ends_with('?');
        // `{:x}` and the like are by other traits.
        if by_debug || !format.ends_with(['E', 'X', 'b', 'e', 'o', 'p', 'x']) {
            found.push(Placeholder { of, by_debug });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, Shown, placeholders};

    #[test]
    fn placeholders_are_found() {
        let name = |name: &str, by_debug| Placeholder { of: Shown::Name(name.to_owned()), by_debug };
        let at = |n, by_debug| Placeholder { of: Shown::Position(n), by_debug };
        assert_eq!(
            placeholders("{{a}} {a:?} {} {0:>5} {:#?} {b:x}"),
            [name("a", true), at(0, false), at(0, false), at(1, true)]
        );
        assert_eq!(placeholders("no {"), []);
        assert_eq!(placeholders("{:.*} {}"), []);
    }
}
