//! Scopes: who currently holds the loop.
//!
//! Every annotated function records on its thread that it runs: a callback for its whole run, a coroutine during each
//! poll and when it is dropped before its end. Its arguments are dropped before the scope ends. The thread keeps one
//! pointer, to the innermost site; each scope remembers, on the stack, the site it replaced. That is two thread-local
//! accesses per run, in any program, with or without a hub. With the feature `watch` there is a third, which checks
//! whether the thread is watched.
//!
//! Invariants:
//! 1. A scope is left on the thread that entered it, in the reverse order ([`Scope`] is `!Send` and lives on the
//!    stack of generated code only).
//! 2. It is left on every way out, a panic too (it is a guard).
//! 3. Between two polls of a coroutine none of its scopes is open.

#[cfg(feature = "hub")]
use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::pin::Pin;
use std::ptr;
use std::sync::Mutex;
use std::task::{Context, Poll};

use crate::lock::lock;
#[cfg(feature = "hub")]
use crate::watch::shadow_stack::Frame;
#[cfg(feature = "watch")]
use crate::watch::shadow_stack::Shown;
use crate::{Kind, Site, allow_blocking, exempted};

thread_local! {
    /// The innermost site whose scope is open on this thread. It has no destructor, so it costs no registration
    /// and can be read while the thread ends.
    static CURRENT: Cell<Option<&'static Site>> = const { Cell::new(None) };
}

/// Is called when a scope has ended, with its site, or without one if it was the outermost.
#[cfg(all(feature = "trap", target_os = "linux"))]
pub(crate) type AtEnd = fn(Option<&'static Site>);

#[cfg(all(feature = "trap", target_os = "linux"))]
thread_local! {
    /// As [`CURRENT`], without a destructor.
    static AT_END: Cell<Option<AtEnd>> = const { Cell::new(None) };
}

/// From here on `at_end` is called at each end of a scope on this thread.
#[cfg(all(feature = "trap", target_os = "linux"))]
pub(crate) fn set_at_end(at_end: Option<AtEnd>) {
    AT_END.set(at_end);
}

/// Who holds the loop: the innermost annotated callback or coroutine that runs on this thread now.
///
/// `None` where no annotated function runs, in the executor for instance, and of functions without the feature `scopes`,
/// which `hub` and `watch` bring. It answers for the calling thread, so it
/// needs no hub and works in any program. Cost: one read of a thread-local.
///
/// # Examples
///
/// ```
/// assert_eq!(onloop::current_site(), None);
/// ```
#[inline]
#[must_use]
pub fn current_site() -> Option<&'static Site> {
    CURRENT.get()
}

/// Opens the scope of `site` on this thread until the guard goes.
#[inline]
pub fn enter(site: &'static Site) -> Scope {
    Scope {
        #[cfg(feature = "watch")]
        shown: Shown::new(site),
        previous: CURRENT.replace(Some(site)),
        not_send: PhantomData,
    }
}

/// An open scope. Dropping it makes the previous site the current one again.
#[must_use = "the scope is left as soon as the guard is dropped"]
#[derive(Debug)]
pub struct Scope {
    /// Shows the scope to the watch of this thread, if there is one.
    #[cfg(feature = "watch")]
    shown: Shown,
    /// What was current before, and will be again.
    previous: Option<&'static Site>,
    /// Keeps the guard on the thread whose site it changed.
    not_send: PhantomData<*mut ()>,
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        #[cfg(all(feature = "trap", target_os = "linux"))]
        let own = CURRENT.get();
        CURRENT.set(self.previous);
        #[cfg(feature = "watch")]
        self.shown.end();
        #[cfg(all(feature = "trap", target_os = "linux"))]
        if let Some(at_end) = AT_END.get() {
            // What the function around this one did is reported when that one ends, and it is that one which panics.
            at_end(self.previous.and(own));
        }
    }
}

/// The scopes of functions that run one after the other, each until the next begins: what was current before is kept, and
/// the watch looked for, once for all of them.
#[cfg(feature = "hub")]
pub(crate) struct Series<'a> {
    open: Option<Scope>,
    /// Where the next function is shown, if it can take the place of the last one.
    next: Option<&'a Frame>,
    /// What is shown where nobody looks. To write it costs less than to ask whether to write.
    unseen: &'a Frame,
}

