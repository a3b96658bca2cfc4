//! `onloop.toml` as cargo and the compiler see it: where it is looked for, what is said of it, and that a change of it
//! compiles the crate anew.
//!
//! Not among the tests under `ui/`: those are one package, for which there is one file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A workspace with the package `house`.
struct Workspace(PathBuf);

impl Workspace {
    fn new(name: &str) -> Workspace {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the folder is ours");
        }
        let workspace = Workspace(folder);
        let runtime = here.parent().expect("the package lies in the workspace").join("runtime-support");
        workspace.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"house\"]\n");
        workspace.write(
            "house/Cargo.toml",
            &format!(
                "[package]\nname = \"house\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\nonloop = {{ path = {runtime:?}, default-features = false }}\n"
            ),
        );
        // Versions that are on this machine already.
        fs::copy(here.join("../Cargo.lock"), workspace.0.join("Cargo.lock")).expect("the workspace has a lock file");
        workspace
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("the file lies in a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.0.join(name)).expect("the file is there");
    }

    /// What `cargo check` says; the last line is empty if all is right.
    fn check(&self) -> String {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["check", "--offline", "--quiet"]).current_dir(&self.0);
        // What this test is run with is not what it is about.
        for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "ONLOOP_LEVEL", "CARGO_BUILD_TARGET"] {
            cargo.env_remove(variable);
        }
        // One for all workspaces here: what `house` depends on is built once.
        cargo.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("target-of-config"));
        let output = cargo.output().expect("cargo can be run");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), !said.contains("error"), "{said}");
        said
    }

    #[track_caller]
    fn passes(&self) {
        assert_eq!(self.check(), "");
    }

    #[track_caller]
    fn fails_with(&self, expected: &str) {
        let said = self.check();
        assert!(said.contains(expected.trim_start_matches('\n')), "{said}\ndoes not hold\n{expected}");
    }
}

const HOUSE: &str = "\
#![allow(dead_code)]
mod db {
    pub fn query() {}
}

#[onloop::callback]
fn on_tick() {
    db::query();
}

fn main() {}
";

const LISTED: &str = "\
[[blocking]]
path = \"crate::db::query\"
instead = \"await `db::query_async(..)` instead\"
reason = \"waits for the disk\"
";

const REPORTED: &str = "
error: `db::query` blocks the event loop

         = help: a callback cannot wait; in a task, `hub.create_task(async move { .. })`, await `db::query_async(..)`
         = note: listed in house/onloop.toml:2: waits for the disk
         = note: onloop::blocking_call
 --> house/src/main.rs:8:5
  |
8 |     db::query();
  |     ^^^^^^^^^
";

#[test]
fn a_change_of_the_file_compiles_the_crate_anew() {
    let workspace = Workspace::new("changes");
    workspace.write("house/src/main.rs", HOUSE);
    workspace.write("house/onloop.toml", "");
    workspace.passes();
    // Each time the file is all that changes.
    workspace.write("house/onloop.toml", LISTED);
    workspace.fails_with(REPORTED);
    workspace.write("house/onloop.toml", "# nothing");
    workspace.passes();
    let dependencies = fs::read_to_string(dep_info(&workspace)).expect("the compiler wrote what the crate depends on");
    assert!(dependencies.contains("onloop.toml"), "{dependencies}");
    workspace.remove("house/onloop.toml");
    workspace.passes();
    let dependencies = fs::read_to_string(dep_info(&workspace)).expect("the compiler wrote what the crate depends on");
    assert!(!dependencies.contains("onloop.toml"), "{dependencies}");
}

/// The newest `house-*.d`.
fn dep_info(workspace: &Workspace) -> PathBuf {
    let folder = workspace.0.join("../target-of-config/debug/deps");
    let files = fs::read_dir(folder).expect("something was built").map(|entry| entry.expect("it can be read").path());
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("house-") && name.ends_with(".d")
    };
    let written = |path: &PathBuf| fs::metadata(path).and_then(|metadata| metadata.modified()).expect("it has a time");
    files.filter(is_ours).max_by_key(written).expect("`house` was built")
}
