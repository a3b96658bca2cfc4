//! Tasks, as the hub drives them.
//!
//! A task starts inside the call that makes it: the future is polled once, with a waker that does nothing. If it waits,
//! it is handed to tokio, which polls every new task at its next turn. Thanks to this second poll the first waker need
//! not do anything: whatever happened in between, the future sees it then, and from then on it holds a real waker.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;

use tokio::task::{AbortHandle, JoinHandle};

use super::label::Label;
use super::shared::{HubState, Shared, TaskEntry};
use super::work_table::Group;
use crate::log::log;
use crate::panics::{Payload, discard, panic_message};
use crate::watch::shadow_stack;

/// How many tasks may start (or be refused) inside each other's first segments (or destructors), on one stack. A
/// deeper one starts at the next turn instead. A test thread has 2 MiB of stack; this leaves 32 KiB to each.
const MAX_NESTING: usize = 64;

/// Why a task has no output.
pub(super) enum Ended {
    Cancelled,
    Panicked(Payload),
}

/// A live task. It is in the table exactly as long as this exists.
pub(super) struct Running<F: Future + ?Sized> {
    hub: Rc<Shared>,
    id: u64,
    /// `None` once it has ended.
    future: Option<Pin<Box<F>>>,
}

impl Shared {
    /// Runs code of the task `id`: makes it the current one, and stops a panic.
    fn contain<R>(&self, id: u64, code: impl FnOnce() -> R) -> Result<R, Payload> {
        let outer = self.current.replace(Some(id));
        self.show_task(Some(id));
        let result = catch_unwind(AssertUnwindSafe(code));
        self.current.set(outer);
        self.show_task(outer);
        if let Err(payload) = &result {
            self.log_panic(id, payload);
        }
        result
    }

    /// Shows the watch, if there is one, whose code runs from now on.
    #[inline]
    fn show_task(&self, id: Option<u64>) {
        if self.task_names.is_some() {
            shadow_stack::set_task(id);
        }
    }

    #[cold]
    fn log_panic(&self, id: u64, payload: &Payload) {
        let label = self.tasks.borrow().label(id).cloned();
        if let Some(label) = label {
            let message = panic_message(payload);
            log!(ERROR, "task {label} panicked: {message}");
        }
    }

    /// Makes the task's next turn the one that drops its future.
    pub(super) fn cancel(&self, id: u64) {
        let handle = self.tasks.borrow_mut().get_mut(id).and_then(TaskEntry::cancel);
        if let Some(handle) = handle {
            handle.abort();
        }
    }

    /// Cancels all tasks of these groups, but for those that wait for the stop itself.
    pub(super) fn cancel_all(&self, groups: &[Group]) {
        let handles: Vec<_> = self
            .tasks
            .borrow_mut()
            .iter_mut(groups)
            .filter(|task| task.awaits_stop == 0)
            .filter_map(TaskEntry::cancel)
            .collect();
        handles.iter().for_each(AbortHandle::abort);
    }

    /// The stop leaves this task alone while the guard lives.
    pub(super) fn exempt_from_stop(&self, id: u64) -> Exempt<'_> {
        if let Some(task) = self.tasks.borrow_mut().get_mut(id) {
            task.awaits_stop += 1;
        }
        // A stage of the stop may have been waiting for it.
        self.executor.jobs.progress.notify_waiters();
        Exempt { shared: self, id }
    }

    /// Whether a task waits for the stop to end.
    pub(super) fn awaits_stop(&self, id: u64) -> bool {
        self.tasks.borrow_mut().get_mut(id).is_some_and(|task| task.awaits_stop > 0)
    }

    /// Whether the stop has come to where it cancels tasks of this group.
    fn is_cancelling(&self, group: Group) -> bool {
        match self.state.get() {
            HubState::Running | HubState::Stopped => false,
            HubState::Stopping | HubState::FinalWrite => Group::CANCELLED_FIRST.contains(&group),
            HubState::Closing => true,
        }
    }
}

/// A task waits for the stop to end.
pub(super) struct Exempt<'a> {
    shared: &'a Shared,
    id: u64,
}

impl Drop for Exempt<'_> {
    /// A task that gives up waiting before the end is one like others again: what it was spared, it gets now.
    fn drop(&mut self) {
        let group = {
            let mut tasks = self.shared.tasks.borrow_mut();
            let Some(task) = tasks.get_mut(self.id) else { return };
            task.awaits_stop -= 1;
            if task.awaits_stop > 0 {
                return;
            }
            tasks.group(self.id)
        };
        if group.is_some_and(|group| self.shared.is_cancelling(group)) {
            self.shared.cancel(self.id);
        }
    }
}

