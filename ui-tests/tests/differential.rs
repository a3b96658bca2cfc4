//! An attribute changes nothing: functions made at random, once bare and once annotated, leave the same trace of values
//! and drops, to the end and cancelled at each `.await`.
//!
//! `DIFFERENTIAL=5000 cargo test -p onloop-ui-tests --test differential` tries so many functions; without it there are
//! few. `DIFFERENTIAL_SEED` is where they begin.

#[path = "differential/function.rs"]
mod function;
#[path = "differential/program.rs"]
mod program;
#[path = "differential/random.rs"]
mod random;
#[path = "support/workspace.rs"]
mod workspace;

use workspace::Workspace;

/// How many there are where nobody asks for more.
const FEW: usize = 80;

/// How many stand in one program.
const IN_A_PROGRAM: usize = 400;

#[test]
fn annotated_functions_do_what_they_did() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<usize>().expect("a number"));
    let (count, start) = (number("DIFFERENTIAL").unwrap_or(FEW), number("DIFFERENTIAL_SEED").unwrap_or(1));
    let seeds: Vec<usize> = (start..start + count).collect();
    // A part of each is in an older edition.
    let size = IN_A_PROGRAM.min(count.div_ceil(2)).max(1);
    for (nth, seeds) in seeds.chunks(size).enumerate() {
        let program = Workspace::new("differential", &program::of(seeds));
        let manifest = program.read("house/Cargo.toml");
        let edition = ["2024", "2021"][nth % 2];
        let manifest = manifest.replace("edition = \"2024\"", &format!("edition = \"{edition}\""));
        let manifest = manifest.replace("default-features = false", "default-features = false, features = ['scopes']");
        program.write("house/Cargo.toml", &manifest);
        let said = program.run();
        assert!(said.contains(&format!("{} functions, ", seeds.len())), "{said}");
        println!("edition {edition}: {said}");
    }
}