#[cfg(feature = "hub")]
impl<'a> Series<'a> {
    #[inline]
    pub(crate) fn new(unseen: &'a Frame) -> Self {
        Self { open: None, next: None, unseen }
    }

    /// Runs the next function. Its scope is open until the next one runs or [`leave`][Self::leave] is called.
    #[inline]
    pub(crate) fn run<R>(&mut self, site: &'static Site, function: impl FnOnce() -> R) -> R {
        match self.next {
            Some(frame) if site.budget == 0 => {
                CURRENT.set(Some(site));
                frame.enter(site);
            }
            _ => self.enter(site),
        }
        function()
    }

    fn enter(&mut self, site: &'static Site) {
        self.leave();
        let scope = enter(site);
        // What the trap caught is reported when the scope of the function itself ends.
        if cfg!(not(feature = "trap")) {
            self.next = scope.shown.passes_on(self.unseen);
        }
        self.open = Some(scope);
    }

    /// Closes the scope of the last function.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.next = None;
        self.open = None;
    }
}

/// Wraps a coroutine's body so that each poll runs in the scope of `site`, and its end too, whenever that comes.
#[inline]
pub fn coroutine<F>(site: &'static Site, future: F) -> InScope<F> {
    InScope { opens: Opens { site }, future, closes: Closes { is_open: true } }
}

/// Stands in the place of a site whose scope is not to be entered any more.
static LEFT: Site = Site::new("", Kind::Coroutine, "", 0);

pin_project_lite::pin_project! {
    /// A future whose polls run in the scope of a site, and so does what it drops when it is cancelled. It has the auto
    /// traits of the future within.
    ///
    /// Its fields are dropped in order: the scope opens, the future goes, the scope closes. So a coroutine costs the
    /// compiler two functions and no `Drop` of its own, which is worth the flag.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct InScope<F> {
        opens: Opens,
        #[pin]
        future: F,
        closes: Closes,
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _scope = enter(this.opens.site);
        let polled = this.future.poll(cx);
        if polled.is_ready() {
            // Nothing is left to be dropped.
            this.opens.site = &LEFT;
            this.closes.is_open = false;
        }
        polled
    }
}

thread_local! {
    /// The scopes of the coroutines that are being dropped on this thread, the innermost last.
    static DROPPING: RefCell<Vec<Scope>> = const { RefCell::new(Vec::new()) };
}

/// Opens the scope in which what lies behind it in a struct is dropped.
#[derive(Debug)]
struct Opens {
    site: &'static Site,
}

impl Drop for Opens {
    fn drop(&mut self) {
        if !ptr::eq(self.site, &raw const LEFT) {
            let scope = enter(self.site);
            // Where the thread itself is at its end, nobody would close it.
            let _ = DROPPING.try_with(|dropping| dropping.borrow_mut().push(scope));
        }
    }
}

/// Closes the scope in which what lies before it was dropped.
#[derive(Debug)]
struct Closes {
    is_open: bool,
}

impl Drop for Closes {
    fn drop(&mut self) {
        if self.is_open {
            // It is left when nothing is borrowed any more: what the trap caught may panic.
            let scope = DROPPING.try_with(|dropping| dropping.borrow_mut().pop());
            drop(scope);
        }
    }
}

/// The function that made a future or closure, as its type tells: of `station::poll::{{closure}}` it is `station::poll`,
/// in a scope or not.
#[cfg(feature = "hub")]
pub(crate) fn function_of<W: ?Sized>() -> &'static str {
    let name = type_name::<W>();
    let within = name.strip_prefix(concat!(module_path!(), "::InScope<")).and_then(|name| name.strip_suffix('>'));
    within.unwrap_or(name).trim_end_matches("::{{closure}}")
}

