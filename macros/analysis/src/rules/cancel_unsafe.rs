//! # What it does
//! Reports a branch of `select!` in a loop whose future loses what it has read or written when another branch wins: the
//! methods that tokio documents as not cancel safe (`read_exact`, `read_to_end`, `read_line`, `write_all`), and async
//! functions of the crate that await them, or take something (`let frame = stream.next().await`) and then wait again. A
//! message that is being sent (`sender.send(message)`) is lost as well. The same is reported of a time limit in a loop
//! that goes on when the time is up.
//!
//! Off, unless the attribute says `strict(cancel)`, or `onloop.toml` says `cancel = "on"` under `[categories]`.
//!
//! # Why is this bad
//! `select!` drops the futures that did not win. In the next round such a future starts again, and the bytes it had
//! taken from the stream are gone: a frame is cut in the middle.
//!
//! # Limits
//! A `select!` of which each branch leaves the loop is left alone, and so is a branch if all others return. A future that
//! lives outside the loop (`&mut reading`) keeps its progress and is fine, and so is anything that a task does. Methods
//! are recognised by their names, but for `send`; methods of your own types are followed.
//!
//! # Example
//! ```compile_fail
//! use tokio::{io::AsyncReadExt, net::TcpStream, sync::mpsc::Receiver};
//!
//! #[onloop::coroutine(strict(cancel))]
//! async fn serve(stream: &mut TcpStream, jobs: &mut Receiver<u8>) -> std::io::Result<()> {
//!     let mut frame = [0; 64];
//!     loop {
//!         tokio::select! {
//!             read = stream.read_exact(&mut frame) => drop(read?),
//!             Some(_) = jobs.recv() => {}
//!         }
//!     }
//! }
//! ```
//!
//! # Use instead
//! Read in a task of its own and receive from a channel, or keep one future until it has ended:
//! ```
//! use tokio::{io::AsyncReadExt, net::TcpStream, sync::mpsc::Receiver};
//!
//! #[onloop::coroutine(strict(cancel))]
//! async fn serve(stream: &mut TcpStream, jobs: &mut Receiver<u8>) -> std::io::Result<()> {
//!     let mut frame = [0; 64];
//!     let mut reading = std::pin::pin!(stream.read_exact(&mut frame));
//!     loop {
//!         tokio::select! {
//!             read = &mut reading => return read.map(drop),
//!             Some(_) = jobs.recv() => {}
//!         }
//!     }
//! }
//! ```

