//! Futures that lose what they have when they are dropped half-way, as `select!` drops those that did not win.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::Collector;
use super::diverge::{Diverges, expression_diverges};
use super::races::{ADAPTORS, LIMITS, first_name};
use super::render::render;
use crate::facts::model::{Happens, Losing};
use crate::syntax::path::path_of;
use crate::syntax::waits::{always_leaves, mentions_any};
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

/// What sends a message, which is lost with the future if that is dropped before.
const SENDERS: &[&str] = &[
    "async_channel::Sender",
    "futures::channel::mpsc::Sender",
    "futures::stream::SplitSink",
    "futures_util::stream::SplitSink",
    "tokio::sync::mpsc::Sender",
    "tokio_tungstenite::WebSocketStream",
    "tokio_util::codec::Framed",
    "tokio_util::codec::FramedWrite",
];

impl Losing {
    fn of(written: String) -> Losing {
        Losing { written, through: None, loses: true, is_message: false, by_limit: false }
    }
}

impl Collector<'_, '_> {
    /// A future that loses what it has when it is dropped half-way, or may: a call, not a future that lives on.
    pub(super) fn losing(&mut self, future: &syn::Expr) -> Option<Losing> {
        let written = render(future);
        match future {
            syn::Expr::MethodCall(call) => {
                let name = call.method.unraw().to_string();
                if ADAPTORS.contains(&name.as_str()) && !matches!(*call.receiver, syn::Expr::Path(_)) {
                    return self.losing(&call.receiver);
                }
                let receiver = infer::type_of(&mut self.scope, &call.receiver);
                if name == "send" && receiver.bare().is_any(SENDERS) {
                    let is_lost = call.args.len() == 1 && self.is_of_this_round(&call.args[0]) == Some(true);
                    return is_lost.then(|| Losing { is_message: true, ..Losing::of(written) });
                }
                match lookup::method(&mut self.scope, &receiver, &name) {
                    Method::Local(function) => {
                        Some(Losing { through: Some(function), loses: false, ..Losing::of(written) })
                    }
                    Method::Declared(_) => None,
                    _ if matches!(receiver.bare(), Type::Local(..)) => None,
                    _ => loses(&name).then(|| Losing::of(written)),
                }
            }
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return None };
                match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
                    Name::Def(Def::Function(function)) => {
                        Some(Losing { through: Some(function), loses: false, ..Losing::of(written) })
                    }
                    Name::Def(Def::External(paths)) if paths.iter().any(|path| path == "tokio::time::timeout") => {
                        self.losing(call.args.get(1)?)
                    }
                    Name::Def(Def::External(paths)) => {
                        let loses = paths.iter().any(|path| path.starts_with("tokio::io::copy"));
                        loses.then(|| Losing::of(written))
                    }
                    _ => None,
                }
            }
            syn::Expr::Async(block) => {
                awaits_losing(block.block.to_token_stream()).then(|| Losing::of("this async block".to_owned()))
            }
            syn::Expr::Paren(inner) => self.losing(&inner.expr),
            _ => None,
        }
    }

    /// Whether a variable was bound in the loop around; nothing if it is none.
    fn is_of_this_round(&mut self, value: &syn::Expr) -> Option<bool> {
        let syn::Expr::Path(path) = value else { return None };
        let since = self.scope.since(&path.path.get_ident()?.unraw().to_string())?;
        let around = self.loops.iter().rev().find(|around| !around.is_block)?;
        Some(since.bound >= around.bound)
    }

    /// Whether something that a call takes, or is called on, is there for the next round of the loop as well. What a
    /// variable from before the loop gives is: it is a reference, or else the first round would have moved it.
    fn lives_on(&mut self, future: &syn::Expr) -> bool {
        let mut at = future;
        loop {
            at = match at {
                syn::Expr::MethodCall(call) => &call.receiver,
                syn::Expr::Call(call) => return call.args.iter().any(|argument| self.lives_on(argument)),
                syn::Expr::Field(field) => &field.base,
                syn::Expr::Reference(inner) if inner.mutability.is_some() => &inner.expr,
                syn::Expr::Paren(inner) => &inner.expr,
                syn::Expr::Path(path) if path.path.is_ident("self") => return true,
                syn::Expr::Path(_) => return self.is_of_this_round(at) == Some(false),
                _ => return false,
            }
        }
    }

    /// `timeout(.., future).await` in a loop that goes on when the time is up: the next round misses what the future had.
    pub(super) fn limited(&mut self, awaited: &syn::Expr, goes_on: impl FnOnce() -> bool) {
        let syn::Expr::Await(awaited) = awaited else { return };
        let syn::Expr::Call(call) = &*awaited.base else { return };
        let syn::Expr::Path(path) = &*call.func else { return };
        if self.again || !self.loops.iter().any(|around| !around.is_block) {
            return;
        }
        let Name::Def(Def::External(paths)) = self.scope.resolve(&path_of(&path.path), Namespace::Value) else {
            return;
        };
        let limit = LIMITS.iter().find(|(known, _)| paths.iter().any(|path| path == known));
        let Some(future) = limit.and_then(|(_, number)| call.args.get(*number)) else { return };
        if goes_on()
            && self.lives_on(future)
            && let Some(losing) = self.losing(future)
            && !losing.through.is_some_and(|function| self.scope.body_of(function, makes_its_own).unwrap_or(true))
        {
            self.happens(Happens::Loses(Losing { by_limit: true, ..losing }), first_name(future));
        }
    }

    /// The same, looked at by `match`.
    pub(super) fn limited_match(&mut self, inner: &syn::ExprMatch) {
        let goes_on = |arm: &syn::Arm| may_be_late(&arm.pat) && !leaves_loop(&arm.body);
        self.limited(&inner.expr, || inner.arms.iter().any(goes_on));
    }

    /// The same, looked at by `if let`.
    pub(super) fn limited_if(&mut self, inner: &syn::ExprIf) {
        let syn::Expr::Let(asked) = &*inner.cond else { return };
        let goes_on = || match (may_be_late(&asked.pat), &inner.else_branch) {
            (true, _) => {
                let then = inner.then_branch.to_token_stream();
                !always_leaves(then.clone()) || mentions_any(then, &["continue"])
            }
            (false, Some((_, other))) => !leaves_loop(other),
            (false, None) => true,
        };
        self.limited(&asked.expr, goes_on);
    }

    /// The same in `let _ = ..;` and `let Ok(..) = .. else { .. };`
    pub(super) fn limited_let(&mut self, local: &syn::Local) {
        let Some(init) = &local.init else { return };
        let goes_on = || match (&init.diverge, &local.pat) {
            (Some((_, other)), _) => !leaves_loop(other),
            (None, syn::Pat::Wild(_)) => true,
            _ => false,
        };
        self.limited(&init.expr, goes_on);
    }
}

