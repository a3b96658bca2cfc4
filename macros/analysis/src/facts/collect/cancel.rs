//! Futures that lose what they have when they are dropped half-way, as `select!` drops those that did not win.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

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