/// Checks that the blocking function `site` was not entered on a loop.
///
/// A function of which a statement is exempt is exempt as a whole here: which of its lines calls is unknown.
///
/// # Panics
///
/// In debug builds, if a callback or coroutine is running on this thread. In release builds the call goes ahead and
/// is logged, once for each pair of functions.
#[inline]
pub fn blocking(site: &'static Site) {
    if let Some(holder) = current_site()
        && !holder.exempts_some()
        && !allow_blocking::is_allowed()
    {
        entered_on_the_loop(site, holder);
    }
}

#[cold]
fn entered_on_the_loop(site: &'static Site, holder: &'static Site) {
    let is_reported = cfg!(debug_assertions) || is_news(site, holder);
    if !is_reported || exempted::is_on_the_stack(holder) {
        return;
    }
    let message = format!(
        "blocking function `{}` ({}:{}) runs on the event loop: {} `{}` ({}:{}) called it, and nothing else runs \
         until it returns\nhelp: await `hub.add_executor_job(move || {}(..))`, or \
         `tokio::task::spawn_blocking(..)` where there is no hub",
        site.name(),
        site.file(),
        site.line(),
        holder.kind(),
        holder.name(),
        holder.file(),
        holder.line(),
        site.name(),
    );
    if cfg!(debug_assertions) {
        panic!("{message}");
    } else {
        #[cfg(feature = "watch")]
        crate::log::log!(ERROR, "{message}");
        #[cfg(not(feature = "watch"))]
        crate::log::to_stderr(&message);
    }
}

/// Whether this pair of functions is met for the first time in this process.
fn is_news(site: &'static Site, holder: &'static Site) -> bool {
    static SEEN: Mutex<Vec<[&Site; 2]>> = Mutex::new(Vec::new());
    let pair = [site, holder];
    let mut seen = lock(&SEEN);
    let known = seen.contains(&pair);
    if !known {
        seen.push(pair);
    }
    !known
}

/// What a function marked as a coroutine gives back: a future.
#[diagnostic::on_unimplemented(
    message = "a coroutine is `async` or returns a future, but `{Self}` is not a future",
    label = "not a future",
    note = "write `async fn`, mark the function `#[onloop::callback]` if it never waits, or `#[onloop::blocking]` if it blocks",
    note = "onloop::sync_coroutine; to learn more, or to exempt it: `cargo onloop explain sync_coroutine`"
)]
pub trait CoroutineReturn {}

#[diagnostic::do_not_recommend]
impl<F: Future + ?Sized> CoroutineReturn for F {}

/// A value of any type, in code that is never reached: it tells the compiler what type is meant.
#[inline]
#[must_use]
pub fn never<T>() -> T {
    unreachable!("generated code asks for this behind `if false` only")
}

/// Holds a function's result against [`CoroutineReturn`].
#[inline]
pub fn returns_future<F: CoroutineReturn + ?Sized>(_: &F) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "hub")]
    fn functions_of_a_series_follow_each_other() {
        static OUTER: Site = Site::new("outer", Kind::Coroutine, "src/scope.rs", 1);
        static FIRST: Site = Site::new("first", Kind::Callback, "src/scope.rs", 2);
        static SECOND: Site = Site { budget: 1000, ..Site::new("second", Kind::Callback, "src/scope.rs", 3) };
        let _outer = enter(&OUTER);
        let unseen = Frame::new();
        let mut scopes = Series::new(&unseen);
        for site in [&FIRST, &SECOND, &FIRST, &FIRST] {
            let seen = scopes.run(site, || {
                drop(enter(&SECOND));
                current_site()
            });
            assert_eq!(seen, Some(site));
        }
        scopes.leave();
        assert_eq!(current_site(), Some(&OUTER));
        scopes.run(&FIRST, || ());
        drop(scopes);
        assert_eq!(current_site(), Some(&OUTER));
    }

    #[test]
    fn a_pair_is_news_once() {
        static READ: Site = Site::new("read", Kind::Blocking, "src/scope.rs", 1);
        static SETUP: Site = Site::new("setup", Kind::Coroutine, "src/scope.rs", 2);
        static RELOAD: Site = Site::new("reload", Kind::Coroutine, "src/scope.rs", 3);
        assert!(is_news(&READ, &SETUP));
        assert!(!is_news(&READ, &SETUP));
        assert!(is_news(&READ, &RELOAD));
    }
}
