//! Whether code may wait, judged by its tokens.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Macros that hold no `.await` of their own.
const PLAIN_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "bail",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "ensure",
    "eprintln",
    "error",
    "format",
    "info",
    "json",
    "log",
    "matches",
    "panic",
    "print",
    "println",
    "trace",
    "unreachable",
    "vec",
    "warn",
    "write",
    "writeln",
];

/// Whether a macro of that name holds no `.await`, and what is behind it is reached.
pub(crate) fn is_plain_macro(name: &proc_macro2::Ident) -> bool {
    PLAIN_MACROS.iter().any(|known| name == known) && name != "panic" && name != "unreachable"
}

/// Whether an `.await` stands in code, or a macro that may hold one.
pub(crate) fn may_wait(tokens: TokenStream) -> bool {
    let mut name = None;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == "await" => return true,
            TokenTree::Ident(ident) => name = Some(ident.to_string()),
            // `!=` is no macro.
            TokenTree::Punct(sign) if sign.as_char() == '!' && sign.spacing() == proc_macro2::Spacing::Alone => {
                if name.take().is_some_and(|name| !PLAIN_MACROS.contains(&name.as_str()) && !is_word(&name)) {
                    return true;
                }
            }
            TokenTree::Group(group) => {
                name = None;
                if may_wait(group.stream()) {
                    return true;
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => name = None,
        }
    }
    false
}

/// Whether a macro stands in code of which it is not known what it does with the loop around it.
pub(crate) fn has_unknown_macro(tokens: TokenStream) -> bool {
    const KNOWN: &[&str] = &["join", "pin", "select", "select_biased"];
    let mut name = None;
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => {
            name = Some(ident.to_string());
            false
        }
        TokenTree::Punct(sign) if sign.as_char() == '!' && sign.spacing() == proc_macro2::Spacing::Alone => {
            name.take().is_some_and(|name| {
                let is_known = PLAIN_MACROS.contains(&name.as_str()) || KNOWN.contains(&name.as_str());
                !is_known && !is_word(&name)
            })
        }
        TokenTree::Group(group) => {
            name = None;
            has_unknown_macro(group.stream())
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => {
            name = None;
            false
        }
    })
}

/// Whether something is awaited in code itself, not in its async blocks.
pub(crate) fn waits_itself(tokens: TokenStream) -> bool {
    const WORDS: &[&str] = &["await", "join", "select", "select_biased", "try_join"];
    let mut is_async = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => {
            is_async = ident == "async" || is_async && ident == "move";
            WORDS.iter().any(|word| ident == word)
        }
        TokenTree::Group(group) => !std::mem::take(&mut is_async) && waits_itself(group.stream()),
        // `async |x| { .. }`
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Words behind which `!` negates.
fn is_word(name: &str) -> bool {
    matches!(name, "if" | "while" | "match" | "return" | "break" | "in" | "else" | "move")
}

/// Whether something is called in code.
pub(crate) fn calls(tokens: TokenStream) -> bool {
    let mut is_named = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            let is_call = is_named && group.delimiter() == Delimiter::Parenthesis;
            is_named = false;
            is_call || calls(group.stream())
        }
        TokenTree::Ident(ident) => {
            is_named = !["Ok", "Some", "Err"].iter().any(|word| ident == word) && !is_word(&ident.to_string());
            false
        }
        _ => {
            is_named = false;
            false
        }
    })
}

/// Whether code does something that may take time: it calls something, or goes round a loop.
pub(crate) fn works(tokens: TokenStream) -> bool {
    calls(tokens.clone()) || mentions_any(tokens, &["for", "loop", "while"])
}

/// Whether one of these words stands in code.
pub(crate) fn mentions_any(tokens: TokenStream, words: &[&str]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => words.iter().any(|word| ident == word),
        TokenTree::Group(group) => mentions_any(group.stream(), words),
        _ => false,
    })
}

/// Whether code has a way out of a loop around it: `break`, `return`, `?`, or what ends all.
pub(crate) fn may_leave(tokens: TokenStream) -> bool {
    const WORDS: &[&str] = &["bail", "break", "ensure", "exit", "panic", "return", "try_join", "unreachable"];
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => WORDS.iter().any(|word| ident == word),
        TokenTree::Punct(sign) => sign.as_char() == '?',
        TokenTree::Group(group) => may_leave(group.stream()),
        TokenTree::Literal(_) => false,
    })
}

/// Whether code ends with `break` or `return`, or is one.
pub(crate) fn always_leaves(tokens: TokenStream) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is_end = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "break" || word == "return");
    match &tokens[..] {
        [TokenTree::Group(block)] => always_leaves(block.stream()),
        all => all
            .rsplit(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';'))
            .find(|statement| !statement.is_empty())
            .and_then(<[_]>::first)
            .is_some_and(is_end),
    }
}

/// Whether code ends with `return`, or is one, and has no other way out of a loop.
pub(crate) fn always_returns(tokens: TokenStream) -> bool {
    always_leaves(tokens.clone()) && !mentions_any(tokens, &["break", "continue"])
}

#[cfg(test)]
mod tests {
    use super::{always_leaves, calls, may_leave, may_wait};

    #[test]
    fn the_end_of_code_leaves() {
        let leaves = |code: &str| always_leaves(code.parse().unwrap());
        assert!(leaves("return Ok(())") && leaves("{ work(); break; }") && leaves("{ return }"));
        assert!(!leaves("work()") && !leaves("{ if done { break } }") && !leaves("{}"));
    }

    #[test]
    fn words_tell() {
        assert!(may_wait("f().await".parse().unwrap()) && may_wait("x(select! { _ = a => {} })".parse().unwrap()));
        assert!(!may_wait("if !ready && a != b { println!(\"{}\", f()) }".parse().unwrap()));
        assert!(calls("Ok(f(1))".parse().unwrap()) && calls("a.b()".parse().unwrap()));
        assert!(!calls("Ok((1, 2))".parse().unwrap()) && !calls("if (a) { b }".parse().unwrap()));
        assert!(may_leave("f()?;".parse().unwrap()) && !may_leave("f().await;".parse().unwrap()));
    }
}
