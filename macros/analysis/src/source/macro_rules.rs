//! The arms of a `macro_rules!` as code: what a call expands to, as far as that does not depend on its arguments.

use std::ops::Range;

use crate::syntax::lex::{Lexer, Token, TokenKind};

/// What the arms of a macro write, from its name on: each variable is a name that nothing has, and what is repeated
/// stands once. Nothing if the text is not that of a macro.
pub(crate) fn arms(text: &str) -> Option<Vec<String>> {
    let mut lexer = Lexer::within(text, 0..text.len());
    while !matches!(lexer.next()?.kind, TokenKind::Open(_)) {}
    let mut arms = Vec::new();
    loop {
        match lexer.next()?.kind {
            TokenKind::Close(_) => return Some(arms),
            TokenKind::Punct(b';') => {}
            TokenKind::Open(_) => {
                lexer.skip_group();
                let [Some(b'='), Some(b'>')] = [punct(lexer.next()), punct(lexer.next())] else { return None };
                let Token { kind: TokenKind::Open(_), end: start, .. } = lexer.next()? else { return None };
                let mut arm = String::new();
                write(text, start..lexer.skip_group(), &mut arm);
                arms.push(arm);
            }
            _ => return None,
        }
    }
}

fn punct(token: Option<Token>) -> Option<u8> {
    match token?.kind {
        TokenKind::Punct(punct) => Some(punct),
        _ => None,
    }
}

fn write(text: &str, range: Range<usize>, code: &mut String) {
    let mut lexer = Lexer::within(text, range.clone());
    let mut copied = range.start;
    while let Some(token) = lexer.next() {
        if token.kind != TokenKind::Punct(b'$') {
            continue;
        }
        code.push_str(&text[copied..token.start]);
        copied = token.end;
        let Some(next) = lexer.next() else { break };
        match next.kind {
            TokenKind::Ident if lexer.text(next) == "crate" => {}
            TokenKind::Ident => code.push_str("__"),
            TokenKind::Open(_) => {
                code.push(' ');
                write(text, next.end..lexer.skip_group(), code);
                code.push(' ');
                // A separator, then how often.
                let mut repeats = punct(lexer.next());
                if !matches!(repeats, Some(b'*' | b'+' | b'?')) {
                    repeats = punct(lexer.next());
                }
                copied = if repeats.is_some() { lexer.position() } else { range.end };
            }
            _ => {}
        }
    }
    code.push_str(&text[copied.min(range.end)..range.end]);
}

#[cfg(test)]
mod tests {
    use super::arms;

    #[test]
    fn what_the_arms_write() {
        let text = "save { ($path:expr, $($part:expr),* $(,)?) => {{ $crate::write($path, [$($part),*]); \"$x\" }}; () => [1] }";
        let found = arms(text).unwrap();
        assert_eq!(found[0].split_whitespace().collect::<String>(), "{crate::write(__path,[__part]);\"$x\"}");
        assert_eq!(found[1], "1");
    }

    #[test]
    fn what_is_no_macro_has_no_arms() {
        for text in [
            "",
            "m",
            "m {",
            "m { x }",
            "m { () }",
            "m { () => }",
            "m { () => x }",
            "m { () => {$( } }",
            "m { () => {$ }",
        ] {
            arms(text);
        }
        assert_eq!(arms("m { () => x }"), None);
        assert_eq!(arms("m { (a) => {}; (b) => () }").map(|arms| arms.len()), Some(2));
    }
}