impl TaskEntry {
    /// Marks the task; gives the handle to abort, if it has one already.
    fn cancel(&mut self) -> Option<AbortHandle> {
        self.cancelled = true;
        self.handle.clone()
    }
}

impl<F: Future + ?Sized> Running<F> {
    pub(super) fn new(hub: &Rc<Shared>, label: Label, group: Group, future: Pin<Box<F>>) -> Self {
        let name = hub.task_names.as_ref().map(|names| (names, label.clone()));
        let id = hub.tasks.borrow_mut().insert(label, group, TaskEntry::default());
        if let Some((names, label)) = name {
            names.insert(id, label);
        }
        Self { hub: Rc::clone(hub), id, future: Some(future) }
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Polls the future for the first time, inside the call that makes the task. `Pending` is for tokio to go on.
    pub(super) fn first_segment(&mut self, group: Group) -> Poll<Result<F::Output, Ended>> {
        let refused = match self.hub.state.get() {
            HubState::Running => false,
            HubState::Stopped => true,
            _ => group == Group::Background,
        };
        let depth = self.hub.nesting.get();
        if depth == MAX_NESTING {
            return if refused { Poll::Ready(Err(self.leak())) } else { Poll::Pending };
        }
        self.hub.nesting.set(depth + 1);
        let progress = if refused {
            Poll::Ready(Err(self.cancel()))
        } else {
            self.advance(&mut Context::from_waker(Waker::noop()))
        };
        self.hub.nesting.set(depth);
        progress
    }

    /// The way out where a refused future's destructor makes the next future to be refused, without end: only not
    /// dropping one keeps the stack from overflowing.
    #[cold]
    fn leak(&mut self) -> Ended {
        let label = self.hub.tasks.borrow().label(self.id).cloned();
        if let Some(label) = label {
            log!(
                ERROR,
                "task {label} is leaked: the hub stops, and destructors of refused tasks start tasks again and again",
            );
        }
        std::mem::forget(self.future.take());
        Ended::Cancelled
    }

    /// Polls the future; once it has ended, drops it.
    fn advance(&mut self, cx: &mut Context<'_>) -> Poll<Result<F::Output, Ended>> {
        let future = &mut self.future;
        let step = self.hub.contain(self.id, || {
            let output = future.as_mut().map(|future| future.as_mut().poll(cx));
            if let Some(Poll::Ready(_)) = output {
                drop(future.take());
            }
            output
        });
        match step {
            Ok(Some(Poll::Pending)) => Poll::Pending,
            Ok(Some(Poll::Ready(output))) => Poll::Ready(Ok(output)),
            Ok(None) => unreachable!("tokio polls no task again that has ended"),
            Err(payload) => {
                // A second panic, of a destructor, has been logged; the first is the one to pass on.
                discard(self.drop_future());
                Poll::Ready(Err(Ended::Panicked(payload)))
            }
        }
    }

    fn cancel(&mut self) -> Ended {
        self.drop_future().map_or_else(Ended::Panicked, |()| Ended::Cancelled)
    }

    /// Drops the future as the task's own code, for its destructors are.
    fn drop_future(&mut self) -> Result<(), Payload> {
        let future = &mut self.future;
        self.hub.contain(self.id, || drop(future.take()))
    }
}

impl<F: Future<Output: 'static> + ?Sized + 'static> Running<F> {
    /// Hands the task to tokio, which polls it at the next turn.
    pub(super) fn spawn(self) -> JoinHandle<Result<F::Output, Ended>> {
        let (hub, id) = (Rc::clone(&self.hub), self.id);
        let handle = tokio::task::spawn_local(self);
        if let Some(task) = hub.tasks.borrow_mut().get_mut(id) {
            let abort = handle.abort_handle();
            if task.cancelled {
                // The task is scheduled already, so this wakes nobody.
                abort.abort();
            }
            task.handle = Some(abort);
        }
        handle
    }
}

impl<F: Future + ?Sized> Future for Running<F> {
    type Output = Result<F::Output, Ended>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.advance(cx)
    }
}

impl<F: Future + ?Sized> Drop for Running<F> {
    /// Runs when the task has ended, when it is cancelled, and when the loop ends under it.
    fn drop(&mut self) {
        let dropped = if self.future.is_some() { self.drop_future() } else { Ok(()) };
        let entry = self.hub.tasks.borrow_mut().remove(self.id);
        drop(entry);
        if let Some(names) = &self.hub.task_names {
            names.remove(self.id);
        }
        self.hub.notify_drains();
        match dropped {
            // It has been logged. Tokio, which drops this, passes it on to whoever awaits the task.
            Err(payload) if !thread::panicking() => resume_unwind(payload),
            outcome => discard(outcome),
        }
    }
}
