//! Stalls its own loop in five ways, and shows what the watch and the trap say of it.
//!
//! ```text
//! cargo run --bin stall                    # the watch
//! cargo run --bin stall --features trap    # and the trap, on Linux with glibc; the watch has stacks then
//! ```
//!
//! It exists to stall. The attributes would not let it pass, so `build.rs` silences them; what they and clippy have to
//! say stands in the guide (`onloop::guide::limits`), in a table that `ui-tests/tests/stall.rs` makes.

// The test asks for it: with the attributes silent, nobody else tells clippy to look.
#![cfg_attr(clippy_speaks, warn(clippy::disallowed_methods, clippy::disallowed_macros))]

mod heard;
mod source;
mod stalls;
mod trap;
mod worker;

use std::sync::{Arc, Mutex};

use heard::{Heard, Net};
use onloop::Hub;
use source::{Fixed, Log, Source};
use tokio::sync::{mpsc, oneshot};

/// The functions in `stalls.rs`, and what each does.
const STALLS: [(&str, &str); 5] = [
    ("poll_gauge", "sleeps, three helpers down in another crate"),
    ("forecast", "computes"),
    ("count_reading", "waits for a lock that a worker holds"),
    ("find_gateway", "looks up the name of a host"),
    ("last_reading", "reads a file, behind a `dyn` trait"),
];

fn main() {
    let heard = Heard::default();
    let armed = trap::arm(&heard);
    let hook = heard.clone();
    let watch = onloop::watch().on_report(move |report| hook.watch(report));
    Hub::builder().watch(watch).run(async |hub| stall(&hub).await);
    show(&heard, armed);
}

/// One after the other. Nothing bears an attribute here: what is said is said of the five.
async fn stall(hub: &Hub) {
    let (readings, mut has_read) = mpsc::channel(1);
    stalls::poll_gauge(&readings).await;
    let reading = has_read.recv().await.expect("the gauge has been read");

    stalls::forecast(&[reading, 21.0, 22.5]);

    let count = Arc::new(Mutex::new(0));
    let (begun, has_begun) = oneshot::channel();
    let shared = Arc::clone(&count);
    let worker = hub.add_executor_job(move || worker::work(&shared, begun));
    has_begun.await.expect("the worker has the lock");
    stalls::count_reading(&count);
    worker.await;

    let (gateways, _found) = mpsc::channel(1);
    stalls::find_gateway("localhost", &gateways).await;

    let sources: [Box<dyn Source>; 2] = [Box::new(Fixed(reading)), Box::new(Log::in_the_package())];
    for source in &sources {
        stalls::last_reading(&**source);
    }
}

/// Line by line, then as a table.
fn show(heard: &Heard, armed: Result<(), String>) {
    let mut rows = Vec::new();
    for (function, what) in STALLS {
        let (watch, trap) = (heard.of(Net::Watch, function), heard.of(Net::Trap, function));
        println!("`{function}` {what}");
        for line in watch.lines {
            println!("  watch: {line}");
        }
        for line in trap.lines {
            println!("  trap:  {line}");
        }
        let trap = if armed.is_ok() { &trap.cell } else { "not armed" };
        rows.push(format!("| `{function}` {what} | {} | {trap} |", watch.cell));
    }
    println!("\n| the function | watch | trap |\n| --- | --- | --- |\n{}", rows.join("\n"));
    if let Err(why) = armed {
        println!("\n{why}");
    }
}