/// Whether code makes a stream of its own: nobody misses what it has read from that.
fn makes_its_own(code: TokenStream) -> bool {
    mentions_any(code, &["accept", "bind", "connect", "create", "open", "spawn"])
}

/// Whether a pattern may be that of a future whose time is up.
fn may_be_late(pattern: &syn::Pat) -> bool {
    match pattern {
        syn::Pat::TupleStruct(inner) => inner.path.segments.last().is_some_and(|last| last.ident == "Err"),
        syn::Pat::Or(inner) => inner.cases.iter().any(may_be_late),
        syn::Pat::Guard(inner) => may_be_late(&inner.pat),
        syn::Pat::Wild(_) => true,
        _ => false,
    }
}

/// Whether code surely leaves the loop around.
fn leaves_loop(code: &syn::Expr) -> bool {
    let tokens = code.to_token_stream();
    let diverges = expression_diverges(code) == Diverges::Always;
    (always_leaves(tokens.clone()) || diverges) && !mentions_any(tokens, &["continue"])
}

/// Methods that lose what they had read or written when they are dropped half-way.
const LOSING: &[&str] = &["read_exact", "read_line", "read_to_end", "read_to_string", "write_all"];

/// Numbers of more than one byte are read by [`LOSING`] means.
pub(super) fn loses(name: &str) -> bool {
    let is_number = name.strip_prefix("read_").is_some_and(|number| {
        let number = number.trim_end_matches("_le");
        let (kind, bits) = number.split_at(number.len().min(1));
        matches!(kind, "u" | "i" | "f") && matches!(bits, "16" | "32" | "64" | "128")
    });
    is_number || LOSING.contains(&name)
}

