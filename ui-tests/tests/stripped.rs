//! What the nets say in a program whose symbols are stripped: less, and nothing breaks.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "support/workspace.rs"]
mod workspace;

use workspace::Workspace;

const PROGRAM: &str = r#"
use std::sync::mpsc::channel;
use std::time::Duration;

use onloop::trap::{Policy, configure};

#[onloop::callback]
fn on_tick(wait: &dyn Fn()) {
    wait();
}

fn main() {
    configure().policy(Policy::Log).on_violation(|violation| println!("{violation}\n")).install();
    let (reported, is_reported) = channel();
    let report = move |report: &onloop::watch::Report| {
        println!("{report}\n");
        reported.send(()).unwrap();
    };
    let watch = onloop::watch().threshold(Duration::from_millis(4)).on_report(report).start().unwrap();
    let _watched = watch.enter().unwrap();
    on_tick(&|| is_reported.recv().unwrap());
    println!("it goes on");
}
"#;

#[test]
fn there_are_addresses_in_the_place_of_names() {
    let house = Workspace::new("stripped", PROGRAM);
    let manifest = house.read("house/Cargo.toml");
    house.write(
        "house/Cargo.toml",
        &manifest.replace("default-features = false", "default-features = false, features = ['trap']"),
    );
    let workspace = house.read("Cargo.toml");
    house.write("Cargo.toml", &format!("{workspace}\n[profile.dev]\nstrip = true\n"));

    let said = house.run();
    assert!(said.contains("it goes on"), "{said}");
    // The place of the function does not depend on symbols.
    let site = "callback `stripped::on_tick` (house/src/main.rs:8)";
    assert!(said.contains(&format!("{site} has held the loop")), "{said}");
    assert!(said.contains(&format!("blocks the event loop on thread `main`, in {site}")), "{said}");
    assert_eq!(said.matches("(names are missing: the symbols are stripped; ").count(), 2, "{said}");
    let addresses: Vec<_> = said.lines().filter_map(|line| line.trim().strip_prefix("0x")).collect();
    assert!(addresses.len() > 4, "{said}");
}
