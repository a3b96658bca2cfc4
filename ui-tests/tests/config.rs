//! `onloop.toml` as cargo and the compiler see it: where it is looked for, what is said of it, and that a change of it
//! compiles the crate anew.
//!
//! Not among the tests under `ui/`: those are one package, for which there is one file.

#[path = "support/workspace.rs"]
mod workspace;

use workspace::Workspace;

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

         = help: make `on_tick` a coroutine and await `db::query_async(..)`, or await it in a task of a `tokio::task::JoinSet` that you keep: `tasks.spawn(async move { .. })`
         = note: listed in house/onloop.toml:2: waits for the disk
         = note: onloop::blocking_call; to learn more, or to exempt it: `cargo onloop explain blocking_call`
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
    assert_eq!(said.matches("house/onloop.toml:7: `open()` is not a path").count(), 1, "{said}");
}
