//! `onloop.toml` as cargo and the compiler see it: where it is looked for, what is said of it, and that a change of it
//! compiles the crate anew.
//!
//! Not among the tests under `ui/`: those are one package, for which there is one file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A workspace with a package in the folder `house`.
struct Workspace(PathBuf);

impl Workspace {
    /// Under names of their own: cargo takes packages of one name in alike workspaces for the same.
    fn new(name: &str, source: &str) -> Workspace {
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
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\nonloop = {{ path = '{}', default-features = false }}\n",
                runtime.display()
            ),
        );
        workspace.write("house/src/main.rs", source);
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

    /// What `cargo check` says, without spaces at the ends of lines, and whether all is right.
    fn check(&self) -> (String, bool) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["check", "--offline"]).current_dir(&self.0);
        // What this test is run with is not what it is about.
        for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "ONLOOP_LEVEL"] {
            cargo.env_remove(variable);
        }
        // One for all workspaces here: what they depend on is built once.
        cargo.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("target-of-config"));
        let output = cargo.output().expect("cargo can be run");
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<_> = said.lines().map(str::trim_end).collect();
        (said.join("\n"), output.status.success())
    }

    /// All is right, and stays so without compiling anything again.
    #[track_caller]
    fn passes(&self) {
        let (said, is_right) = self.check();
        assert!(is_right && said.contains("Checking config-") && !said.contains("warning"), "{said}");
        let (said, is_right) = self.check();
        assert!(is_right && !said.contains("Checking"), "{said}");
    }

    #[track_caller]
    fn fails_with(&self, expected: &str) {
        let (said, is_right) = self.check();
        assert!(!is_right && said.contains(expected.trim_start_matches('\n')), "{said}\ndoes not hold\n{expected}");
    }
}

const HOUSE: &str = "\
mod db {
    pub fn query() {}
}

#[onloop::callback]
fn on_tick() {
    db::query();
}

fn main() {
    on_tick();
}
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
 --> house/src/main.rs:7:5
  |
7 |     db::query();
  |     ^^^^^^^^^
";

/// Each time the file is all that changes.
#[test]
fn a_change_of_the_file_compiles_the_crate_anew() {
    let workspace = Workspace::new("config-changes", HOUSE);
    workspace.write("house/onloop.toml", "");
    workspace.passes();
    workspace.write("house/onloop.toml", LISTED);
    workspace.fails_with(REPORTED);
    workspace.write("house/onloop.toml", "# nothing");
    workspace.passes();
    workspace.remove("house/onloop.toml");
    workspace.passes();
}

#[test]
fn the_file_of_the_workspace_counts_behind_that_of_the_package() {
    let workspace = Workspace::new("config-places", HOUSE);
    workspace.write("onloop.toml", &LISTED.replace("crate", "config_places"));
    workspace.fails_with(&REPORTED.replace("house/onloop.toml", "onloop.toml"));
    workspace
        .write("house/onloop.toml", "harmless = [{ path = \"config_places::db::query\", reason = \"in memory\" }]");
    workspace.passes();
    workspace.write("onloop.toml", "# Followed too, though the package's counts.");
    workspace.passes();
}

#[test]
fn what_is_wrong_in_the_file_is_told_once() {
    let workspace = Workspace::new("config-mistakes", &HOUSE.replace("fn main", "#[onloop::callback]\nfn main"));
    workspace.write("house/onloop.toml", &format!("{LISTED}insted = \"x\"\n[[blocking]]\npath = \"open()\"\n"));
    workspace.fails_with(
        "
error: house/onloop.toml:5: `[[blocking]]` has no key `insted`

         = help: did you mean `instead`? its keys are `path`, `instead`, `category`, `certainty`, `reason`
 --> house/src/main.rs:5:1
  |
5 | #[onloop::callback]
  | ^^^^^^^^^^^^^^^^^^^
",
    );
    workspace.fails_with(REPORTED);
    let (said, _) = workspace.check();
    assert_eq!(said.matches("onloop.toml:5").count(), 1, "{said}");
    assert_eq!(said.matches("house/onloop.toml:7: `open()` is no path").count(), 1, "{said}");
}
