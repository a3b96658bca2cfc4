//! What is known of the build's configuration: enough to tell that an item is not part of it.
//!
//! The compiler's command line names the features and says whether this is a test build. Everything else (`unix`,
//! `target_os`, a build script's own) stays unknown, and what is unknown is never decided.

use crate::syntax::lex::{Lexer, Token, TokenKind};

/// The configuration of the crate that is being compiled, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Cfg {
    /// Whether `cfg(test)` holds.
    pub test: bool,
    /// The names that hold as `feature = "name"`; `None` where they are not known.
    pub features: Option<Vec<String>>,
    /// The crates that can be named, by their real names; `None` where they are not known.
    pub crates: Option<Vec<String>>,
    /// The edition, as far as it matters.
    pub edition: Edition,
}

/// Editions, by how long temporaries live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// What `if let` looks at lives through `else`, and what the end of a block does through the statement around it.
    Before2024,
    /// Neither does.
    Since2024,
    /// Taken to be the one in which guards live shorter.
    #[default]
    Unknown,
}

impl Cfg {
    /// Whether the predicate between the parentheses of `cfg(..)` holds; `None` if that cannot be told.
    #[must_use]
    pub fn holds(&self, predicate: &str) -> Option<bool> {
        let mut lexer = Lexer::new(predicate);
        self.predicate(&mut lexer)
    }

    fn predicate(&self, lexer: &mut Lexer<'_>) -> Option<bool> {
        let token = lexer.next()?;
        let name = lexer.text(token);
        let mut ahead = lexer.clone();
        match ahead.next().map(|next| next.kind) {
            Some(TokenKind::Open(_)) => {
                *lexer = ahead;
                let all = self.list(lexer);
                match name {
                    "not" => all.first().copied().flatten().map(|holds| !holds),
                    "all" if all.contains(&Some(false)) => Some(false),
                    "all" => all.into_iter().try_fold(true, |all, one| Some(all && one?)),
                    "any" if all.contains(&Some(true)) => Some(true),
                    "any" => all.into_iter().try_fold(false, |any, one| Some(any || one?)),
                    _ => None,
                }
            }
            Some(TokenKind::Punct(b'=')) => {
                let value = ahead.next()?;
                *lexer = ahead;
                let value = lexer.text(value).trim_matches('"');
                let features = self.features.as_ref().filter(|_| name == "feature")?;
                Some(features.iter().any(|feature| feature == value))
            }
            _ => match name {
                "test" => Some(self.test),
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
        }
    }

    /// Called behind the opening parenthesis.
    fn list(&self, lexer: &mut Lexer<'_>) -> Vec<Option<bool>> {
        let mut all = Vec::new();
        loop {
            let mut ahead = lexer.clone();
            match ahead.next().map(|token: Token| token.kind) {
                None => return all,
                Some(TokenKind::Close(_)) => {
                    *lexer = ahead;
                    return all;
                }
                Some(TokenKind::Punct(_)) => *lexer = ahead,
                Some(_) => {
                    let before = lexer.position();
                    all.push(self.predicate(lexer));
                    if lexer.position() == before {
                        return all;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cfg;

    #[test]
    fn only_what_is_known_is_decided() {
        let cfg = Cfg { test: false, features: Some(vec!["net".into()]), ..Cfg::default() };
        for (predicate, expected) in [
            ("test", Some(false)),
            ("not(test)", Some(true)),
            ("unix", None),
            ("all(test, unix)", Some(false)),
            ("any(test, unix)", None),
            ("any(not(test), unix)", Some(true)),
            ("feature = \"net\"", Some(true)),
            ("all(feature = \"net\", feature = \"tls\")", Some(false)),
            ("all(not(feature = \"tls\"), target_os = \"linux\")", None),
            ("all()", Some(true)),
            ("any()", Some(false)),
            ("not()", None),
            ("", None),
            ("all(", Some(true)),
            ("]", None),
        ] {
            assert_eq!(cfg.holds(predicate), expected, "{predicate}");
        }
        assert_eq!(Cfg::default().holds("feature = \"net\""), None);
    }
}
