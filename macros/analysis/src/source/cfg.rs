//! What is known about the build's configuration: enough to decide that an item is not part of the build.
//!
//! The compiler's command line gives the features, the target, and whether this is a test build. Everything else (such
//! as a build script's own `cfg`s) is unknown, and nothing is decided from unknown `cfg`s.

use std::collections::HashMap;

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
    /// What is known of other names.
    pub settings: Settings,
}

/// Names whose values are known: with the values that hold as `name = "value"`, or an empty one where the
/// name holds by itself.
pub type Settings = HashMap<String, Vec<String>>;

/// Systems, by the word for them in a target's name, and their families.
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("android", "android", "unix"),
    ("darwin", "macos", "unix"),
    ("ios", "ios", "unix"),
    ("linux", "linux", "unix"),
    ("freebsd", "freebsd", "unix"),
    ("netbsd", "netbsd", "unix"),
    ("openbsd", "openbsd", "unix"),
    ("windows", "windows", "windows"),
    ("wasm32-unknown-unknown", "unknown", "wasm"),
];

/// What holds where the compiler builds for the system that it runs on.
#[must_use]
pub fn settings_of_host() -> Settings {
    use std::env::consts::{ARCH, FAMILY, OS};
    let mut settings = of_system(OS, FAMILY);
    settings.insert("target_arch".to_owned(), vec![ARCH.to_owned()]);
    settings
}

/// What holds for a target, as far as its name tells.
#[must_use]
pub fn settings_of_target(target: &str) -> Settings {
    let known = SYSTEMS.iter().find(|(word, ..)| target.contains(word));
    known.map_or_else(Settings::new, |(_, system, family)| of_system(system, family))
}

fn of_system(system: &str, family: &str) -> Settings {
    let holds = |is: bool| if is { vec![String::new()] } else { Vec::new() };
    HashMap::from([
        ("target_os".to_owned(), vec![system.to_owned()]),
        ("target_family".to_owned(), vec![family.to_owned()]),
        ("unix".to_owned(), holds(family == "unix")),
        ("windows".to_owned(), holds(family == "windows")),
    ])
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
    /// Whether the predicate between the parentheses of `cfg(..)` holds; `None` if that is unknown.
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
                let values = if name == "feature" { self.features.as_ref() } else { self.settings.get(name) };
                values.map(|values| values.iter().any(|known| known == value))
            }
            _ => match name {
                "test" => Some(self.test),
                "true" => Some(true),
                "false" => Some(false),
                name => self.settings.get(name).map(|values| values.iter().any(String::is_empty)),
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
    use super::{Cfg, settings_of_target};

    #[test]
    fn a_target_is_known_by_its_name() {
        let settings = settings_of_target("x86_64-unknown-linux-gnu");
        let cfg = Cfg { settings, ..Cfg::default() };
        for (predicate, expected) in [
            ("unix", Some(true)),
            ("windows", Some(false)),
            ("not(windows)", Some(true)),
            ("target_os = \"linux\"", Some(true)),
            ("any(target_os = \"macos\", target_family = \"wasm\")", Some(false)),
            ("target_arch = \"arm\"", None),
            ("tokio_unstable", None),
        ] {
            assert_eq!(cfg.holds(predicate), expected, "{predicate}");
        }
        assert_eq!(Cfg { settings: settings_of_target("riscv32-none"), ..Cfg::default() }.holds("unix"), None);
        assert_eq!(
            Cfg { settings: settings_of_target("aarch64-linux-android"), ..cfg }.holds("target_os = \"linux\""),
            Some(false)
        );
    }

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
