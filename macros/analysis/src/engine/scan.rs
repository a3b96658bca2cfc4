//! A look at the tokens of a body before anything is parsed. Most functions contain nothing that a rule asks about, and
//! for them the scan is all the work.
//!
//! The scan may suspect too much, such as a local variable with the name of an imported function. It skips calls that
//! are awaited at once, and methods that every type has if the file names no type on which they block.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

use crate::facts::sign::Sign;
use crate::knowledge::polling::may_spin;
use crate::syntax::depth::DEPTH;
use crate::syntax::kind::Kind;
use crate::syntax::path::Path;
use crate::syntax::tokens::{is_punct, is_word};
use crate::types::{guards, locks};

/// What a scan found.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
pub(crate) struct Scan {
    /// Something that is called, or a function that is named, that a rule may want to know about.
    pub(crate) calls: bool,
    /// Something that may be a future, and is thrown away.
    pub(crate) drops: bool,
    /// A loop that shows no end.
    pub(crate) endless: bool,
    /// A loop that may only look until somebody else changes something.
    pub(crate) spins: bool,
    /// Something whose meaning the tokens alone do not show: imports, macros and functions in the body.
    pub(crate) unclear: bool,
    /// An `.await`, or a macro that may hide one.
    pub(crate) may_await: bool,
    /// Names that guards come from.
    pub(crate) may_hold: bool,
    /// How often a lock may be taken.
    pub(crate) locks: usize,
    /// A `for` over something that is not called.
    pub(crate) iterates: bool,
    /// An exemption, or a closure with an attribute of ours.
    pub(crate) attributes: bool,
    /// A `block_on`, as attributes such as `#[tokio::main]` put it around a body.
    pub(crate) blocks_on: bool,
    /// Nested deeper than a parser that recurses should go.
    pub(crate) too_deep: bool,
}

