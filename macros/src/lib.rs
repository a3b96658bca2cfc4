//! The attributes of onloop. Depend on `onloop`, which re-exports them; the code they generate names that crate.
//!
//! This is a shell: it knows the compiler (spans, files, the command line), and everything else is in
//! `onloop-analysis`.

mod host;

use onloop_analysis::{Entry, Kind};
use proc_macro::TokenStream;

/// Marks a function that runs on the event loop and never waits: sync, no `.await`, no I/O, no blocking call.
///
/// The function keeps its signature and behaviour. It is checked at compile time, and while it runs
/// `onloop::current_site()` names it. What it may do is start something that waits: `hub.create_task(..)` for
/// async work, `hub.add_executor_job(..)` for blocking work.
///
/// It stands on functions, methods, trait methods with a body, and on methods under `#[async_trait]`. The rules and
/// their exemptions are on the front page of `onloop`.
///
/// `#[onloop::callback(strict(lock, cpu))]` also reports calls of these categories that only usually block;
/// `strict` alone means all categories. The `[categories]` of an `onloop.toml` say so for a whole package or
/// workspace, and its other entries say which functions of the project block; see the front page.
///
/// Inside a function that bears one of the three attributes, the same words mark closures and paths of functions:
/// `#[callback] |event: &Event| ..`, `#[coroutine] async |event: &Event| ..`, `#[blocking] on_event`. They become
/// `onloop::Callback`, `onloop::Coroutine` and `onloop::Blocking`, the jobs that the bus, timers and hooks take, and are
/// checked as functions of their kind.
///
/// `#[onloop::callback(budget = "1ms")]` is how long the function may hold the loop at a stretch: `onloop::watch()`
/// reports it when it takes longer, and not after the watch's own threshold. From `1ms` to `60s`.
///
/// ```
/// struct Gauge {
///     last: std::cell::Cell<f64>,
/// }
///
/// impl Gauge {
///     #[onloop::callback]
///     fn on_reading(&self, value: f64) {
///         self.last.set(value);
///     }
/// }
/// ```
#[proc_macro_attribute]
pub fn callback(arguments: TokenStream, item: TokenStream) -> TokenStream {
    host::expand(Kind::Callback, arguments, item)
}

/// Marks an async function that runs on the event loop and waits only at `.await`.
///
/// The function keeps its signature, the type of its output and its auto traits. It is checked at compile time, and
/// in each of its polls `onloop::current_site()` names it. What blocks belongs in the executor:
/// `hub.add_executor_job(..).await`.
///
/// It stands on `async fn`, and on functions that return a future (`impl Future`, `Pin<Box<dyn Future>>`). Arguments
/// are those of [`macro@callback`].
///
/// Arguments are dropped when and in the order in which the function would drop them without the attribute, and in its
/// scope, when it is cancelled too.
///
/// A function that returns a boxed future and does not end with the async block that makes it has only its own code
/// named, not the polls of that future.
///
/// ```
/// #[onloop::coroutine]
/// async fn first(names: &mut tokio::sync::mpsc::Receiver<String>) -> String {
///     names.recv().await.unwrap_or_default()
/// }
/// ```
#[proc_macro_attribute]
pub fn coroutine(arguments: TokenStream, item: TokenStream) -> TokenStream {
    host::expand(Kind::Coroutine, arguments, item)
}

/// Marks a sync function that may wait: it runs in the executor, never on the loop.
///
/// A call to it from a function marked [`macro@callback`] or [`macro@coroutine`] is a compile error. Where the
/// compiler does not see the call, the function itself looks when it is entered: if something is running on the loop
/// of its thread, it panics in debug builds, and is logged once per place in release builds.
///
/// ```
/// #[onloop::blocking]
/// fn load(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
///     std::fs::read(path)
/// }
/// ```
#[proc_macro_attribute]
pub fn blocking(arguments: TokenStream, item: TokenStream) -> TokenStream {
    host::expand(Kind::Blocking, arguments, item)
}

