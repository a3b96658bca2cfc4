//! The unload of an entry, and the cleanup after a failed setup.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use super::core::{Core, Entry};
use super::state::EntryState;
use crate::catch_panic::{catch_panic, drop_caught, log_panic};
use crate::hub::drop_job;
use crate::log::log;
use crate::panics::panic_message;
use crate::patience::logged_if_late;

/// How long an unload waits for what belongs to the entry: the reference's figure.
const PATIENCE: Duration = Duration::from_secs(10);

impl<D> Entry<D> {
    pub(super) async fn run_unload(&self) {
        let core = self.core();
        match core.state.get() {
            EntryState::Loaded => {}
            EntryState::NotLoaded => return,
            _ => {
                core.release();
                core.set_state(EntryState::NotLoaded, None);
                return;
            }
        }
        core.set_state(EntryState::UnloadInProgress, None);
        if let Err(reason) = self.run_unload_job().await {
            core.set_state(EntryState::FailedUnload, Some(reason));
            return;
        }
        core.clean_up().await;
        let data = self.typed.data.take();
        drop_caught(|| format!("the data of entry `{}`", core.title), data);
        core.release();
        core.set_state(EntryState::NotLoaded, None);
    }

    async fn run_unload_job(&self) -> Result<(), String> {
        let title = &self.core().title;
        let job = self.typed.unload.borrow().clone();
        let Some(job) = job else { return Ok(()) };
        let what = || format!("the unload of entry `{title}`, {}, lasts", job.name());
        match logged_if_late(&self.core().hub, what, catch_panic(job.call(&self.core().hub, self.clone()))).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                log!(ERROR, "entry `{title}` cannot be unloaded: its unload job {} says no", job.name());
                Err("the unload job says no".to_owned())
            }
            Err(payload) => {
                let reason = format!("the unload panicked: {}", panic_message(&payload));
                log_panic(&format!("the unload of entry `{title}`,"), job.name(), payload);
                Err(reason)
            }
        }
    }
}

impl Core {
    /// Runs what was given to `on_unload`, last in, first out, cancels background tasks, and waits for all of it and
    /// for the entry's tasks.
    pub(super) async fn clean_up(&self) {
        let mut runs = Vec::new();
        self.cleaning.set(true);
        let all_ended = async {
            loop {
                for job in self.on_unload.take().into_iter().rev() {
                    if job.is_coroutine() {
                        self.undoing.borrow_mut().push(self.hub.next_task());
                    }
                    runs.push((job.name().to_string(), self.hub.run_job(&job, ())));
                    drop_job(job);
                }
                self.cancel_background_tasks();
                poll_fn(|cx| {
                    runs.retain_mut(|(_, run)| run.poll_ended(cx).is_pending());
                    if runs.is_empty() { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                self.tasks_ended().await;
                // What has been waited for may have given more.
                if self.on_unload.borrow().is_empty() {
                    break;
                }
                // Jobs that give themselves again without end do not hold the loop.
                tokio::task::yield_now().await;
            }
        };
        let is_late = tokio::time::timeout(PATIENCE, all_ended).await.is_err();
        self.cleaning.set(false);
        self.undoing.take();
        self.cleaned.set(true);
        if is_late {
            let mut names: Vec<_> = runs.iter().map(|(name, _)| name.clone()).collect();
            names.extend(self.task_names().iter().map(|name| format!("`{name}`")));
            names.extend(self.on_unload.take().iter().map(|job| job.name().to_string()));
            log!(
                WARN,
                "entry `{}` is unloaded without waiting any longer ({PATIENCE:?}) for {}",
                self.title,
                names.join(", "),
            );
        }
    }
}
