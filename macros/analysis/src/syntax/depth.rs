//! How deep code may nest. A parser that recurses overflows its stack on what is deeper, so that is not parsed.

use proc_macro2::{TokenStream, TokenTree};

use super::lex::{Lexer, TokenKind};

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

/// The same of text.
pub(crate) fn is_text_too_deep(text: &str) -> bool {
    too_deep_at(text, DEPTH).is_some()
}

/// The byte at which brackets first nest deeper than a limit. Those in strings and comments do not count.
#[must_use]
pub fn too_deep_at(text: &str, limit: usize) -> Option<usize> {
    if !may_be_deeper(text, limit) {
        return None;
    }
    let mut lexer = Lexer::new(text);
    let mut depth = 0_usize;
    while let Some(token) = lexer.next() {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Some(token.start);
        }
    }
    None
}

/// Counts bytes, which is quick, and so those in strings and comments too.
fn may_be_deeper(text: &str, limit: usize) -> bool {
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > limit
    })
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, is_text_too_deep, is_too_deep, too_deep_at};

    #[test]
    fn tokens_and_text_have_one_limit() {
        for (depth, expected) in [(0, false), (DEPTH, false), (DEPTH + 1, true), (400, true)] {
            let text = format!("f {} g", "(".repeat(depth) + &")".repeat(depth));
            assert_eq!(is_text_too_deep(&text), expected, "{depth}");
            assert_eq!(is_too_deep(&text.parse().unwrap()), expected, "{depth}");
        }
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_nest() {
        let escapes = "keys(\"\\x1b[A\", b'[', '(', r#\"{\"#); /* [ */ // {\n".repeat(200);
        assert!(!is_text_too_deep(&escapes));
        assert_eq!(too_deep_at(&format!("{escapes}((x))"), 1), Some(escapes.len() + 1));
    }
}