/// Exempts a function from rules: `#[onloop::allow(blocking_call, reason = "reads /proc, never waits")]`.
///
/// Together with [`macro@callback`], [`macro@coroutine`] or [`macro@blocking`], above or below them; inside a function
/// that bears one of these it also stands on statements and expressions. The reason is not optional.
///
/// On a function without such an attribute it is trusted by all who call that one. A part of such a function is exempt
/// in the closure of `onloop::allow_blocking("reads /proc, never waits", || ..)`.
///
/// It is not `#[allow(onloop::..)]`, since the stable compiler refuses lint names of tools that it does not know. Write
/// it with its path: in a module with `use onloop::*`, a plain `#[allow(..)]` of the compiler's is ambiguous (E0659), and
/// so is one that another macro writes there, such as `#[tokio::main]`. Import what is used by name.
///
/// ```
/// #[onloop::callback]
/// fn load_average() -> Option<String> {
///     #[onloop::allow(blocking_call, reason = "reads /proc, never waits")]
///     std::fs::read_to_string("/proc/loadavg").ok()
/// }
/// ```
#[proc_macro_attribute]
pub fn allow(arguments: TokenStream, item: TokenStream) -> TokenStream {
    host::exempt("allow", arguments, item)
}

/// Exempts as [`macro@allow`] does, and is an error where there is nothing to exempt: it asks to be removed.
///
/// ```
/// #[onloop::callback]
/// #[onloop::expect(blocking_call, reason = "start-up, before the loop has anything else to do")]
/// fn configure() -> Option<String> {
///     std::fs::read_to_string("house.toml").ok()
/// }
/// ```
#[proc_macro_attribute]
pub fn expect(arguments: TokenStream, item: TokenStream) -> TokenStream {
    host::exempt("expect", arguments, item)
}

/// Runs an async function as a program, on the loop of a hub.
///
/// The function is a coroutine: checked as one, and marked closures and paths work in it. It has the hub as its only
/// parameter, or none. When it returns, the hub stops, and then the program ends with its value.
///
/// ```no_run
/// use onloop::{Event, EventType, Hub};
///
/// const DOOR: EventType<bool> = EventType::new("door");
///
/// #[onloop::main]
/// async fn main(hub: Hub) {
///     let _listens = hub.bus().listen(&DOOR, #[callback] |event: &Event<bool>| println!("open: {}", event.data));
///     hub.bus().fire(&DOOR, true);
///     let config = hub.add_executor_job(|| std::fs::read_to_string("house.toml")).await;
///     println!("{config:?}");
/// }
/// ```
///
/// What the hub is like is said in arguments with the names of `onloop::HubBuilder`:
///
/// | argument | what it does |
/// | --- | --- |
/// | `name = "house"` | what the hub is called in the log |
/// | `executor_threads = 8` | how many threads the executor may have |
/// | `watch` | reports functions that hold the loop for too long: for 100 ms |
/// | `watch = Duration::from_millis(20)` | the same, for longer than that |
/// | `stop_on_signal` | Ctrl-C and SIGTERM stop the hub; needs the feature `signal` |
///
/// For more than that, write `fn main() { Hub::builder()...run(body) }` around an async function `body` of your own that is
/// marked `#[onloop::coroutine]`.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    host::expand_entry(Entry::Main { signals: cfg!(feature = "signal") }, arguments, item)
}

/// Runs an async function as a test, on the loop of a hub whose clock is paused.
///
/// The function is a coroutine, as that of [`macro@main`]. Time stands still while there is something to do, and jumps to
/// the next timer when there is not: a test that waits for an hour takes no time. That needs the feature `test-util`.
///
/// ```
/// use std::time::Duration;
///
/// #[onloop::test]
/// async fn an_hour_passes(hub: onloop::Hub) {
///     let task = hub.create_task(tokio::time::sleep(Duration::from_secs(3600)));
///     hub.block_till_done().await;
///     assert!(task.is_finished());
/// }
/// ```
///
/// | argument | what it does |
/// | --- | --- |
/// | `watch`, `watch = Duration::from_millis(20)` | a function that holds the loop for too long fails the test |
/// | `trap` | a call that blocks the loop fails the test; needs the feature `trap` |
/// | `start_paused = false` | the clock runs |
/// | `name = ".."`, `executor_threads = ..` | as with [`macro@main`] |
///
/// A module with `use onloop::*` and plain `#[test]` functions has two attributes of that name, as with `use tokio::*`
/// (E0659). Import what is used by name, or add `use core::prelude::v1::test`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::Test { pauses: cfg!(feature = "test-util"), traps: cfg!(feature = "trap") };
    host::expand_entry(entry, arguments, item)
}
