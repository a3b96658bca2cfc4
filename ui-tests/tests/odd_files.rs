//! Source files as they should not be, as the compiler and the attributes see them: nobody panics, the compiler's own
//! errors are there, ours come beside them, and what is right is not accused.

#[path = "support/workspace.rs"]
mod workspace;

use workspace::Workspace;

const FINDING: &str = "`std::thread::sleep` blocks the event loop";

/// All is as it should be, only unusual.
#[test]
fn odd_files_are_nobodys_fault() {
    let workspace = Workspace::new(
        "odd-files",
        r#"
        mod huge;
        mod linked;
        mod made { include!("made.in"); }
        #[cfg(any())]
        mod missing;
        #[path = "odd name.rs"]
        mod odd;

        #[cfg(any())]
        #[onloop::callback]
        fn on_start() { std::thread::sleep(SECOND); }

        #[cfg(any())]
        fn pause() { std::thread::sleep(SECOND); }
        #[cfg(not(any()))]
        fn pause() {}

        #[onloop::callback]
        fn on_tick() { pause(); huge::pause(); linked::pause(); made::pause(); odd::pause(); }

        fn main() { on_tick(); linked::on_tick(); made::on_tick(); }
        "#,
    );
    // Two megabytes of nothing, and a function.
    workspace.write("house/src/huge.rs", &format!("{}pub fn pause() {{}}\n", "// nothing at all\n".repeat(120_000)));
    workspace.write("house/src/odd name.rs", "pub fn pause() {}\n");
    workspace.write("elsewhere/linked.rs", "#[onloop::callback]\npub fn on_tick() { pause(); }\npub fn pause() {}\n");
    workspace.link("elsewhere/linked.rs", "house/src/linked.rs");
    workspace.write("house/src/made.in", "#[onloop::callback]\npub fn on_tick() { pause(); }\npub fn pause() {}\n");
    workspace.passes();
    // They are seen where they can be: what is right there was not just passed over.
    workspace.write("house/src/made.in", "#[onloop::callback]\npub fn on_tick() { std::thread::sleep(SECOND); }\n");
    workspace.write("elsewhere/linked.rs", "pub fn on_tick() {}\npub fn pause() { std::thread::sleep(SECOND); }\n");
    let (said, _) = workspace.check();
    assert!(said.contains(FINDING) && said.contains("house/src/made.in:2:"), "{said}");
    assert!(said.contains("blocks here: house/src/linked.rs:2"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// The compiler does not find them, and says so; of the rest we say what there is to say.
#[test]
fn files_that_are_not_there_are_for_the_compiler_to_tell() {
    let workspace = Workspace::new(
        "odd-unread",
        r"
        mod dangling;
        mod missing;
        mod twice;

        #[onloop::callback]
        fn on_tick() {
            dangling::pause();
            missing::pause();
            twice::pause();
            std::thread::sleep(SECOND);
        }

        fn main() { on_tick(); }
        ",
    );
    workspace.link("house/src/nowhere.rs", "house/src/dangling.rs");
    workspace.write("house/src/twice.rs", "pub fn pause() { std::thread::sleep(SECOND); }\n");
    workspace.write("house/src/twice/mod.rs", "pub fn pause() {}\n");
    let (said, _) = workspace.check();
    for expected in ["`dangling`", "`missing`", "`twice`", FINDING] {
        assert!(said.contains(expected), "nothing of {expected} in\n{said}");
    }
    assert_eq!(said.matches("blocks the event loop").count(), 1, "which of two files it is is not known: {said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn files_that_cannot_be_read_are_for_the_compiler_to_tell() {
    let workspace = Workspace::new(
        "odd-bytes",
        "mod latin;\n#[onloop::callback]\nfn on_tick() { latin::pause(); }\nfn main() { on_tick(); }\n",
    );
    workspace.write_bytes("house/src/latin.rs", b"// caf\xe9\npub fn pause() { std::thread::sleep(SECOND); }\n");
    let (said, _) = workspace.check();
    assert!(said.contains("latin.rs") && said.contains("UTF-8"), "{said}");
    assert!(!said.contains("panicked") && !said.contains("blocks"), "{said}");
}

/// What is wrong for the compiler is told by the compiler, and ours beside it.
#[test]
fn other_errors_stay_and_ours_come_beside_them() {
    let workspace = Workspace::new(
        "odd-errors",
        r#"
        #[onloop::callback]
        fn on_tick(names: &[String]) -> usize {
            std::thread::sleep(std::time::Duration::ZERO);
            let count: usize = "three";
            names.missing_method();
            count
        }

        fn main() { on_tick(&[]); }
        "#,
    );
    let (said, _) = workspace.check();
    assert!(said.contains(FINDING), "{said}");
    for compiler in ["error[E0308]: mismatched types", "error[E0599]: no method named `missing_method`"] {
        assert_eq!(said.matches(compiler).count(), 1, "{said}");
    }
}