/// What the scan asks about.
pub(crate) enum Question<'a> {
    Path(&'a Path),
    /// A path that is called and whose value is not used.
    Dropped(&'a Path),
    /// The same of a method.
    DroppedMethod(&'a str),
    Method {
        name: &'a str,
        is_awaited: bool,
        /// One of its arguments may be a closure.
        takes_closure: bool,
    },
    Macro(&'a Path),
}

/// Macros of `std` that are known to hold no `.await` of their own.
const PLAIN_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprintln",
    "format",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

impl Scan {
    /// Whether a sign is there. `may_hold`: guards may be about that the body does not name.
    pub(crate) fn has(&self, sign: Sign, may_hold: bool) -> bool {
        let is_there = match sign {
            Sign::Blocks | Sign::Path(_) | Sign::Method(_) => self.calls,
            Sign::Await => self.may_await,
            Sign::AwaitWithGuard => self.may_await && (self.may_hold || may_hold),
            Sign::DroppedFuture => self.drops,
            Sign::EndlessLoop => self.endless,
            Sign::BusyLoop => self.spins,
            // The engine asks about these where nothing else is there.
            Sign::LocksTwice => self.locks > 1,
            Sign::Drops | Sign::Implicit => false,
        };
        is_there || self.unclear
    }
}

/// Scans a body. `suspects` says whether a rule wants to see something.
pub(crate) fn scan(body: TokenStream, suspects: &mut dyn FnMut(Question<'_>) -> bool) -> Scan {
    let mut scan = Scan::default();
    level(body, suspects, &mut scan, 0);
    scan
}

fn level(tokens: TokenStream, suspects: &mut dyn FnMut(Question<'_>) -> bool, scan: &mut Scan, depth: usize) {
    if depth > DEPTH {
        scan.too_deep = true;
        return;
    }
    let mut level = Level {
        tokens: tokens.into_iter().peekable(),
        suspects,
        scan,
        depth,
        before: [' '; 3],
        over_value: false,
        named: None,
        called: None,
        method: None,
        behind_wild: false,
        is_thrown_away: false,
    };
    while let Some(token) = level.tokens.next() {
        level.behind_method(&token);
        match token {
            TokenTree::Ident(ident) => level.word(&ident),
            TokenTree::Punct(punct) => level.sign(punct.as_char()),
            TokenTree::Group(group) => level.brackets(&group),
            TokenTree::Literal(_) => level.before = [' '; 3],
        }
    }
    if let Some(called) = level.method.take() {
        level.names_method(&called, false);
    }
}

/// A method that was named.
struct Called {
    name: String,
    /// How much of `(..)` and `.` stands behind it by now.
    behind: usize,
    takes_closure: bool,
}

/// The scan of what stands between one pair of brackets.
struct Level<'s> {
    tokens: Tokens,
    suspects: &'s mut dyn FnMut(Question<'_>) -> bool,
    scan: &'s mut Scan,
    depth: usize,
    /// The punctuation just before, the last character last.
    before: [char; 3],
    /// Behind the `in` of a `for`, as long as nothing is called there.
    over_value: bool,
    /// The path just before, and the one that was called just before.
    named: Option<Path>,
    called: Option<Path>,
    /// The method that was named just before.
    method: Option<Called>,
    /// Behind `_`, and behind `_ =`.
    behind_wild: bool,
    is_thrown_away: bool,
}

impl Level<'_> {
    /// What stands behind the name of a method tells whether it is called, and awaited.
    fn behind_method(&mut self, token: &TokenTree) {
        let Some(mut called) = self.method.take() else { return };
        match (token, called.behind) {
            (TokenTree::Group(group), 0) if group.delimiter() == Delimiter::Parenthesis => {
                let arguments = group.stream();
                self.scan.locks += usize::from(arguments.is_empty() && locks::is_taker(&called.name));
                called.takes_closure = arguments.into_iter().any(|token| is_punct(&token, '|'));
                self.method = Some(Called { behind: 1, ..called });
            }
            (TokenTree::Punct(punct), 1) if punct.as_char() == '.' => {
                self.method = Some(Called { behind: 2, ..called });
            }
            _ => self.names_method(&called, called.behind == 2 && is_word(token, "await")),
        }
    }

    fn names_method(&mut self, called: &Called, is_awaited: bool) {
        let Called { name, takes_closure, .. } = called;
        self.scan.may_hold |= !is_awaited && guards::is_giver(name);
        let question = Question::Method { name, is_awaited, takes_closure: *takes_closure };
        self.scan.calls = self.scan.calls || (self.suspects)(question);
    }

    fn word(&mut self, ident: &Ident) {
        let [first, second, third] = std::mem::replace(&mut self.before, [' '; 3]);
        self.behind_wild = ident == "_";
        let is_thrown_away = std::mem::take(&mut self.is_thrown_away);
        match (second, third) {
            // A lifetime or label.
            (_, '\'') => {}
            // `..name` is a range, not a method.
            (second, '.') if second != '.' => {
                let name = ident.to_string();
                if name == "await" {
                    self.scan.may_await = true;
                } else {
                    self.scan.blocks_on |= name == "block_on";
                    self.method = Some(Called { name: name.clone(), behind: 0, takes_closure: false });
                    // An empty first segment stands for the receiver.
                    self.named = Some(Path { absolute: false, segments: vec![String::new(), name] });
                    self.turbofish();
                }
            }
            (second, third) => {
                let absolute = (second, third) == (':', ':');
                // `<T as Trait>::f`: what stands before has been passed, so look.
                self.scan.unclear |= absolute && first == '>';
                let path = Path { absolute, segments: vec![ident.to_string()] };
                self.over_value |= path.segments[0] == "in";
                // `let _ = vec![f()];`
                self.scan.drops |= is_thrown_away && path.segments[0] == "vec";
                self.named = self.whole_path(path);
            }
        }
    }

    fn sign(&mut self, sign: char) {
        self.is_thrown_away = sign == '=' && self.behind_wild;
        self.behind_wild = false;
        if let (';', Some(path)) = (sign, self.called.take()) {
            let question = match &path.segments[..] {
                [receiver, method] if receiver.is_empty() => Question::DroppedMethod(method),
                _ => Question::Dropped(&path),
            };
            self.scan.drops = self.scan.drops || (self.suspects)(question);
        }
        self.named = None;
        self.over_value &= sign != '.' || self.before[2] != '.';
        self.before = [self.before[1], self.before[2], sign];
    }

    fn brackets(&mut self, group: &Group) {
        // What a loop runs over may be a receiver that waits.
        self.scan.iterates |= self.over_value && group.delimiter() == Delimiter::Brace;
        self.over_value = false;
        self.called = self.named.take().filter(|_| group.delimiter() == Delimiter::Parenthesis);
        // `drop(f())` throws away what `f` makes.
        let ends = self.tokens.peek().is_some_and(|token| is_punct(token, ';'));
        let drops = self.called.as_ref().is_some_and(|path| match &path.segments[..] {
            [.., last] if last == "drop" => true,
            // `Box::pin(f());`
            [.., of, last] => ends && of == "Box" && matches!(last.as_str(), "new" | "pin"),
            [only] => ends && matches!(only.as_str(), "Ok" | "Some"),
            _ => false,
        });
        self.scan.drops |= drops && holds_call(group);
        if self.before[2] == '#' && group.delimiter() == Delimiter::Bracket {
            self.scan.attributes |= is_ours(&group.stream());
        } else {
            level(group.stream(), self.suspects, self.scan, self.depth + 1);
        }
        self.before = [' '; 3];
    }

    /// Passes the types behind the name of a method: `collect::<Vec<_>>`.
    fn turbofish(&mut self) {
        if colons(&mut self.tokens) {
            self.tokens.next();
            self.tokens.next();
            if self.tokens.peek().is_some_and(|token| is_punct(token, '<')) {
                self.skip_angles();
            }
        }
    }

    /// Takes the rest of a path and asks about it.
    fn whole_path(&mut self, mut path: Path) -> Option<Path> {
        while colons(&mut self.tokens) {
            self.tokens.next();
            self.tokens.next();
            if self.tokens.peek().is_some_and(|token| is_punct(token, '<')) {
                self.skip_angles();
            } else if let Some(TokenTree::Ident(next)) = self.tokens.peek() {
                path.segments.push(next.to_string());
                self.tokens.next();
            }
        }
        self.scan.may_hold |=
            path.segments.len() > 1 && path.segments.last().is_some_and(|last| guards::is_giver(last));
        if path.segments.len() == 1 && is_keyword(&path.segments[0]) {
            self.keyword(&path.segments[0]);
            return None;
        }
        if self.tokens.peek().is_some_and(|token| is_punct(token, '!')) {
            let name = path.segments.last().map(String::as_str).unwrap_or_default();
            self.scan.may_await |= !PLAIN_MACROS.contains(&name);
            self.scan.unclear |= name == "macro_rules";
            self.scan.calls = self.scan.calls || (self.suspects)(Question::Macro(&path));
        } else {
            self.scan.calls = self.scan.calls || (self.suspects)(Question::Path(&path));
        }
        Some(path)
    }

    fn keyword(&mut self, word: &str) {
        let Level { tokens, scan, .. } = self;
        let block = matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
        match word {
            // What a `use` brings is for the parser to tell.
            "use" => scan.unclear = true,
            "loop" if block => {
                scan.endless = scan.endless || tokens.peek().is_some_and(has_no_way_out);
                scan.spins =
                    scan.spins || tokens.peek().is_some_and(|block| may_spin(&mut [block.clone()].into_iter()));
            }
            "while" => {
                scan.endless |= tokens.peek().is_some_and(|token| is_word(token, "true"));
                scan.spins = scan.spins || may_spin(&mut up_to_block(tokens.clone()));
            }
            // `async { .. };`
            "async" => scan.drops |= block,
            // A function in the body: no other one tells what it does.
            "fn" => scan.unclear |= matches!(tokens.peek(), Some(TokenTree::Ident(_))),
            _ => {}
        }
    }

    /// Passes the generic arguments of a path, and looks into what they hold.
    fn skip_angles(&mut self) {
        let mut angles = 0_usize;
        let mut arrow = false;
        for token in self.tokens.by_ref() {
            match token {
                TokenTree::Punct(punct) => {
                    match punct.as_char() {
                        '<' => angles += 1,
                        '>' if !arrow => angles -= 1,
                        _ => {}
                    }
                    arrow = punct.as_char() == '-';
                    if angles == 0 {
                        return;
                    }
                }
                TokenTree::Group(group) => level(group.stream(), self.suspects, self.scan, self.depth + 1),
                TokenTree::Ident(_) | TokenTree::Literal(_) => arrow = false,
            }
        }
    }
}

/// What stands there up to the end of the next block.
fn up_to_block(tokens: Tokens) -> impl Iterator<Item = TokenTree> {
    let mut is_over = false;
    tokens.take_while(move |token| {
        let is_block = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        !std::mem::replace(&mut is_over, is_block)
    })
}

/// Whether something may be called between these brackets.
fn holds_call(group: &Group) -> bool {
    let is_call = |token| matches!(token, TokenTree::Group(inner) if inner.delimiter() == Delimiter::Parenthesis);
    group.stream().into_iter().any(is_call)
}

/// Whether nothing in a block looks like the end of the loop that it is.
fn has_no_way_out(block: &TokenTree) -> bool {
    match block {
        TokenTree::Group(group) => group.stream().into_iter().all(|token| has_no_way_out(&token)),
        TokenTree::Ident(ident) => !["return", "await"].iter().any(|word| ident == word),
        TokenTree::Punct(punct) => punct.as_char() != '?',
        TokenTree::Literal(_) => true,
    }
}

/// Whether `::` stands there.
fn colons(tokens: &mut Tokens) -> bool {
    tokens.peek().is_some_and(
        |token| matches!(token, TokenTree::Punct(p) if p.as_char() == ':' && p.spacing() == Spacing::Joint),
    )
}

type Tokens = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

/// Whether tokens name the receiving end of a channel.
pub(crate) fn names_receiver(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident.to_string().ends_with("Receiver"),
        TokenTree::Group(group) => names_receiver(&group.stream()),
        _ => false,
    })
}

