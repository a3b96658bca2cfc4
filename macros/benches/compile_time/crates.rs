//! The throw-away crates.

use std::fmt::Write as _;
use std::ops::Range;

use crate::cargo::Cargo;

/// What stands above the functions.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) word: &'static str,
    pub(crate) title: &'static str,
    callback: &'static str,
    coroutine: &'static str,
    dependency: &'static str,
}

pub(crate) const NONE: Mark = Mark { word: "bare", title: "bare", callback: "", coroutine: "", dependency: "" };

pub(crate) const CHANGELESS: Mark = Mark {
    word: "tokens",
    title: "identity",
    callback: "#[identity::tokens]",
    coroutine: "#[identity::tokens]",
    dependency: IDENTITY,
};

pub(crate) const PARSED: Mark = Mark {
    word: "parsed",
    title: "syn identity",
    callback: "#[identity::parsed]",
    coroutine: "#[identity::parsed]",
    dependency: IDENTITY,
};

pub(crate) const INSTRUMENT: Mark = Mark {
    word: "instrument",
    title: "tracing::instrument",
    callback: "#[tracing::instrument(skip_all)]",
    coroutine: "#[tracing::instrument(skip_all)]",
    dependency: "tracing = \"0.1\"",
};

pub(crate) const OURS: Mark = Mark {
    word: "ours",
    title: "ours",
    callback: "#[onloop::callback]",
    coroutine: "#[onloop::coroutine]",
    dependency: concat!(
        "onloop = { path = '",
        env!("CARGO_MANIFEST_DIR"),
        "/../runtime-support', default-features = false }"
    ),
};

/// With the hub, which asks who holds the loop.
pub(crate) const HUB: Mark = Mark {
    word: "hub",
    title: "ours, hub",
    callback: "#[onloop::callback]",
    coroutine: "#[onloop::coroutine]",
    dependency: concat!("onloop = { path = '", env!("CARGO_MANIFEST_DIR"), "/../runtime-support' }"),
};

const IDENTITY: &str = "identity = { path = '../identity' }";

