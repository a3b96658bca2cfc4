//! What other files can see of a file without looking into its functions.

use super::cfg::Cfg;
use super::outline::Outline;
use crate::syntax::lex::Lexer;

/// The tokens of a file outside of the bodies of its functions. The arms of macros belong to it: what they write may
/// be anywhere.
#[must_use]
pub fn surface(text: &str) -> String {
    let outline = Outline::of(text, &Cfg { test: true, ..Cfg::default() });
    let bodies =
        outline.functions.iter().filter(|function| !function.is_macro).filter_map(|function| function.body.as_ref());
    let mut bodies: Vec<_> = bodies.map(|(bytes, _)| bytes.clone()).collect();
    bodies.sort_by_key(|body| body.start);
    let mut bodies = bodies.into_iter().peekable();
    let mut surface = String::new();
    let mut lexer = Lexer::new(text);
    while let Some(token) = lexer.next() {
        while bodies.next_if(|body| body.end <= token.start).is_some() {}
        if bodies.peek().is_none_or(|body| token.start < body.start) {
            surface.push_str(lexer.text(token));
            surface.push(' ');
        }
    }
    surface
}

#[cfg(test)]
mod tests {
    use super::surface;

    #[test]
    fn a_surface_has_no_bodies() {
        let text = "use a::b; // imports\nimpl S {\n    /// Docs.\n    fn f(&self) -> u8 { read(1) }\n}";
        assert_eq!(surface(text), surface("use a::b;\nimpl S { fn f(&self) -> u8 { write() } }"));
        assert_ne!(surface(text), surface("use a::c;\nimpl S { fn f(&self) -> u8 { read(1) } }"));
        assert_ne!(surface(text), surface("use a::b;\nimpl S { fn f(&self) -> u16 { read(1) } }"));
        assert_ne!(surface("static A: u8 = f();"), surface("static A: u8 = g();"));
        assert_ne!(surface("macro_rules! m { () => { f() } }"), surface("macro_rules! m { () => { g() } }"));
        assert_eq!(surface("#[cfg(test)] mod t { fn a() { b() } }"), surface("#[cfg(test)] mod t { fn a() { c() } }"));
        assert_ne!(surface("a! { fn f() { b() } }"), surface("a! { fn f() { c() } }"), "nobody knows what is a body");
    }
}
