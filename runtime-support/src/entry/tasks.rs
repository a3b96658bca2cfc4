//! The tasks of an entry: those that its unload waits for, and those that it cancels.

use std::borrow::Cow;
use std::cell::Cell;
use std::future::pending;
use std::pin::pin;
use std::rc::Rc;

use super::core::{Core, EntryTask};
use super::state::EntryState;
use crate::log::log;

/// Keeps a task in the entry's list.
struct Ticket {
    core: Rc<Core>,
    serial: u64,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let task = self.core.tasks.borrow_mut().remove(&self.serial);
        drop(task);
        self.core.tasks_changed.notify_waiters();
    }
}

impl Core {
    /// Makes of a future one that belongs to the entry for as long as it lives.
    pub(super) fn adopt<F: Future>(
        self: &Rc<Self>,
        name: Cow<'static, str>,
        background: bool,
        future: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        let admitted = self.takes(background).then(|| self.admit(name.clone(), background));
        let core = Rc::clone(self);
        async move {
            if let Some((task, _ticket)) = &admitted {
                task.id.set(core.hub.current_task());
                if !task.cancelled.get() {
                    return future.await;
                }
            } else {
                let (title, state) = (&core.title, core.state.get());
                log!(WARN, "task `{name}` of entry `{title}` does not start: the entry is `{state}`");
            }
            drop(future);
            if let Some(own) = core.hub.current_task() {
                core.hub.cancel_task(own);
            }
            pending().await
        }
    }

    /// Whether a task begins in the state that the entry is in.
    pub(crate) fn takes(&self, background: bool) -> bool {
        match self.state.get() {
            // After an unload that failed everything runs on.
            EntryState::Loaded | EntryState::FailedUnload => true,
            // What is started while the rest is undone belongs to that, and is waited for; what has no end of its own
            // has no place there.
            EntryState::SetupInProgress | EntryState::UnloadInProgress => !(background && self.cleaning.get()),
            EntryState::NotLoaded | EntryState::SetupError | EntryState::SetupRetry => false,
        }
    }

    fn admit(self: &Rc<Self>, name: Cow<'static, str>, background: bool) -> (Rc<EntryTask>, Ticket) {
        let serial = self.next_task.get();
        self.next_task.set(serial + 1);
        let task = Rc::new(EntryTask {
            name,
            background,
            id: Cell::new(None),
            cancelled: Cell::new(false),
            aside: Cell::new(0),
        });
        self.tasks.borrow_mut().insert(serial, Rc::clone(&task));
        (task, Ticket { core: Rc::clone(self), serial })
    }

    pub(super) fn cancel_background_tasks(&self) {
        let tasks: Vec<_> = self.tasks.borrow().values().filter(|task| task.background).map(Rc::clone).collect();
        for task in tasks {
            task.cancelled.set(true);
            if let Some(id) = task.id.get() {
                self.hub.cancel_task(id);
            }
        }
    }

    /// Completes when no task is left but those that wait for the entry themselves.
    pub(super) async fn tasks_ended(&self) {
        loop {
            let mut changed = pin!(self.tasks_changed.notified());
            changed.as_mut().enable();
            if self.tasks.borrow().values().all(|task| task.aside.get() > 0) {
                return;
            }
            changed.await;
        }
    }

    /// The names of the tasks that are left.
    pub(super) fn task_names(&self) -> Vec<Cow<'static, str>> {
        let tasks = self.tasks.borrow();
        tasks.values().filter(|task| task.aside.get() == 0).map(|task| task.name.clone()).collect()
    }

    /// The current task is not waited for, if it is one of the entry's, while the guard lives.
    pub(super) fn step_aside(self: &Rc<Self>) -> Option<Aside> {
        let current = self.hub.current_task()?;
        let tasks = self.tasks.borrow();
        let task = tasks.values().find(|task| task.id.get() == Some(current)).map(Rc::clone)?;
        task.aside.set(task.aside.get() + 1);
        self.tasks_changed.notify_waiters();
        Some(Aside { task })
    }
}

/// A task of the entry waits for the entry.
pub(super) struct Aside {
    task: Rc<EntryTask>,
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.task.aside.set(self.task.aside.get() - 1);
    }
}