/// Whether something is awaited in code that loses what it has when it is dropped half-way.
pub(crate) fn awaits_losing(tokens: TokenStream) -> bool {
    let mut name: Option<String> = None;
    let mut behind = 0;
    for token in tokens {
        match (&token, behind) {
            (TokenTree::Ident(ident), _) => {
                let is_method = || name.as_deref().is_some_and(loses);
                if behind == 2 && ident == "await" && is_method() {
                    return true;
                }
                (name, behind) = (Some(ident.to_string()), 0);
            }
            (TokenTree::Group(group), _) => {
                if awaits_losing(group.stream()) {
                    return true;
                }
                behind = usize::from(behind == 0 && name.is_some());
            }
            (TokenTree::Punct(dot), 1) if dot.as_char() == '.' => behind = 2,
            _ => (name, behind) = (None, 0),
        }
    }
    false
}

/// Whether code awaits what fills a variable of its own, up to a mark: what is there when it is dropped is lost with it.
pub(crate) fn fills_its_own(code: TokenStream) -> bool {
    let filled = |arguments: TokenStream| {
        let tokens: Vec<_> = arguments.into_iter().collect();
        match &tokens[..] {
            [.., TokenTree::Punct(and), TokenTree::Ident(word), TokenTree::Ident(name)]
                if and.as_char() == '&' && word == "mut" =>
            {
                Some(name.to_string())
            }
            _ => None,
        }
    };
    let tokens: Vec<_> = code.clone().into_iter().collect();
    let is_own = |name: &str| {
        tokens
            .windows(3)
            .any(|window| begins(window, "let") && begins(&window[1..], "mut") && begins(&window[2..], name))
    };
    tokens.windows(4).any(|window| match window {
        [TokenTree::Ident(method), TokenTree::Group(arguments), TokenTree::Punct(dot), TokenTree::Ident(word)] => {
            method == "read_until"
                && dot.as_char() == '.'
                && word == "await"
                && filled(arguments.stream()).is_some_and(|name| is_own(&name))
        }
        _ => false,
    })
}

/// Methods that take something from where it is: who has it must keep it.
const TAKING: &[&str] = &[
    "accept",
    "next",
    "next_frame",
    "next_line",
    "next_message",
    "next_segment",
    "pop",
    "read",
    "recv",
    "recv_from",
    "recv_many",
    "try_next",
];

/// Whether code awaits something that gives it a value, and waits again while only a variable has that value:
/// `let frame = stream.next().await; check(&frame).await`.
pub(crate) fn waits_with_what_it_took(code: TokenStream) -> bool {
    let tokens: Vec<_> = code.into_iter().collect();
    let mut rest = &tokens[..];
    while !rest.is_empty() {
        let end = rest.iter().position(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';'));
        let (statement, behind) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        if begins(statement, "let") && takes(statement) && behind.iter().any(waits) {
            return true;
        }
        // `while let Some(frame) = stream.next().await { .. }`
        for at in 0..statement.len() {
            let is_loop = begins(&statement[at..], "while") && begins(&statement[at + 1..], "let");
            let block = statement[at..].iter().position(is_block).map(|block| at + block);
            if let Some(block) = block.filter(|block| is_loop && takes(&statement[at..*block]))
                && waits(&statement[block])
            {
                return true;
            }
        }
        let inner = statement.iter().any(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                reads_in_pieces(group.stream()) || waits_with_what_it_took(group.stream())
            }
            _ => false,
        });
        if inner {
            return true;
        }
        rest = behind;
    }
    false
}

