//! The attributes of [onloop]. Depend on `onloop`, which brings them along; what they write names that crate.
//!
//! This is a shell: it knows the compiler (spans, files, the command line), and everything else is in
//! `onloop-analysis`.
//!
//! [onloop]: https://crates.io/crates/onloop

mod host;

use onloop_analysis::Kind;
use proc_macro::TokenStream;

/// Marks a function that runs on the event loop and never waits: sync, no `.await`, no I/O, no blocking call.
///
/// The function keeps its signature and behaviour. It is checked at compile time, and while it runs
/// `onloop::current_site()` names it. What it may do is start something that waits: `hub.create_task(..)` for
/// async work, `hub.add_executor_job(..)` for blocking work.
///
/// It stands on functions, methods, trait methods with a body, and on methods under `#[async_trait]`. The rules and
/// their exemptions are in the [README].
///
/// `#[onloop::callback(strict(lock, cpu))]` also reports calls of these categories that only usually block;
/// `strict` alone means all categories.
///
/// [README]: https://crates.io/crates/onloop
///
/// ```ignore
/// #[onloop::callback]
/// fn on_reading(&self, reading: &Reading) {
///     self.last.set(reading.value);
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
/// ```ignore
/// #[onloop::coroutine]
/// async fn poll(client: &Client) -> Result<Reading, Error> {
///     client.get("/reading").send().await?.json().await
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
/// ```ignore
/// #[onloop::blocking]
/// fn load(path: &Path) -> io::Result<Table> {
///     parse(&std::fs::read(path)?)
/// }
/// ```
#[proc_macro_attribute]
pub fn blocking(arguments: TokenStream, item: TokenStream) -> TokenStream {
    host::expand(Kind::Blocking, arguments, item)
}
