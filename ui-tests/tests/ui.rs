//! What the compiler says to each mistake, and that it says nothing to code that is right.
//!
//! `TRYBUILD=overwrite cargo test -p onloop-ui-tests --test ui` writes the `.stderr` files anew. Read them aloud
//! before committing: they are what users read.

/// One test for both kinds: two would wait for each other's build. Mistakes are shown by a check, as in editors, where
/// functions are not rewritten; what is right is built, and they are.
#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("ui/*/fail_*.rs");
    trybuild::TestCases::new().pass("ui/*/pass_*.rs");
}