/// Whether the inside of an attribute may be ours: `allow(onloop::..)`, `callback`, `onloop::blocking`.
fn is_ours(attribute: &TokenStream) -> bool {
    attribute.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "onloop" || Kind::from_word(&ident.to_string()).is_some(),
        TokenTree::Group(group) => is_ours(&group.stream()),
        _ => false,
    })
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "as" | "async"
            | "await"
            | "break"
            | "const"
            | "continue"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "Self"
            | "static"
            | "struct"
            | "trait"
            | "true"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
    )
}

#[cfg(test)]
mod tests {
    use super::{Question, Scan, scan};

    fn asked(body: &str) -> (Scan, Vec<String>) {
        let mut asked = Vec::new();
        let scan = scan(body.parse().unwrap(), &mut |question| {
            asked.push(match question {
                Question::Path(path) => path.segments.join("::"),
                Question::Dropped(path) => format!("{};", path.segments.join("::")),
                Question::DroppedMethod(name) => format!(".{name};"),
                Question::Method { name, is_awaited: false, .. } => format!(".{name}"),
                Question::Method { name, is_awaited: true, .. } => format!(".{name}.await"),
                Question::Macro(path) => format!("{}!", path.segments.join("::")),
            });
            false
        });
        (scan, asked)
    }

    #[test]
    fn paths_methods_and_macros_are_asked_about() {
        let (scan, asked) = asked("let x: u8 = a::b(c.d(), 'e: loop { f!(g..h)? }); Vec::<u8>::new; x.0.await");
        assert_eq!(asked, ["x", "u8", "a::b", "c", ".d", "f!", "g", "h", "a::b;", "Vec::new", "x"]);
        assert!(scan.may_await && !scan.calls && !scan.attributes);
    }

    #[test]
    fn qualified_paths_are_suspect() {
        assert!(asked("<File as Read>::read(&mut f, b)").0.unclear);
        assert!(!asked("let n = a < b; let c: Vec<u8> = d;").0.unclear);
    }

    #[test]
    fn attributes_of_ours_are_seen() {
        assert!(asked("#[allow(onloop::blocking_call, reason = \"\")] f();").0.attributes);
        assert!(asked("listen(#[callback] |x| x)").0.attributes);
        assert!(!asked("#[allow(unused)] let x = [1];").0.attributes);
    }

    #[test]
    fn known_macros_hold_no_await() {
        assert!(!asked("println!(\"{}\", x)").0.may_await);
        assert!(asked("tokio::join!(a, b)").0.may_await);
    }

    #[test]
    fn deep_nesting_is_noticed() {
        let deep = format!("{}{}", "(".repeat(500), ")".repeat(500));
        assert!(asked(&deep).0.too_deep);
    }
}
