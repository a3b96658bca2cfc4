//! What only usually blocks is reported where somebody asks for its category.

use crate::testing::{Kind, findings_in, strict_findings_of};

/// The messages of the last function of a file, with these arguments of its attribute.
fn messages(arguments: &str, text: &str, toml: Option<&str>) -> Vec<String> {
    let mut files = vec![("src/lib.rs", text.to_owned())];
    files.extend(toml.map(|toml| ("onloop.toml", toml.to_owned())));
    let found = findings_in(Kind::Callback, arguments, "src/lib.rs", files);
    found.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn macros_of_std_are_known_by_their_bare_names() {
    let body = "fn f() { println!(\"a\"); eprint!(\"b\"); std::dbg!(1); }";
    let all =
        ["`println!` blocks the event loop", "`eprint!` blocks the event loop", "`std::dbg!` blocks the event loop"];
    assert_eq!(messages("strict(console)", body, None), all);
    assert_eq!(messages("", body, Some("[categories]\nconsole = \"strict\"\n")), all);
    assert_eq!(messages("", body, None), [""; 0]);
    let own = "macro_rules! println { ($($t:tt)*) => {} } fn f() { println!(\"a\"); }";
    assert_eq!(messages("strict(console)", own, None), [""; 0]);
}

#[test]
fn the_terminal_is_of_the_category_console() {
    let body = "
        use std::io::Write;
        fn f() {
            writeln!(std::io::stdout().lock(), \"a\");
            let mut out = std::io::BufWriter::new(std::io::stderr());
            out.write_all(b\"a\");
            out.flush();
        }
    ";
    assert_eq!(messages("", body, None), [""; 0]);
    assert_eq!(messages("strict(console)", body, None).len(), 4);
}

#[test]
fn helpers_count_as_well() {
    let text = "
        struct Log;
        impl Log { fn line(&self) { say() } }
        fn say() { println!(\"a\"); }
        fn f(log: &Log) { log.line(); say(); }
    ";
    let all = [
        "`log.line()` blocks the event loop: it calls `say`, which calls `std::println`",
        "`say()` blocks the event loop: it calls `std::println`",
    ];
    assert_eq!(messages("strict(console)", text, None), all);
    assert_eq!(messages("", text, Some("[categories]\nconsole = \"strict\"\n")), all);
    assert_eq!(messages("", text, None), [""; 0]);
    assert_eq!(messages("strict(cpu)", text, None), [""; 0]);
}

#[test]
fn methods_count_without_another_finding() {
    let body = "async fn f(c: &mut flate2::Compress, x: &[u8]) { c.compress(x, y, z); }";
    assert_eq!(strict_findings_of("strict(cpu)", body), 1);
    assert_eq!(strict_findings_of("", body), 0);
}
