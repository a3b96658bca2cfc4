//! Jobs: functions with a known kind, to be passed to whatever runs them later.
//!
//! Only the attributes create them, from closures and paths of functions inside an annotated function. A job is a name,
//! a site and the function behind one pointer; whoever receives the job decides where it runs. A job without parameters
//! accepts any argument, so it fits wherever a job is expected.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use crate::{Site, scope};

/// What a coroutine job is while it runs.
pub type JobFuture<R> = Pin<Box<dyn Future<Output = R>>>;

/// A sync function for the loop: what `#[callback] |argument: &A| ..` is.
///
/// It runs from start to end inside the call of its receiver, on the loop, and never waits. It keeps its state in its
/// captures (`Cell`, `RefCell`). A clone is another handle to the same function.
///
/// The attribute `#[callback]` works inside a function marked by one of the attributes of this crate:
///
/// ```
/// use std::cell::Cell;
///
/// #[onloop::callback]
/// fn counter() -> onloop::Callback<u32, u32> {
///     let total = Cell::new(0);
///     #[callback] move |more: &u32| {
///         total.set(total.get() + more);
///         total.get()
///     }
/// }
///
/// let count = counter();
/// count.call(&2);
/// assert_eq!(count.call(&3), 5);
/// ```
pub struct Callback<A: 'static, R: 'static = ()> {
    name: JobName,
    run: Rc<dyn Fn(&A) -> R>,
}

/// An async function for the loop: what `#[coroutine] async |argument: &A| ..` is.
///
/// Each run of it is a task of the hub it was given to; the argument lives as long as the run. A clone is another
/// handle to the same function.
pub struct Coroutine<A: 'static, R: 'static = ()> {
    name: JobName,
    start: Rc<dyn Fn(Arc<A>) -> JobFuture<R>>,
}

/// A function that may wait, for the executor: what `#[blocking] |argument: &A| ..` is.
///
/// Its receiver hands it to the executor; it never runs on the loop. A clone is another handle to the same
/// function.
pub struct Blocking<A: 'static, R: 'static = ()> {
    name: JobName,
    run: Arc<dyn Fn(&A) -> R + Send + Sync>,
}

impl<A, R> Callback<A, R> {
    /// Runs it. A panic of the function reaches the caller.
    #[inline]
    pub fn call(&self, argument: &A) -> R {
        let _scope = scope::enter(self.name.site);
        self.call_bare(argument)
    }

    /// Runs it in the scope that the caller has opened.
    #[inline]
    pub(crate) fn call_bare(&self, argument: &A) -> R {
        (self.run)(argument)
    }
}

impl<A, R> Coroutine<A, R> {
    /// Creates one run of it, for the caller to poll or to spawn as a task.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub fn call(&self, argument: Arc<A>) -> JobFuture<R> {
        (self.start)(argument)
    }
}

impl<A, R> Blocking<A, R> {
    /// Runs it on the calling thread.
    ///
    /// # Panics
    ///
    /// As a function marked `#[onloop::blocking]` does: in debug builds, if a callback or coroutine is running on this
    /// thread. A panic of the function reaches the caller.
    pub fn call(&self, argument: &A) -> R {
        (self.run)(argument)
    }
}

/// A job's name in the log: its site, unless it was given a name. Each run of the job gets a clone.
#[derive(Debug, Clone)]
pub(crate) struct JobName {
    site: &'static Site,
    given: Option<Arc<Cow<'static, str>>>,
}

impl fmt::Display for JobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.given.as_deref().map_or(self.site.name(), |name| name);
        write!(f, "`{name}` ({}:{})", self.site.file(), self.site.line())
    }
}

/// What the three kinds of job have in common.
macro_rules! kind_of_job {
    ($($job:ident: $function:ident,)*) => { $(
        impl<A, R> $job<A, R> {
            /// The place and the name of the function.
            #[must_use]
            pub fn site(&self) -> &'static Site {
                self.name.site
            }

            /// The job with a name of its own, which the log shows instead of the function's.
            #[must_use]
            pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
                self.name.given = Some(Arc::new(name.into()));
                self
            }

            #[cfg(feature = "hub")]
            pub(crate) fn name(&self) -> &JobName {
                &self.name
            }
        }

        impl<A, R> Clone for $job<A, R> {
            fn clone(&self) -> Self {
                Self { name: self.name.clone(), $function: self.$function.clone() }
            }
        }

        impl<A, R> fmt::Debug for $job<A, R> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($job)).field(&format_args!("{}", self.name)).finish()
            }
        }
    )* };
}

kind_of_job! { Callback: run, Coroutine: start, Blocking: run, }

