//! The hub, as other threads see it.
//!
//! A remote is a queue, which the loop empties. The queue is closed once, when the hub [closes][super::HubState::Closing]; what it had
//! accepted until then still runs. If the loop ends without a stop, what is left in the queue is dropped, and with it
//! the senders of the results that callers wait for.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::RecvError;

use super::executor::Unheard;
use super::inbox::Inbox;
use super::label::Label;
use super::shared::{Hub, RemoteJob};
use crate::log::log;
use crate::panics::{discard, panic_message};
use crate::{EventType, current_site};

/// How many jobs of other threads run in one turn of the loop.
const BATCH: usize = 64;

/// The handle to a hub for other threads: plain ones, those of the executor, those of other runtimes.
///
/// It is `Send`, `Sync` and cheap to clone. You give it closures, which run on the loop, in order, at the loop's next
/// turn. A closure gets the hub and can do everything with it. It counts as a callback, so it must not block; it starts
/// async work with [`create_task`][Hub::create_task], and uses a channel to send a result back.
///
/// While the hub stops, threads are served until the final writes are done: listeners of [`HUB_STOP`][crate::HUB_STOP]
/// and [`HUB_FINAL_WRITE`][crate::HUB_FINAL_WRITE] in the executor can ask the hub. Once it
/// [closes][super::HubState::Closing], everything is refused with [`RemoteError::Stopping`]. Closures accepted before
/// that still run. [`block_till_done`][Hub::block_till_done] waits for accepted closures.
///
/// # Examples
///
/// ```
/// use onloop::Hub;
///
/// let name = Hub::builder().name("house").run(async |hub| {
///     let remote = hub.remote();
///     let pusher = std::thread::spawn(move || remote.call(|hub| hub.name().to_owned()));
///     let joined = hub.add_executor_job(move || pusher.join().expect("it only calls")).await;
///     joined.expect("the hub does not stop")
/// });
/// assert_eq!(name, "house");
/// ```
#[derive(Clone)]
pub struct Remote {
    inbox: Arc<Inbox<RemoteJob>>,
}

/// Why a [`Remote`] did not do what it was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemoteError {
    /// The hub [closes][super::HubState::Closing] or has stopped: the closure did not run, and will not.
    Stopping,
    /// The call would have stalled a loop: it was made on the thread of a hub, or in an annotated function that runs
    /// on one. The closure did not run. On the loop nobody needs a remote; from another loop, use
    /// [`call_async`][Remote::call_async].
    OnLoop,
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stopping => "the hub stops",
            Self::OnLoop => "a call that waits was made on an event loop",
        })
    }
}

impl Error for RemoteError {}

impl Hub {
    /// The handle for other threads.
    #[must_use]
    pub fn remote(&self) -> Remote {
        Remote { inbox: Arc::clone(&self.shared.inbox) }
    }
}

impl Remote {
    /// Runs `job` on the loop, at its next turn, and does not wait for it.
    ///
    /// A panic of the closure is logged, with the place of this call. This is Home Assistant's `add_job`.
    ///
    /// # Errors
    ///
    /// [`RemoteError::Stopping`].
    #[track_caller]
    pub fn add_job<F>(&self, job: F) -> Result<(), RemoteError>
    where
        F: FnOnce(&Hub) + Send + 'static,
    {
        self.push(RemoteJob { label: Label::of::<F>(), run: Box::new(job) })
    }