/// Methods that add a piece to what there is.
const ADDING: &[&str] = &["extend", "extend_from_slice", "push_str", "put_slice"];

/// Whether the body of a loop reads a piece into a variable, and adds it to another: `frame.extend_from_slice(&chunk)`.
fn reads_in_pieces(body: TokenStream) -> bool {
    let tokens: Vec<_> = body.into_iter().collect();
    let reads = tokens
        .split(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';'))
        .any(|statement| begins(statement, "let") && takes(statement) && mentions(statement, "read"));
    // For each that is added to, whether it is a field of `self`, which keeps it.
    let mut kept = tokens.windows(3).enumerate().filter_map(|(at, window)| match window {
        [TokenTree::Ident(owner), TokenTree::Punct(dot), TokenTree::Ident(method)] => {
            let adds = dot.as_char() == '.' && owner != "self" && ADDING.iter().any(|known| method == known);
            adds.then(|| at > 1 && begins(&tokens[at - 2..], "self") && matches!(tokens[at - 1], TokenTree::Punct(_)))
        }
        _ => None,
    });
    reads && kept.next().is_some_and(|first| !first && !kept.any(|kept| kept))
}

fn begins(tokens: &[TokenTree], word: &str) -> bool {
    matches!(tokens.first(), Some(TokenTree::Ident(ident)) if ident == word)
}

fn mentions(tokens: &[TokenTree], word: &str) -> bool {
    tokens.iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether `.recv().await` stands in a statement itself.
fn takes(statement: &[TokenTree]) -> bool {
    statement.windows(4).any(|window| match window {
        [TokenTree::Ident(method), TokenTree::Group(_), TokenTree::Punct(dot), TokenTree::Ident(word)] => {
            dot.as_char() == '.' && word == "await" && TAKING.iter().any(|known| method == known)
        }
        _ => false,
    })
}

/// Whether something is awaited there, blocks included.
fn waits(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(ident) => ident == "await",
        TokenTree::Group(group) => group.stream().into_iter().any(|token| waits(&token)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::waits_with_what_it_took;

    #[test]
    fn what_is_taken_is_kept() {
        for code in [
            "let frame = self.stream.next().await?; self.fence.send(1).await?; Some(frame)",
            "let Some(job) = jobs.recv().await else { return }; run(job).await",
            "while let Some(job) = jobs.recv().await { run(job).await }",
            "let (socket, _) = listener.accept().await?; let tls = handshake(socket).await?; Ok(tls)",
            "let mut frame = vec![]; loop { let n = link.read(&mut chunk).await?; frame.extend_from_slice(&chunk[..n]); if n == 0 { return Ok(frame) } }",
            "if ready { let x = rx.recv().await; tell(x).await; }",
        ] {
            assert!(waits_with_what_it_took(code.parse().unwrap()), "{code}");
        }
        for code in [
            "let frame = self.stream.next().await?; Some(frame)",
            "loop { if let Some(frame) = self.parse() { return frame } self.stream.read_buf(&mut self.buffer).await?; }",
            "loop { let n = self.stream.read(&mut chunk).await?; self.buffer.extend_from_slice(&chunk[..n]); if n == 0 { return } }",
            "match jobs.recv().await { Some(job) => Ok(job), None => self.reconnect().await }",
            "while let Some(job) = jobs.recv().await { all.push(job) }",
            "wait().await; let job = jobs.recv().await; job",
        ] {
            assert!(!waits_with_what_it_took(code.parse().unwrap()), "{code}");
        }
    }
}
