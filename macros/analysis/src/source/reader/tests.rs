use crate::source::Cfg;
use crate::source::outline::{Outline, What};
use crate::syntax::kind::Kind;

fn outline(text: &str) -> Outline {
    Outline::of(text, &Cfg { test: false, features: Some(vec!["net".into()]), ..Cfg::default() })
}

/// The names that the file's own module declares, sorted, with a letter for what they are.
fn names(text: &str) -> String {
    let outline = outline(text);
    let bindings = outline.modules[0].bindings.iter();
    let mut names: Vec<_> = bindings
        .flat_map(|(name, all)| all.iter().map(move |binding| (name, binding)))
        .map(|(name, binding)| {
            let what = match &binding.what {
                What::Import(path) => format!("use {path}"),
                What::ExternCrate(path) => format!("crate {path}"),
                What::Inline(_) => "mod {}".to_owned(),
                What::File(path) => format!("mod {}", path.as_deref().unwrap_or(";")),
                What::Function(_) => "fn".to_owned(),
                What::Alias(path, _, range) => {
                    assert!(text[range.clone()].contains(path.segments.last().unwrap()));
                    format!("type {path}")
                }
                What::Type(_) => "type".to_owned(),
                What::Value(_) => "value".to_owned(),
                What::Foreign(_) => "foreign".to_owned(),
                What::Macro(_) => "macro".to_owned(),
            };
            format!("{name}: {what}{}", if binding.doubtful { "?" } else { "" })
        })
        .collect();
    names.sort();
    names.join(", ")
}

#[test]
fn items_of_every_kind() {
    let text = "
        #![allow(unused)]
        pub(in crate::a) struct A<const N: usize = { 1 }>(u8) where A<N>: Sized;
        struct B { f: fn() -> u8 }
        enum C { D(u8), E { f: u8 } = 3 }
        union U { a: u8 }
        pub const F: [u8; 2] = { [1, 2] };
        const _: () = { fn hidden() {} };
        static mut G: u8 = 1;
        pub type H<'a, T = Vec<u8>> = std::fs::File;
        type I = &'static mut inner::File<u8>;
        type J = fn(u8) -> u8;
        extern crate alloc as k;
        extern \"C\" { fn foreign(); }
        pub unsafe extern \"C\" fn l<F: Fn(u8) -> [u8; { 2 }]>(f: F) -> Result<A<{ 3 }>, E> where F: Send {}
        const fn m() -> u8 { 1 }
        macro_rules! n { () => { fn hidden() {} } }
        some::macro_call! { fn hidden() {} }
        other_call!(fn hidden() {});
        unsafe impl Send for A<1> {}
        pub unsafe auto trait O {}
        trait P<T>: Q where T: R { type S = u8; const T: u8 = 1; fn method(&self); fn other() {} }
        impl<'a, T: Fn(u8) -> u8> P<T> for &'a mut A<1> where for<'b> T: X<'b> { const Z: u8 = 1; fn method(&self) {} }
        mod v { fn hidden() {} }
        mod w;
        #[path = \"odd.rs\"] mod x;
        #[cfg(test)] fn hidden() {}
        #[cfg(feature = \"net\")] fn y() {}
        #[cfg(feature = \"tls\")] fn hidden() {}
        #[cfg(unix)] fn z() {}
    ";
    assert_eq!(
        names(text),
        "A: type, B: type, C: type, F: value, G: value, H: type std::fs::File, I: type inner::File, J: type, O: type, \
         P: type, U: type, _: value, foreign: foreign, k: crate alloc, l: fn, m: fn, n: macro, v: mod {}, w: mod ;, x: mod odd.rs, y: fn, \
         z: fn?"
    );
}

#[test]
fn imports_of_every_shape() {
    let text = "use a; pub use b::c; use d::e as f; use g::{self, h, i::{j as k, *}, self as l}; use ::m::n; use o::*;
        use p::q as _; use {r, s::t}; use self::u::v; use crate::w; use r#type::r#fn;";
    assert_eq!(
        names(text),
        "a: use a, c: use b::c, f: use d::e, fn: use type::fn, g: use g, h: use g::h, k: use g::i::j, l: use g, \
         n: use ::m::n, r: use r, t: use s::t, v: use self::u::v, w: use crate::w"
    );
    let globs: Vec<_> = outline(text).modules[0].globs.iter().map(ToString::to_string).collect();
    assert_eq!(globs, ["g::i", "o"]);
}

#[test]
fn functions_know_their_place_owner_and_marker() {
    let text = "impl<T> Store<T> {\n    /// Doc.\n    #[onloop::blocking]\n    pub fn load() {\n        x\n    }\n}\n#[callback] fn é() {} fn b();";
    let outline = outline(text);
    let found: Vec<_> = outline
        .functions
        .iter()
        .map(|f| (f.name.as_str(), f.at, f.owner, f.marker, f.body.clone().map(|body| body.1)))
        .collect();
    assert_eq!(
        found,
        [
            ("load", [(4, 9), (4, 12)], Some(0), Some(Kind::Blocking), Some(4..7)),
            ("é", [(8, 13), (8, 16)], None, Some(Kind::Callback), Some(8..9)),
            ("b", [(8, 23), (8, 26)], None, None, None),
        ]
    );
    assert_eq!(outline.impls[0].generics, ["T"]);
    assert_eq!(outline.impls[0].self_type.segments, ["Store"]);
}

#[test]
fn a_body_is_opened_on_demand() {
    let text = "fn outer() { use a::b; let x = async move { fn inner() { fn innermost() {} } struct S; }; match x { _ => { use c::d; } } }";
    let mut outline = outline(text);
    assert_eq!(outline.functions.len(), 1);
    outline.open_body(text, &Cfg::default(), 0);
    let inner = outline.functions.iter().position(|function| function.name == "inner").unwrap();
    let block = &outline.modules[outline.functions[inner].module];
    assert!(block.is_block && block.bindings.contains_key("S"));
    assert!(outline.modules[block.parent.unwrap()].bindings.contains_key("b"));
    outline.open_body(text, &Cfg::default(), inner);
    assert!(outline.functions.iter().any(|function| function.name == "innermost"));
}

#[test]
fn broken_text_gives_what_can_be_read() {
    for text in [
        "fn",
        "fn f(",
        "fn f() {",
        "use a::{b, c",
        "use",
        "impl",
        "impl<",
        "mod m {",
        "trait",
        "struct S<",
        "#[",
        "#",
        "type T = ",
        "const",
        "static",
        "extern",
        "extern \"C\" {",
        "extern \"C\" { fn",
        "unsafe extern { pub(",
        "macro_rules! m",
        "}",
        ")",
        "use a::{{{",
        "pub(",
        "pub",
        "unsafe",
        "async",
        "impl for for",
        "use ::;",
        "use a::;",
        "use as;",
        "# # fn x() {}",
        "mod",
        "extern crate",
        "union",
        "fn f<>>>() {}",
        "\u{0}",
        "fn é(",
        "impl X { fn",
    ] {
        outline(text);
        let mut opened = outline(&format!("fn a() {{ {text} }}"));
        opened.open_body(&format!("fn a() {{ {text} }}"), &Cfg::default(), 0);
    }
    assert!(names("fn a() {} } fn b() {}").starts_with("a: fn"));
    let deep = format!("{}fn f() {{}}{}", "mod m {".repeat(500), "}".repeat(500));
    outline(&deep);
    outline(&format!("use {}a{};", "a::{".repeat(500), "}".repeat(500)));
}