    /// Fires an event on the loop, at its next turn.
    ///
    /// # Errors
    ///
    /// [`RemoteError::Stopping`].
    #[track_caller]
    pub fn fire<T: Send + 'static>(&self, event_type: &EventType<T>, data: T) -> Result<(), RemoteError> {
        let event_type = *event_type;
        self.add_job(move |hub| hub.bus().fire(&event_type, data))
    }

    /// Runs `job` on the loop and waits for its result, on the calling thread.
    ///
    /// It never waits for ever: a hub that stops has run what it accepted, or answers with an error. It is for threads
    /// that may wait; in async code use [`call_async`][Remote::call_async]. This is Home Assistant's
    /// `run_callback_threadsafe(..).result()`.
    ///
    /// # Errors
    ///
    /// [`RemoteError::OnLoop`], before anything else, where waiting would stall a loop; [`RemoteError::Stopping`].
    ///
    /// # Panics
    ///
    /// With the panic of the closure. If called in async code of a tokio runtime that is not a hub's, which the wait
    /// would stall; the closure still runs.
    #[track_caller]
    pub fn call<F, R>(&self, job: F) -> Result<R, RemoteError>
    where
        F: FnOnce(&Hub) -> R + Send + 'static,
        R: Send + 'static,
    {
        if Hub::try_current().is_some() || current_site().is_some() {
            return Err(RemoteError::OnLoop);
        }
        let answered = self.submit(job)?;
        #[expect(clippy::disallowed_methods, reason = "this thread runs no loop, as was just asked")]
        answer(answered.blocking_recv())
    }

    /// Runs `job` on the loop. Await the result in any runtime and on any thread.
    ///
    /// The closure is queued by this call, not by the await. Dropping the future does not cancel it.
    ///
    /// # Errors
    ///
    /// [`RemoteError::Stopping`], from the future.
    ///
    /// # Panics
    ///
    /// Awaiting panics with the panic of the closure. If nobody awaits, the panic is logged with the place of this
    /// call.
    #[track_caller]
    pub fn call_async<F, R>(&self, job: F) -> RemoteCall<R>
    where
        F: FnOnce(&Hub) -> R + Send + 'static,
        R: Send + 'static,
    {
        RemoteCall { label: Label::of::<F>(), receive: self.submit(job) }
    }

    #[track_caller]
    fn submit<F, R>(&self, job: F) -> Result<oneshot::Receiver<Result<R, Unheard>>, RemoteError>
    where
        F: FnOnce(&Hub) -> R + Send + 'static,
        R: Send + 'static,
    {
        let (send, receive) = oneshot::channel();
        let label = Label::of::<F>();
        let panicked = label.clone();
        let run = move |hub: &Hub| {
            let result = catch_unwind(AssertUnwindSafe(|| job(hub)))
                .map_err(|payload| Unheard::new("remote call", panicked, payload));
            // A result that nobody wants any more is dropped here, and a panic logged.
            drop(send.send(result));
        };
        self.push(RemoteJob { label, run: Box::new(run) })?;
        Ok(receive)
    }

    fn push(&self, job: RemoteJob) -> Result<(), RemoteError> {
        // What a refused job captured is the user's: it is dropped here, where no lock is held.
        self.inbox.push(job).map_err(|refused| {
            drop(refused);
            RemoteError::Stopping
        })
    }

    /// Runs what arrives. The future is dropped with the loop.
    pub(super) async fn run_on(self, hub: Hub) {
        let _closes = CloseOnDrop(&self);
        loop {
            self.inbox.arrival().await;
            loop {
                let mut left = BATCH;
                while left > 0 && self.run_next(&hub) {
                    left -= 1;
                }
                hub.shared.notify_drains();
                if left > 0 {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
    }

    /// Refuses what comes from now on, and runs what has come.
    pub(super) fn close(&self, hub: &Hub) {
        self.inbox.close();
        while self.run_next(hub) {}
    }

    /// Whether there was one.
    fn run_next(&self, hub: &Hub) -> bool {
        let next = self.inbox.pop();
        let Some(RemoteJob { label, run }) = next else { return false };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| run(hub))) {
            let message = panic_message(&payload);
            log!(ERROR, "remote job {label} panicked: {message}");
            discard(payload);
        }
        true
    }
}

/// What an answer is to its caller. Without one, the closure was dropped unrun, for there is no loop any more.
fn answer<R>(received: Result<Result<R, Unheard>, RecvError>) -> Result<R, RemoteError> {
    match received {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(unheard)) => unheard.resume(),
        Err(RecvError { .. }) => Err(RemoteError::Stopping),
    }
}

/// The loop ends.
struct CloseOnDrop<'a>(&'a Remote);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        discard(self.0.inbox.close_and_drain());
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").finish_non_exhaustive()
    }
}

/// The future of the result of a [`Remote::call_async`].
///
/// # Cancel safety
///
/// Awaiting `&mut call` is cancel safe: the result is still there for the next await.
#[must_use = "the result is lost if nobody awaits it; `add_job` is for closures without one"]
pub struct RemoteCall<R> {
    label: Label,
    receive: Result<oneshot::Receiver<Result<R, Unheard>>, RemoteError>,
}

impl<R> Future for RemoteCall<R> {
    type Output = Result<R, RemoteError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.receive {
            Ok(receive) => Pin::new(receive).poll(cx).map(answer),
            Err(error) => Poll::Ready(Err(*error)),
        }
    }
}

impl<R> fmt::Debug for RemoteCall<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteCall").field("name", &format_args!("{}", self.label)).finish_non_exhaustive()
    }
}
