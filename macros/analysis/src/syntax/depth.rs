//! How deep code may nest. A parser that recurses overflows its stack on what is deeper, so that is not parsed.

use proc_macro2::{TokenStream, TokenTree};

/// How many brackets may stand around a token.
pub(crate) const DEPTH: usize = 100;

/// Whether brackets nest deeper.
pub(crate) fn is_too_deep(tokens: &TokenStream) -> bool {
    fn is_deeper(tokens: TokenStream, left: usize) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Group(group) => left == 0 || is_deeper(group.stream(), left - 1),
            _ => false,
        })
    }
    is_deeper(tokens.clone(), DEPTH)
}

/// The same of text. Brackets in strings and comments count as well.
pub(crate) fn is_text_too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH
    })
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, is_text_too_deep, is_too_deep};

    #[test]
    fn tokens_and_text_have_one_limit() {
        for (depth, expected) in [(0, false), (DEPTH, false), (DEPTH + 1, true), (400, true)] {
            let text = format!("f {} g", "(".repeat(depth) + &")".repeat(depth));
            assert_eq!(is_text_too_deep(&text), expected, "{depth}");
            assert_eq!(is_too_deep(&text.parse().unwrap()), expected, "{depth}");
        }
    }
}