/// As this workspace has them, for fairness.
const PARSER: &str = "proc-macro2 = { version = \"1\", default-features = false, features = [\"proc-macro\"] }
quote = { version = \"1\", default-features = false }
syn = { version = \"3\", default-features = false, features = [\"full\", \"parsing\", \"printing\"] }
";

const IDENTITY_SOURCE: &str = include_str!("templates/identity.rs");
const DEVICE: &str = include_str!("templates/device.rs");
const FILLER: &str = include_str!("templates/filler.rs");
const FUNCTIONS: &str = include_str!("templates/functions.rs");
const POLLED: &str = include_str!("templates/polled.rs");

const STATION: &str = "
#[derive(Debug)]
pub struct Station {
    pub registry: Registry,
    pub device: Device,
    pub history: Vec<(String, f64)>,
    pub missed: usize,
}
";

/// The call that blocks runs on a thread of its own, and the thread's handle is kept.
const ELSEWHERE: &str = "let path = format!(\"/proc/{}/stat\", std::process::id());
    let reader = thread::spawn(move || read_to_string(path));
    let _running = !reader.is_finished();";

/// Variables with the names of functions that block.
const SHADOWED: &str = "let sleep = Duration::from_millis(250);
    let read_to_string = usize::from(!sleep.is_zero());
    let _pauses = sleep.as_millis() as usize + read_to_string;";

/// Two methods that some types block on, on a variable that says its type; without the type the compiler has to tell.
const KNOWN: &str = "let mut log: Vec<u8> = std::convert::identity(Vec::new());
    let _written = log.write_all(b\"on\").is_ok();
    let _flushed = log.flush().is_ok();";
const UNKNOWN: &str = "let mut log = std::convert::identity(Vec::<u8>::new());
    let _written = log.write_all(b\"on\").is_ok();
    let _flushed = log.flush().is_ok();";

/// What the functions hold that has to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suspects {
    None,
    /// Two names that are fine.
    Names,
    /// Two methods of a variable of known type.
    Known,
    /// Two methods of a variable of which the compiler has to tell the type.
    Unknown,
}

/// The workspace, and what all crates share.
pub(crate) fn write_shared(cargo: &Cargo) {
    cargo.write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n");
    // The same versions as in this workspace; what is new in the crates is added.
    if !cargo.folder.join("Cargo.lock").exists() {
        let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
        cargo.write("Cargo.lock", &std::fs::read_to_string(lock).unwrap_or_default());
    }
    let text = manifest("identity", "[lib]\nproc-macro = true", PARSER);
    cargo.write("crates/identity/Cargo.toml", &text);
    cargo.write("crates/identity/src/lib.rs", IDENTITY_SOURCE);
}

/// A crate with nothing but the dependency on ours, and one with nothing but that on a parser.
pub(crate) fn write_weights(cargo: &Cargo, [ours, syn]: [&str; 2]) {
    let path = concat!("onloop-macros = { path = '", env!("CARGO_MANIFEST_DIR"), "' }\n");
    for (name, dependencies) in [(ours, path), (syn, PARSER)] {
        cargo.write(&format!("crates/{name}/Cargo.toml"), &manifest(name, "[lib]\nproc-macro = true", dependencies));
        cargo.write(&format!("crates/{name}/src/lib.rs"), "");
    }
}

fn manifest(name: &str, more: &str, dependencies: &str) -> String {
    format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n{more}\n\n[dependencies]\n{dependencies}\n")
}

/// The crate of cases a, b, e, f and h.
pub(crate) struct Station {
    pub(crate) mark: Mark,
    pub(crate) functions: usize,
    /// What each function holds.
    pub(crate) suspects: Suspects,
    /// Whether the coroutines are polled, as they are in a program. Otherwise no code is made of those that are
    /// rewritten.
    pub(crate) is_polled: bool,
}

const FILES: usize = 20;

impl Station {
    pub(crate) fn write(&self, cargo: &Cargo, name: &str) {
        let mut root = "#![allow(dead_code, unused)]\npub mod device;\npub use device::scale;\n".to_owned();
        for file in 0..FILES {
            let _ = writeln!(root, "pub mod part{file};");
            let mut text = "use std::collections::HashMap;\nuse std::sync::Arc;\nuse std::time::Duration;\n\n\
                use crate::device::{Device, Error, Reading, Registry, Unit, clamp, scale, settle};\n"
                .to_owned();
            text.push_str(match self.suspects {
                Suspects::None => "",
                Suspects::Names => "use std::fs::read_to_string;\nuse std::thread::{self, sleep};\n",
                Suspects::Known | Suspects::Unknown => "use std::io::Write as _;\n",
            });
            text.push_str(STATION);
            let numbers = file * self.functions / FILES..(file + 1) * self.functions / FILES;
            text.push_str(&functions(numbers.clone().map(|number| (number, self.mark)), self.suspects));
            if self.is_polled {
                text.push_str(&polled(numbers));
            }
            cargo.write(&format!("crates/{name}/src/part{file}.rs"), &text);
        }
        cargo.write(&format!("crates/{name}/src/lib.rs"), &root);
        cargo.write(&format!("crates/{name}/src/device.rs"), DEVICE);
        cargo.write(&format!("crates/{name}/Cargo.toml"), &manifest(name, "", self.mark.dependency));
    }
}

/// The crate of case c.
pub(crate) struct House {
    pub(crate) mark: Mark,
    /// How many tenths of the functions bear the mark.
    pub(crate) tenths: usize,
    pub(crate) functions: usize,
    pub(crate) lines: usize,
}

const AREAS: usize = 10;
const PARTS: usize = 10;

impl House {
    pub(crate) fn write(&self, cargo: &Cargo, name: &str) {
        let mut root = "#![allow(dead_code, unused)]\npub mod device;\n".to_owned();
        for area in 0..AREAS {
            let _ = writeln!(root, "pub mod area{area};");
            let mut text = "pub use crate::device::{Device, Reading, scale};\n\n".to_owned();
            for part in 0..PARTS {
                let _ = writeln!(text, "pub mod part{part};");
                let file = format!("crates/{name}/src/area{area}/part{part}.rs");
                cargo.write(&file, &self.part(area, part));
            }
            cargo.write(&format!("crates/{name}/src/area{area}.rs"), &text);
        }
        cargo.write(&format!("crates/{name}/src/lib.rs"), &root);
        cargo.write(&format!("crates/{name}/src/device.rs"), DEVICE);
        cargo.write(&format!("crates/{name}/Cargo.toml"), &manifest(name, "", self.mark.dependency));
    }

    /// A hundredth of the lines, its imports from parents, neighbours and the root.
    fn part(&self, area: usize, part: usize) -> String {
        let (next_area, next_part) = ((area + 1) % AREAS, (part + 3) % PARTS);
        let mut text = format!(
            "use std::collections::HashMap;\nuse std::sync::Arc;\nuse std::time::Duration;\n\n\
             use super::{{Device, Reading, scale}};\n\
             use crate::area{next_area}::part{next_part}::{{limit as clamp, rest as settle}};\n\
             use crate::device::{{Error, Registry, Unit}};\n{STATION}\n\
             pub fn limit(value: f64, low: f64, high: f64) -> f64 {{\n    crate::device::clamp(value, low, high)\n}}\n\n\
             pub async fn rest(wait: Duration) -> Duration {{\n    crate::device::settle(wait).await\n}}\n"
        );
        let at = area * PARTS + part;
        let numbers = at * self.functions / (AREAS * PARTS)..(at + 1) * self.functions / (AREAS * PARTS);
        // Another one in each ten: the template has ten functions.
        let marked = |number: usize| (number + number / 10) % 10 < self.tenths;
        let functions = functions(numbers.map(|n| (n, if marked(n) { self.mark } else { NONE })), Suspects::None);
        let goal = (self.lines / (AREAS * PARTS)).saturating_sub(functions.lines().count());
        let filler = FILLER.split_once("\n\n").map_or(FILLER, |(_, filler)| filler);
        let (mut lines, mut number) = (text.lines().count(), 0);
        while lines < goal {
            text.push_str(&filler.replace("_N", &format!("_{number}")).replace("N_", &number.to_string()));
            lines += filler.lines().count();
            number += 1;
        }
        text + &functions
    }
}

/// Functions with those numbers, made from the template; its methods come last, in an `impl`.
fn functions(numbers: impl Iterator<Item = (usize, Mark)>, suspects: Suspects) -> String {
    let template = FUNCTIONS.split_once("\n\n").map_or(FUNCTIONS, |(_, functions)| functions);
    let (free, methods) = template.split_once("impl Station {\n").expect("the template has methods");
    let free: Vec<_> = free.trim().split("\n\n").collect();
    let methods: Vec<_> = methods.trim_end().trim_end_matches('}').trim_end().split("\n\n").collect();
    let (mut text, mut block) = (String::new(), String::new());
    for (number, mark) in numbers {
        let at = number % (free.len() + methods.len());
        let (source, target) =
            free.get(at).map_or_else(|| (methods[at - free.len()], &mut block), |source| (*source, &mut text));
        let look_at = match (suspects, number % 4) {
            (Suspects::None, _) => "",
            (Suspects::Names, 0 | 1) => ELSEWHERE,
            (Suspects::Names, _) => SHADOWED,
            (Suspects::Known, _) => KNOWN,
            (Suspects::Unknown, _) => UNKNOWN,
        };
        let function = source
            .replace("//\n", &format!("{look_at}\n"))
            .replace("#[callback]", mark.callback)
            .replace("#[coroutine]", mark.coroutine)
            .replace("_N", &format!("_{number}"));
        let _ = writeln!(target, "\n{function}");
    }
    if block.is_empty() { text } else { format!("{text}\nimpl Station {{{block}}}\n") }
}

/// A function that polls the coroutines among the functions with those numbers: every other one.
fn polled(numbers: Range<usize>) -> String {
    let template = POLLED.split_once("\n\n").map_or(POLLED, |(_, template)| template);
    let (helpers, calls) = template.rsplit_once("\n\n").expect("the calls come last");
    let calls: Vec<_> = calls.lines().collect();
    let mut text = format!("\n{helpers}\n\npub fn polled() {{\n");
    for number in numbers.filter(|number| number % 2 == 1) {
        let call = calls[number / 2 % calls.len()];
        let _ = writeln!(text, "    {}", call.replace("_N", &format!("_{number}")));
    }
    text + "}\n"
}

/// Async functions of which each awaits the next, in a program that prints the size of the first one's future.
pub(crate) fn write_chain(cargo: &Cargo, name: &str, mark: Mark, length: usize) {
    let mut text = "async fn f0(_: &str, n: u64) -> u64 {\n    std::future::ready(n).await\n}\n".to_owned();
    for number in 1..length {
        let before = number - 1;
        let attribute = mark.coroutine;
        let _ = writeln!(
            text,
            "{attribute}\nasync fn f{number}(name: &str, n: u64) -> u64 {{\n    let more = n + 1;\n    \
             f{before}(name, more).await + more\n}}"
        );
    }
    let last = length - 1;
    let _ = writeln!(
        text,
        "fn sendable<T: Send>(future: T) -> T {{\n    future\n}}\n\nfn main() {{\n    \
         println!(\"{{}}\", size_of_val(&sendable(f{last}(\"name\", 1))));\n}}"
    );
    cargo.write(&format!("crates/{name}/Cargo.toml"), &manifest(name, "", mark.dependency));
    cargo.write(&format!("crates/{name}/src/main.rs"), &text);
}
