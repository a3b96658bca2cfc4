//! What the compiler says to each mistake, and that it says nothing to code that is right.
//!
//! `TRYBUILD=overwrite cargo test -p onloop-ui-tests --test ui` writes the `.stderr` files anew. Read them aloud
//! before committing: they are what users read.

/// One test for both kinds: two would wait for each other's build.
#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/fail_*.rs");
    cases.pass("ui/*/pass_*.rs");
}
