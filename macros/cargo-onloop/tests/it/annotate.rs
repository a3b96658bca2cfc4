//! The attributes are written where they belong, and nothing else changes.

use crate::support::{PACKAGE, Project};

const BEFORE: &str = "\
//! A house.

/// Docs.
#[inline]
pub async fn a() { std::fs::read(\"x\").ok(); }

mod m { pub(super) async fn b() {} }

struct S;

impl S {
\tasync fn c(&self) {}
    fn d() {}
}
";

const AFTER: &str = "\
//! A house.

/// Docs.
#[onloop::coroutine]
#[inline]
pub async fn a() { std::fs::read(\"x\").ok(); }

mod m { #[onloop::coroutine] pub(super) async fn b() {} }

struct S;

impl S {
\t#[onloop::coroutine]
\tasync fn c(&self) {}
    fn d() {}
}
";

#[test]
fn nothing_but_the_attributes_is_new() {
    let manifest = format!("{PACKAGE}\n# A comment.\n[dependencies]  # another\n");
    let project = Project::new(&[("Cargo.toml", &manifest), ("src/lib.rs", BEFORE)]);
    let run = project.run("annotate --diff");
    assert_eq!(run.code, 0);
    assert!(run.out.contains("+#[onloop::coroutine]\n #[inline]"), "{}", run.out);
    assert_eq!(project.read("src/lib.rs"), BEFORE, "shown only");
    project.run("annotate");
    assert_eq!(project.read("src/lib.rs"), BEFORE, "counted only");
    let run = project.run("annotate --write");
    assert!(run.err.contains("Annotated 3 functions in 2 files"), "{}", run.err);
    assert_eq!(project.read("src/lib.rs"), AFTER);
    let expected = format!("{manifest}onloop = {{ version = \"0.1.0\", default-features = false }}\n");
    assert_eq!(project.read("Cargo.toml"), expected);
    project.run("annotate --write");
    assert_eq!(project.read("src/lib.rs"), AFTER, "they are there already");
    assert_eq!(project.places(""), ["src/lib.rs:6 blocking_call"], "it finds the same");
}

#[test]
fn lines_end_as_they_did() {
    let project = Project::library("async fn a() {}\r\n  async fn b() {}\r\n");
    project.run("annotate --write");
    let expected = "#[onloop::coroutine]\r\nasync fn a() {}\r\n  #[onloop::coroutine]\r\n  async fn b() {}\r\n";
    assert_eq!(project.read("src/lib.rs"), expected);
}

#[test]
fn exemptions_for_what_is_found_today() {
    let project = Project::library("pub async fn a() { std::fs::read(\"x\").ok(); }\n");
    project.run("annotate --write --exempt");
    let text = project.read("src/lib.rs");
    assert!(text.contains("#[onloop::allow(blocking_call, reason = \"TODO: say why it may\")]\n"), "{text}");
    assert!(project.places("").is_empty());
}

/// Attributes that find what is called `known_to_the_compiler`, unless it is exempt.
const ATTRIBUTES: &str = "\
use proc_macro::TokenStream;

#[proc_macro_attribute]
pub fn coroutine(_: TokenStream, item: TokenStream) -> TokenStream {
    let text = item.to_string();
    if text.contains(\"known_to_the_compiler\") && !text.contains(\"allow\") {
        return \"compile_error! { \\\"it blocks\\n= note: onloop::blocking_call; to learn more\\\" }\".parse().unwrap();
    }
    item
}

#[proc_macro_attribute]
pub fn allow(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
";

#[test]
fn exemptions_for_what_only_the_compiler_knows() {
    let clippy = std::process::Command::new("cargo").args(["clippy", "--version"]).output();
    if !clippy.is_ok_and(|output| output.status.success()) {
        return;
    }
    let text = "pub async fn a() {}\n\nmod m {\n    pub async fn b() { /* é */ known_to_the_compiler() }\n    fn known_to_the_compiler() {}\n}\n";
    let project = Project::new(&[
        ("Cargo.toml", &format!("{PACKAGE}[dependencies]\nonloop = {{ path = \"onloop\" }}\n[workspace]\n")),
        ("src/lib.rs", text),
        ("onloop/Cargo.toml", &format!("{}[lib]\nproc-macro = true\n", PACKAGE.replace("house", "onloop"))),
        ("onloop/src/lib.rs", ATTRIBUTES),
    ]);
    let run = project.run("annotate --diff --exempt --types");
    assert!(run.out.contains("+    #[onloop::allow(blocking_call, "), "{}{}", run.out, run.err);
    assert_eq!(project.read("src/lib.rs"), text, "shown only");
    project.run("annotate --write --exempt --types");
    let written = project.read("src/lib.rs");
    let expected = "    #[onloop::coroutine]\n    #[onloop::allow(blocking_call, reason = \"TODO: say why it may\")]\n    pub async fn b()";
    assert!(written.contains(expected) && written.contains("#[onloop::coroutine]\npub async fn a()"), "{written}");
}
