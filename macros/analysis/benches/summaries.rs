//! What it costs to know that a helper blocks: time per function of a chain of 1,000 and of 10,000, of a cycle, of a
//! chain through closures, and of methods of one trait. The ratio of the two tells whether the cost is linear.
//!
//! ```text
//! cargo bench -p onloop-analysis                 all shapes
//! cargo bench -p onloop-analysis -- --rounds 3   quicker
//! ```

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use onloop_analysis::{Cfg, Engine, Files, Index, Kind, Place};
use proc_macro2::{Span, TokenStream};

/// One file in memory.
struct Memory(String);

impl Files for Memory {
    fn read(&self, _: &Path) -> Option<String> {
        Some(self.0.clone())
    }

    fn stamp(&self, _: &Path) -> Option<u128> {
        None
    }
}

/// A shape of code: its name, one line for the function of a number, the last line, and the expected findings.
type Shape = (&'static str, fn(usize) -> String, &'static str, usize);

const SHAPES: &[Shape] = &[
    ("chain", |n| format!("fn f{n}() {{ f{}() }}", n + 1), "fn fEND() { std::thread::park() }", 1),
    ("cycle", |n| format!("fn f{n}() {{ f{}() }}", n + 1), "fn fEND() { f0() }", 0),
    (
        "closures",
        |n| format!("fn f{n}() {{ g{n}(|| f{}()) }} fn g{n}(f: impl Fn()) {{ g{}(f) }}", n + 1, n + 1),
        "fn fEND() { std::thread::park() } fn gEND(f: impl Fn()) { f() }",
        // A closure is followed through so many functions, and no more.
        0,
    ),
    (
        "methods",
        |n| format!("struct S{n}; impl S{n} {{ fn f{n}(s: &S{}) {{ s.f{}(s) }} }}", n + 1, n + 1),
        "struct SEND; impl SEND { fn fEND() { std::thread::park() } } fn f0(s: &S0) { s.f0(s) }",
        1,
    ),
];

fn main() {
    let rounds = std::env::args().skip_while(|argument| argument != "--rounds").nth(1);
    let rounds = rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    println!("{:<10} {:>14} {:>14} {:>7}", "shape", "1,000", "10,000", "ratio");
    for shape in SHAPES {
        let [few, many] = [1_000, 10_000].map(|count| per_function(shape, count, rounds));
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        println!("{:<10} {:>14} {:>14} {ratio:>7.2}", shape.0, format!("{few:.2?}"), format!("{many:.2?}"));
    }
}

/// The best of some rounds.
fn per_function((name, line, last, expected): &Shape, count: usize, rounds: usize) -> Duration {
    let end = count.to_string();
    let mut text: String = (0..count).map(|n| line(n) + "\n").collect();
    text.push_str(&last.replace("END", &end));
    let item = "fn on_tick(s: &S0) { f0(s) }";
    let place_line = text.lines().count() + 1;
    text.push('\n');
    text.push_str(item);
    let best = (0..rounds).map(|_| {
        let index = Index::new(Box::new(Memory(text.clone())), Some(PathBuf::from("src/lib.rs")), Cfg::default());
        let mut engine = Engine::new(index);
        let place = |span: Span| {
            let column = span.start().column + 1;
            Some(Place { file: "src/lib.rs".into(), line: place_line, column })
        };
        let tokens: TokenStream = item.parse().expect("the function is Rust");
        let start = Instant::now();
        let found = engine.findings(Kind::Callback, TokenStream::new(), tokens, &place).len();
        let took = start.elapsed();
        assert_eq!(found, *expected, "{name}");
        took / u32::try_from(count).expect("counts are small")
    });
    best.min().unwrap_or_default()
}