use super::Rule;
use crate::facts::collect::{is_limit, is_race};
use crate::facts::model::{Happens, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule = Rule {
    id: "cancel_unsafe",
    kinds: &[Kind::Callback, Kind::Coroutine],
    asks: &[Sign::Path(is_limit), Sign::Path(is_race)],
    check,
};

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::Loses(losing) = &event.what else { continue };
        if !losing.loses {
            continue;
        }
        let what = if losing.written.contains(' ') { losing.written.clone() } else { format!("`{}`", losing.written) };
        let lost = if losing.is_message { "its message" } else { "what it has read or written" };
        let when = if losing.by_limit { "its time is up" } else { "another branch of this `select!` wins" };
        let message = format!("{what} loses {lost} when {when}");
        let help = match (losing.is_message, losing.by_limit) {
            (true, false) => "await `reserve()` in the branch instead, and send with the permit that it gives",
            (true, true) => "await `reserve()` within the time, and send with the permit that it gives",
            (false, false) => {
                "read or write in a task of its own that hands the result over by a channel, or create the future \
                 before the loop, pin it (`std::pin::pin!`), and race `&mut future`"
            }
            (false, true) => {
                "leave the loop when the time is up, or create the future before the loop, pin it (`std::pin::pin!`), \
                 and limit `&mut future`"
            }
        };
        report.push(&RULE, &event.context, &event.tokens, message, vec![help.to_owned()]);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::strict_findings_of;

    const FILE: &str = "
        struct Link;
        impl Link {
            async fn frame(&mut self) -> Frame { let n = self.stream.read_u32().await?; self.stream.read_exact(&mut frame).await? }
            async fn deep(&mut self) -> Frame { self.frame().await }
            async fn peek(&mut self) -> Frame { self.stream.read_buf(&mut frame).await? }
        }
        async fn checked(link: &mut Link) -> Frame { let frame = link.frames.next().await?; link.fence.check(&frame).await?; frame }
        async fn next(link: &mut Link) -> Frame { let frame = link.frames.next().await?; parsed(frame) }
        async fn send(out: &mut Stream) { out.write_all(b\"x\").await; }
        async fn line_of(link: &mut Link) -> Vec<u8> { let mut line = Vec::new(); link.stream.read_until(10, &mut line).await; line }
        async fn fresh(address: u32) -> Link { let mut link = Link::connect(address).await; link.stream.write_all(b\"x\").await; link }
        async fn until(link: &mut Link, line: &mut Vec<u8>) { link.stream.read_until(10, line).await; }
    ";

    fn count(arguments: &str, body: &str) -> usize {
        strict_findings_of(
            arguments,
            &format!(
                "{FILE} async fn serve(link: &mut Link, out: &mut Stream, tx: tokio::sync::mpsc::Sender<Job>) {{ {body} }}"
            ),
        )
    }

    #[test]
    fn a_branch_does_not_lose_what_it_has() {
        for body in [
            "loop { tokio::select! { frame = link.frame() => work(frame), _ = stop() => break } }",
            "loop { tokio::select! { frame = link.deep() => work(frame), _ = stop() => break } }",
            "loop { tokio::select! { _ = send(out) => {} _ = stop() => break } }",
            "while more() { tokio::select! { n = out.read_exact(&mut buffer) => work(n), _ = stop() => break } }",
            "loop { tokio::select! { n = async { out.read_to_end(&mut all).await } => work(n), _ = stop() => break } }",
            "loop { tokio::select! { frame = checked(link) => work(frame), _ = tick.tick() => {} } }",
            "loop { futures::select! { n = out.read_line(&mut line).fuse() => work(n), _ = tick() => {} } }",
            "for x in y { futures::select! { n = out.read_line(&mut line) => work(n), _ = stop() => break } }",
            "loop { tokio::select! { line = line_of(link) => work(line), _ = tick.tick() => {} } }",
            "while let Some(job) = jobs.recv().await { tokio::select! { _ = tx.send(job) => {} _ = stop.changed() => {} } }",
            "loop { match tokio::time::timeout(d, link.frame()).await { Ok(frame) => work(frame), Err(_) => ping() } }",
            "loop { if let Ok(n) = tokio::time::timeout(d, out.read_exact(&mut buffer)).await { work(n) } }",
            "loop { let Ok(frame) = tokio::time::timeout(d, link.frame()).await else { continue }; work(frame); }",
            "loop { let _ = tokio::time::timeout(d, send(out)).await; }",
            "loop { let _ = tokio::time::timeout(d, link.frame()).await; }",
        ] {
            assert_eq!(count("strict(cancel)", body), 1, "{body}");
            assert_eq!(count("", body), 0, "{body}");
        }
    }

    #[test]
    fn what_loses_nothing_is_fine() {
        for body in [
            "loop { tokio::select! { job = jobs.recv() => work(job), _ = stop() => break } }",
            "loop { tokio::select! { frame = link.peek() => work(frame), _ = stop() => break } }",
            "loop { tokio::select! { n = out.read(&mut buffer) => work(n), _ = stop() => break } }",
            "loop { tokio::select! { socket = listener.accept() => work(socket), x = stream.next() => {} _ = stop() => break } }",
            "let mut reading = pin!(link.frame()); loop { tokio::select! { frame = &mut reading => work(frame), _ = stop() => break } }",
            "loop { tokio::select! { frame = next(link) => work(frame), _ = tick.tick() => {} } }",
            "loop { tokio::select! { _ = tokio::io::copy(a, b) => return, _ = stop() => break } }",
            "tokio::select! { frame = link.frame() => work(frame), _ = stop() => {} }",
            "loop { tokio::select! { frame = link.frame() => work(frame), _ = stop() => return } }",
            "loop { tokio::select! { n = until(link, &mut line) => work(n), _ = tick.tick() => {} } }",
            "loop { tokio::select! { _ = tx.send(1) => {} _ = stop.changed() => {} } }",
            "let job = first(); loop { tokio::select! { _ = tx.send(job) => {} _ = stop.changed() => {} } }",
            "loop { tokio::select! { permit = tx.reserve() => work(permit), _ = stop.changed() => {} } }",
            "loop { let frame = tokio::time::timeout(d, link.frame()).await?; work(frame); }",
            "loop { match tokio::time::timeout(d, link.frame()).await { Ok(frame) => work(frame), Err(_) => return } }",
            "loop { let Ok(frame) = tokio::time::timeout(d, link.frame()).await else { break }; work(frame); }",
            "loop { let _ = tokio::time::timeout(d, fresh(address)).await; }",
            "loop { let mut link = connect(); let _ = tokio::time::timeout(d, link.frame()).await; }",
            "let _ = tokio::time::timeout(d, link.frame()).await;",
            "loop { link.frame().await; out.write_all(b\"x\").await; if done { break } }",
        ] {
            assert_eq!(count("strict(cancel)", body), 0, "{body}");
        }
    }
}
