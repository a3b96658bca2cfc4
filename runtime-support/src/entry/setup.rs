//! The setup of an entry, and the retry if it was not ready.

use std::rc::Rc;
use std::time::Duration;

use super::core::{Core, Entry, SetupJob};
use super::failure::Operation;
use super::state::EntryState;
use crate::catch_panic::{catch_panic, drop_caught, log_panic};
use crate::jitter::jitter;
use crate::job::construct;
use crate::log::log;
use crate::panics::{Payload, panic_message};
use crate::patience::logged_if_late;
use crate::{HUB_STARTED, HUB_STOP, HubState, Kind, SetupFailed, Site};

static AGAIN: Site = Site::new("onloop::Entry::setup", Kind::Callback, file!(), line!());
static STOP: Site = Site::new("onloop::Entry", Kind::Callback, file!(), line!());

impl<D> Entry<D> {
    pub(super) async fn run_setup(&self) {
        let core = self.core();
        core.cancel_retry();
        self.hold();
        core.cleaned.set(false);
        core.set_state(EntryState::SetupInProgress, None);
        let setup = self.typed.setup.borrow().clone();
        let Some(setup) = setup else { return };
        match self.run_setup_job(&setup).await {
            Ok(Ok(data)) => {
                core.tries.set(0);
                let old = self.typed.data.replace(Some(Rc::new(data)));
                debug_assert!(old.is_none(), "an unload takes the data");
                core.set_state(EntryState::Loaded, None);
            }
            Ok(Err(failed)) => {
                let (reason, not_ready) = (failed.to_string(), failed.is_not_ready());
                drop_caught(|| format!("the failure of entry `{}`", core.title), failed);
                core.clean_up().await;
                if not_ready {
                    self.try_again(reason);
                } else {
                    log!(ERROR, "the set-up of entry `{}` failed: {reason}", core.title);
                    core.give_up(reason);
                }
            }
            Err(payload) => {
                let reason = format!("the set-up panicked: {}", panic_message(&payload));
                log_panic(&format!("the set-up of entry `{}`,", core.title), setup.name(), payload);
                core.clean_up().await;
                core.give_up(reason);
            }
        }
    }

    /// Runs the job, within its limit if there is one.
    async fn run_setup_job(&self, setup: &SetupJob<D>) -> Result<Result<D, SetupFailed>, Payload> {
        let core = self.core();
        let what = || format!("the set-up of entry `{}`, {}, lasts", core.title, setup.name());
        let mut run = Box::pin(logged_if_late(&core.hub, what, catch_panic(setup.call(&core.hub, self.clone()))));
        let Some(limit) = self.typed.setup_limit.get() else { return run.await };
        if let Ok(outcome) = tokio::time::timeout(limit, &mut run).await {
            return outcome;
        }
        drop_caught(|| format!("the set-up of entry `{}`", core.title), run);
        Ok(Err(SetupFailed::not_ready(format!("the set-up has not ended within {limit:?}"))))
    }

    /// Plans the next try. Before the hub has started that is the next thing it does then, if not sooner.
    fn try_again(&self, reason: String) {
        let core = self.core();
        let tries = core.tries.get();
        core.tries.set(tries.saturating_add(1));
        let pause = Duration::from_secs(5 << tries.min(4)) + jitter();
        let title = &core.title;
        if tries == 0 {
            log!(WARN, "entry `{title}` is not ready yet: {reason}; it is tried again in the background");
        } else {
            log!(DEBUG, "entry `{title}` is still not ready after {} tries: {reason}", tries + 1);
        }
        if core.hub.state() == HubState::Running {
            let again = |entry: Self| move || entry.retry();
            let timer = core.hub.call_later(pause, construct::callback_0(&AGAIN, again(self.clone())));
            let mut retry = vec![timer];
            if !core.hub.has_started() {
                let started = construct::callback_0(&AGAIN, again(self.clone()));
                retry.push(core.hub.bus().listen_once(&HUB_STARTED, started));
            }
            drop(core.retry.replace(retry));
        }
        core.set_state(EntryState::SetupRetry, Some(reason));
    }

    fn retry(&self) {
        let core = self.core();
        core.cancel_retry();
        if core.hub.state() == HubState::Running {
            let (entry, name) = (self.clone(), format!("entry `{}`: {}", core.title, Operation::Retry));
            core.hub.create_background_task(name, async move { entry.perform(Operation::Retry).await });
        }
    }

    /// The hub keeps an entry that has been set up, so that it lives on without a handle; until the stop, which takes
    /// back the next try.
    fn hold(&self) {
        let held = self.clone();
        let stop = construct::callback_0(&STOP, move || held.core().cancel_retry());
        let held = self.core().hub.bus().listen(&HUB_STOP, stop);
        drop(self.core().held.replace(Some(held)));
    }
}

impl Core {
    pub(super) fn cancel_retry(&self) {
        drop(self.retry.take());
    }

    /// The set-up has failed for good. Nothing runs for the entry, and who wants to reload it has a handle.
    fn give_up(&self, reason: String) {
        drop(self.held.take());
        self.set_state(EntryState::SetupError, Some(reason));
    }

    /// Nothing runs for the entry any more.
    pub(super) fn release(&self) {
        self.tries.set(0);
        self.cancel_retry();
        drop(self.held.take());
    }
}