/// How generated code creates jobs. The contract with the attributes:
///
/// ```text
/// #[callback] |argument: &A| ..    ->   ::onloop::__private::job::callback(&SITE, |argument: &A| ..)
/// #[callback] || ..                ->   ::onloop::__private::job::callback_0(&SITE, || ..)
/// #[callback] path::to::function   ->   ::onloop::__private::job::callback_path(&SITE, path::to::function)
/// ```
///
/// and likewise `coroutine` (of an async closure) and `blocking`. The closure must be the direct argument: only then
/// is `|argument: &A|` good for a reference of any lifetime, and its output known to borrow from it. The site is that
/// of the closure. The functions of `_0` and `_path` fit every argument if they have no parameter; a path may have one
/// or none. All of them are generic over the result: one that has to be `()` and is not is refused where the job is
/// used.
#[doc(hidden)]
pub mod construct {
    use super::{Arc, Blocking, Callback, Coroutine, JobFuture, JobName, Rc, Site, scope};

    /// A callback of a closure with a parameter.
    pub fn callback<A, R, F>(site: &'static Site, function: F) -> Callback<A, R>
    where
        F: Fn(&A) -> R + 'static,
    {
        Callback { name: JobName { site, given: None }, run: Rc::new(function) }
    }

    /// A callback of a closure without one.
    pub fn callback_0<A, R, F>(site: &'static Site, function: F) -> Callback<A, R>
    where
        F: Fn() -> R + 'static,
    {
        callback(site, move |_: &A| function())
    }

    /// A callback of a function's path.
    pub fn callback_path<A, R, F, P>(site: &'static Site, function: F) -> Callback<A, R>
    where
        F: SyncFunction<A, R, P> + 'static,
    {
        callback(site, move |argument: &A| function.call_with(argument))
    }

    /// A coroutine of an async closure with a parameter.
    pub fn coroutine<A, R, F>(site: &'static Site, function: F) -> Coroutine<A, R>
    where
        F: AsyncFn(&A) -> R + 'static,
    {
        let function = Rc::new(function);
        let start = move |argument: Arc<A>| -> JobFuture<R> {
            let function = Rc::clone(&function);
            Box::pin(scope::coroutine(site, async move { function(&argument).await }))
        };
        Coroutine { name: JobName { site, given: None }, start: Rc::new(start) }
    }

    /// A coroutine of an async closure without one.
    pub fn coroutine_0<A, R, F>(site: &'static Site, function: F) -> Coroutine<A, R>
    where
        F: AsyncFn() -> R + 'static,
    {
        coroutine(site, async move |_: &A| function().await)
    }

    /// A coroutine of a function's path.
    pub fn coroutine_path<A, R, F, P>(site: &'static Site, function: F) -> Coroutine<A, R>
    where
        F: AsyncFunction<A, R, P> + 'static,
    {
        coroutine(site, async move |argument: &A| function.call_with(argument).await)
    }

    /// A blocking job of a closure with a parameter.
    pub fn blocking<A, R, F>(site: &'static Site, function: F) -> Blocking<A, R>
    where
        F: Fn(&A) -> R + Send + Sync + 'static,
    {
        let run = move |argument: &A| {
            scope::blocking(site);
            function(argument)
        };
        Blocking { name: JobName { site, given: None }, run: Arc::new(run) }
    }

    /// A blocking job of a closure without one.
    pub fn blocking_0<A, R, F>(site: &'static Site, function: F) -> Blocking<A, R>
    where
        F: Fn() -> R + Send + Sync + 'static,
    {
        blocking(site, move |_: &A| function())
    }

    /// A blocking job of a function's path.
    pub fn blocking_path<A, R, F, P>(site: &'static Site, function: F) -> Blocking<A, R>
    where
        F: SyncFunction<A, R, P> + Send + Sync + 'static,
    {
        blocking(site, move |argument: &A| function.call_with(argument))
    }

    /// A function with one parameter. Its like without is [`NoParameter`]; with two impls that differ in this only,
    /// the compiler finds out by itself which one a path is.
    #[derive(Debug)]
    pub struct OneParameter;

    /// See [`OneParameter`].
    #[derive(Debug)]
    pub struct NoParameter;

    /// A sync function of a reference, or of nothing.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a job that takes a `&{A}`",
        label = "its parameters are not those of a job",
        note = "a job has one parameter, a reference, or none: write `fn f(argument: &{A})` or `fn f()`, or a closure"
    )]
    pub trait SyncFunction<A, R, P> {
        /// Calls it.
        fn call_with(&self, argument: &A) -> R;
    }

    impl<A, R, F: Fn(&A) -> R> SyncFunction<A, R, OneParameter> for F {
        fn call_with(&self, argument: &A) -> R {
            self(argument)
        }
    }

    impl<A, R, F: Fn() -> R> SyncFunction<A, R, NoParameter> for F {
        fn call_with(&self, _: &A) -> R {
            self()
        }
    }

    /// An async function of a reference, or of nothing.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a coroutine that takes a `&{A}`",
        label = "not async, or its parameters are not those of a job",
        note = "a coroutine job is async and has one parameter, a reference, or none: write `async fn f(argument: &{A})` or \
                `async fn f()`, or an async closure"
    )]
    pub trait AsyncFunction<A, R, P> {
        /// Calls it.
        fn call_with(&self, argument: &A) -> impl Future<Output = R>;
    }

    impl<A, R, F: AsyncFn(&A) -> R> AsyncFunction<A, R, OneParameter> for F {
        async fn call_with(&self, argument: &A) -> R {
            self(argument).await
        }
    }

    impl<A, R, F: AsyncFn() -> R> AsyncFunction<A, R, NoParameter> for F {
        async fn call_with(&self, _: &A) -> R {
            self().await
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::construct::*;
    use super::*;
    use crate::{Kind, current_site};

    static SITE: Site = Site::new("job::tests::closure", Kind::Callback, "src/job.rs", 7);

    struct Reading {
        text: String,
    }

    fn length(reading: &Reading) -> usize {
        reading.text.len()
    }

    fn nothing() -> Option<&'static Site> {
        current_site()
    }

    async fn length_later(reading: &Reading) -> usize {
        std::future::ready(()).await;
        reading.text.len()
    }

    async fn nothing_later() -> Option<&'static Site> {
        current_site()
    }

    fn now<T>(future: JobFuture<T>) -> T {
        let mut future = future;
        match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
            std::task::Poll::Ready(output) => output,
            std::task::Poll::Pending => panic!("it does not wait"),
        }
    }

    #[test]
    fn a_callback_runs_in_its_scope_and_keeps_state() {
        let total = Rc::new(Cell::new(0));
        let seen = Rc::clone(&total);
        let callback = callback(&SITE, move |reading: &Reading| {
            seen.set(seen.get() + reading.text.len());
            current_site()
        });
        let reading = Reading { text: "21".to_owned() };
        assert_eq!(callback.call(&reading), Some(&SITE));
        assert_eq!(callback.clone().call(&reading), Some(&SITE));
        assert_eq!((total.get(), current_site()), (4, None));
    }

    #[test]
    fn paths_have_one_parameter_or_none() {
        let reading = Arc::new(Reading { text: "21.5".to_owned() });
        assert_eq!(callback_path(&SITE, length).call(&reading), 4);
        let of_nothing: Callback<Reading, _> = callback_path(&SITE, nothing);
        assert_eq!(of_nothing.call(&reading), Some(&SITE));
        assert_eq!(now(coroutine_path(&SITE, length_later).call(Arc::clone(&reading))), 4);
        let of_nothing: Coroutine<Reading, _> = coroutine_path(&SITE, nothing_later);
        assert_eq!(now(of_nothing.call(Arc::clone(&reading))), Some(&SITE));
        assert_eq!(blocking_path(&SITE, length).call(&reading), 4);
    }

    #[test]
    fn a_closure_without_parameters_takes_every_argument() {
        let callback: Callback<Reading, u8> = callback_0(&SITE, || 1);
        let coroutine: Coroutine<Reading, u8> = coroutine_0(&SITE, async || 2);
        let blocking: Blocking<Reading, u8> = blocking_0(&SITE, || 3);
        let reading = Arc::new(Reading { text: String::new() });
        assert_eq!((callback.call(&reading), blocking.call(&reading)), (1, 3));
        assert_eq!(now(coroutine.call(reading)), 2);
    }

    #[test]
    fn a_coroutine_borrows_its_argument_and_what_it_captured() {
        let offset = String::from("-10");
        let job = coroutine(&SITE, async move |reading: &Reading| {
            std::future::ready(()).await;
            (reading.text.as_str().len() + offset.as_str().len(), current_site())
        });
        for _ in 0..2 {
            assert_eq!(now(job.call(Arc::new(Reading { text: "7".to_owned() }))), (4, Some(&SITE)));
        }
    }

    #[test]
    fn a_name_of_its_own_comes_first() {
        let job: Callback<()> = callback_0(&SITE, || ());
        assert_eq!(format!("{job:?}"), "Callback(`job::tests::closure` (src/job.rs:7))");
        assert_eq!(format!("{:?}", job.named("tick")), "Callback(`tick` (src/job.rs:7))");
    }
}
