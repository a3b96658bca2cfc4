//! Stock clippy with the configuration made from the catalogue: what it says of a small crate, and what it leaves alone.
#![cfg(unix)]

#[path = "support/workspace.rs"]
mod workspace;

use std::collections::BTreeSet;
use std::process::Command;

use workspace::Workspace;

/// Another crate. What a macro makes the attributes do not see, so what is found here clippy finds alone.
const PARTS: &str = "\
macro_rules! make {
    ($($item:item)*) => { $($item)* };
}
make! {
    mod clock {
        pub use std::thread::sleep as nap;
    }
    mod waiting {
        pub use crate::clock::nap as doze;
    }
    pub mod prelude {
        pub use crate::waiting::doze;
        pub use std::fs::*;
    }
    pub struct Gauge {
        pub readings: std::sync::mpsc::Receiver<u32>,
    }
}
";

/// What clippy is to report bears a mark, with the name that it shows.
const CAUGHT: &str = "\
use std::os::unix::fs::FileExt;
use std::time::Duration;

use parts::Gauge;
use parts::prelude::*;

#[onloop::coroutine]
async fn alias_of_an_alias() {
    doze(Duration::ZERO); //~ std::thread::sleep
}

#[onloop::callback]
fn glob_of_another_crate(path: &str) -> bool {
    canonicalize(path).is_ok() //~ std::fs::canonicalize
}

#[onloop::callback]
fn method_of_a_trait_through_a_generic<F: FileExt>(file: &F) {
    _ = file.read_at(&mut [], 0); //~ std::os::unix::fs::FileExt::read_at
}

struct Pause {
    wait: fn(Duration),
}

#[onloop::callback]
fn value_in_a_struct() {
    let pause = Pause { wait: doze }; //~ std::thread::sleep
    (pause.wait)(Duration::ZERO);
}

#[onloop::coroutine]
async fn method_on_a_field_of_a_foreign_type(gauge: impl Future<Output = Gauge>) -> Option<u32> {
    gauge.await.readings.recv().ok() //~ std::sync::mpsc::Receiver::recv
}

#[onloop::callback]
fn closure_that_runs_here(names: &[&str]) -> usize {
    names.iter().filter(|name| canonicalize(name).is_ok()).count() //~ std::fs::canonicalize
}

#[onloop::callback]
fn marked_closure() {
    let closure: onloop::Callback<u32> = #[callback] || doze(Duration::ZERO); //~ std::thread::sleep
    drop(closure);
}

#[onloop::callback]
fn job_in_a_closure_for_the_executor() {
    let thread = std::thread::spawn(|| {
        let closure: onloop::Callback<u32> = #[callback] || doze(Duration::ZERO); //~ std::thread::sleep
        drop(closure);
        doze(Duration::ZERO);
    });
    drop(thread);
}

#[onloop::blocking]
fn jobs_in_a_blocking_function() {
    doze(Duration::ZERO);
    let closure: onloop::Callback<u32> = #[callback] || doze(Duration::ZERO); //~ std::thread::sleep
    let other: onloop::Coroutine<u32> = #[coroutine] async || doze(Duration::ZERO); //~ std::thread::sleep
    let nested: onloop::Blocking<u32> = #[blocking] || {
        doze(Duration::ZERO);
        let closure: onloop::Callback<u32, bool> = #[callback] || canonicalize(\"/\").is_ok(); //~ std::fs::canonicalize
        drop(closure);
    };
    drop((closure, other, nested));
}

struct Lamp;

impl Lamp {
    #[onloop::callback]
    fn in_a_method(&self) {
        doze(Duration::ZERO); //~ std::thread::sleep
    }
}

fn main() {
    drop((alias_of_an_alias(), glob_of_another_crate(\"\"), value_in_a_struct(), closure_that_runs_here(&[])));
    marked_closure();
    job_in_a_closure_for_the_executor();
    jobs_in_a_blocking_function();
    Lamp.in_a_method();
    method_of_a_trait_through_a_generic(&std::fs::File::open(\"/\").unwrap());
    let (_, readings) = std::sync::mpsc::channel();
    drop(method_on_a_field_of_a_foreign_type(async { Gauge { readings } }));
}
";

const CLEAN: &str = "\
#![allow(dead_code)]

use std::time::Duration;

use parts::prelude::*;

fn unannotated() {
    doze(Duration::ZERO);
}

#[onloop::blocking]
fn marked_as_blocking() {
    doze(Duration::ZERO);
}

#[onloop::callback]
#[onloop::allow(blocking_call, reason = \"takes no time\")]
fn exempt() {
    doze(Duration::ZERO);
}

#[onloop::callback]
#[allow(clippy::disallowed_methods)]
fn exempt_by_clippys_own_word() {
    doze(Duration::ZERO);
}

#[onloop::callback]
fn exempt_in_parts(mut done: bool) -> bool {
    #[onloop::allow(blocking_call, reason = \"takes no time\")]
    doze(Duration::ZERO);
    #[onloop::allow(blocking_call, reason = \"takes no time\")]
    let is_there = canonicalize(\"/\").is_ok();
    #[onloop::allow(blocking_call, reason = \"takes no time\")]
    done = canonicalize(\"/\").is_ok() && done;
    let other = match done {
        true => #[onloop::allow(blocking_call, reason = \"takes no time\")] canonicalize(\"/\").is_ok(),
        false => false,
    };
    #[onloop::allow(blocking_call, reason = \"takes no time\")]
    println!(\"{:?}\", canonicalize(\"/\"));
    #[onloop::allow(blocking_call, reason = \"takes no time\")]
    canonicalize(\"/\").is_ok() == (is_there && other)
}

#[onloop::callback]
fn runs_elsewhere() {
    let closure = std::thread::spawn(|| doze(Duration::ZERO));
    let job = move || {
        doze(Duration::ZERO);
        canonicalize(\"/\").is_ok()
    };
    let thread = std::thread::spawn(job);
    let other = std::thread::Builder::new().spawn(unannotated).unwrap();
    let function = std::thread::spawn(std::thread::park);
    drop((closure, thread, other, function));
}

#[onloop::callback]
fn says_why() -> bool {
    onloop::allow_blocking(\"takes no time\", || doze(Duration::ZERO));
    onloop::allow_blocking(\"takes no time\", std::thread::park);
    let thread = std::thread::spawn(|| onloop::allow_blocking(\"takes no time\", || doze(Duration::ZERO)));
    onloop::allow_blocking(\"takes no time\", || canonicalize(\"/\").is_ok() && thread.is_finished())
}

fn slow(_: &u32) {
    doze(Duration::ZERO);
}

#[onloop::callback]
fn marked_jobs() {
    let closure: onloop::Blocking<u32> = #[blocking] || doze(Duration::ZERO);
    let nested: onloop::Callback<u32> = #[callback] || {
        let inner: onloop::Blocking<u32> = #[blocking] |_: &u32| doze(Duration::ZERO);
        drop(inner);
    };
    let path: onloop::Blocking<u32> = #[blocking] slow;
    let thread = std::thread::spawn(|| {
        let exempt: onloop::Callback<u32> =
            #[callback]
            #[onloop::allow(blocking_call, reason = \"takes no time\")]
            || doze(Duration::ZERO);
        drop(exempt);
    });
    drop(thread);
    drop((closure, nested, path));
}

#[onloop::coroutine]
async fn an_item_answers_for_itself() {
    fn nap() {
        doze(Duration::ZERO);
    }
    #[cfg(test)]
    doze(Duration::ZERO);
    let thread = std::thread::spawn(nap);
    drop(thread);
}

#[onloop::coroutine]
async fn jobs_among_futures() -> bool {
    let (is_there, ()) = tokio::join!(
        tokio::task::spawn_blocking(|| canonicalize(\"/\").is_ok()),
        tokio::time::sleep(Duration::ZERO),
    );
    is_there.is_ok()
}

#[onloop::coroutine]
#[tokio::main(flavor = \"current_thread\")]
async fn main() {
    assert!(jobs_among_futures().await);
}
";

const TOKIO: &str = "tokio = { version = \"1\", default-features = false, features = [\"macros\", \"rt\", \"time\"] }";

/// Nothing where clippy is not installed.
fn workspace(name: &str, source: &str) -> Option<Workspace> {
    let version = Command::new(env!("CARGO")).args(["clippy", "--version"]).output();
    if !version.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: `cargo clippy` is not installed; `rustup component add clippy` brings it");
        return None;
    }
    let workspace = Workspace::new(name, source);
    let members = "\
[workspace]
resolver = \"3\"
members = [\"house\", \"parts\"]

[workspace.lints.clippy]
disallowed_methods = \"allow\"
disallowed_macros = \"allow\"
";
    workspace.write("Cargo.toml", members);
    let house = workspace.read("house/Cargo.toml");
    workspace.write(
        "house/Cargo.toml",
        &format!("{house}parts = {{ path = '../parts' }}\n{TOKIO}\n\n[lints]\nworkspace = true\n"),
    );
    let parts = "[package]\nname = \"parts\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    workspace.write("parts/Cargo.toml", parts);
    workspace.write("parts/src/lib.rs", PARTS);
    workspace.write("clippy.toml", include_str!("../../clippy.toml"));
    Some(workspace)
}

/// The lines under an error, each with what it says is disallowed.
fn reported(said: &str) -> BTreeSet<(usize, String)> {
    let lines: Vec<_> = said.lines().collect();
    let reports = lines.windows(2).filter_map(|pair| {
        let name = pair[0].strip_prefix("error: use of a disallowed method `")?.strip_suffix('`')?;
        let (line, _) = pair[1].trim().strip_prefix("--> house/src/main.rs:")?.split_once(':')?;
        Some((line.parse().ok()?, name.to_owned()))
    });
    reports.collect()
}

#[test]
fn what_only_the_compiler_knows_is_caught() {
    let Some(workspace) = workspace("clippy-caught", CAUGHT) else { return };
    // The attributes themselves see nothing.
    let (said, is_right) = workspace.check();
    assert!(is_right, "{said}");
    let (said, is_right) = workspace.cargo("clippy");
    let marked =
        CAUGHT.lines().enumerate().filter_map(|(n, line)| Some((n + 1, line.split_once("//~ ")?.1.to_owned())));
    assert_eq!(reported(&said), marked.collect(), "{said}");
    assert!(!is_right && !said.contains("clippy.toml"), "{said}");
    let expected = "blocks the event loop (onloop::blocking_call): await `tokio::time::sleep(..)` instead";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn what_is_right_is_left_alone() {
    let Some(workspace) = workspace("clippy-clean", CLEAN) else { return };
    let (said, is_right) = workspace.cargo("clippy");
    assert!(is_right && !said.contains("--> house") && !said.contains("clippy.toml"), "{said}");
}

#[test]
fn a_crate_may_forbid_the_lints() {
    let source = "#![forbid(clippy::disallowed_methods)]\n\n#[onloop::callback]\nfn main() {\n    let thread = std::thread::spawn(|| 1);\n    drop(thread);\n}\n";
    let Some(workspace) = workspace("clippy-forbidden", source) else { return };
    let (said, is_right) = workspace.cargo("clippy");
    assert!(is_right, "{said}");
    workspace.write("house/src/main.rs", &source.replace("#![forbid(clippy::disallowed_methods)]", ""));
    let manifest =
        workspace.read("Cargo.toml").replace("disallowed_methods = \"allow\"", "disallowed_methods = \"forbid\"");
    workspace.write("Cargo.toml", &manifest);
    let (said, is_right) = workspace.cargo("clippy");
    assert!(is_right, "{said}");
}
