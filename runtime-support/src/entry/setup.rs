//! The set-up of an entry, and the next try where it was not ready.

use std::rc::Rc;
use std::time::Duration;

use super::failure::Operation;
use super::state::EntryState;
use super::{Core, Entry};
use crate::hub::log_panic;
use crate::isolate::{caught, drop_job};
use crate::jitter::jitter;
use crate::job::construct;
use crate::log::log;
use crate::panics::panic_message;
use crate::{HUB_STARTED, HUB_STOP, HubState, Kind, Site};

static AGAIN: Site = Site::new("onloop::Entry::setup", Kind::Callback, file!(), line!());
static STOP: Site = Site::new("onloop::Entry", Kind::Callback, file!(), line!());

impl<D> Entry<D> {
    pub(super) async fn run_setup(&self) {
        let core = self.core();
        core.cancel_retry();
        self.hold();
        core.cleaned.set(false);
        core.set_state(EntryState::SetupInProgress, None);
        let setup = &self.typed.setup;
        match caught(setup.call(&core.hub, self.clone())).await {
            Ok(Ok(data)) => {
                core.tries.set(0);
                let old = self.typed.data.replace(Some(Rc::new(data)));
                debug_assert!(old.is_none(), "an unload takes the data");
                core.set_state(EntryState::Loaded, None);
            }
            Ok(Err(failed)) => {
                let (reason, not_ready) = (failed.to_string(), failed.is_not_ready());
                core.clean_up().await;
                if not_ready {
                    self.try_again(reason);
                } else {
                    log!(ERROR, "the set-up of entry `{}` failed: {reason}", core.title);
                    core.set_state(EntryState::SetupError, Some(reason));
                }
            }
            Err(payload) => {
                let reason = format!("the set-up panicked: {}", panic_message(&payload));
                log_panic(&format!("the set-up of entry `{}`,", core.title), setup.name(), payload);
                core.clean_up().await;
                core.set_state(EntryState::SetupError, Some(reason));
            }
        }
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
        let held = Held(self.clone());
        let stop = construct::callback_0(&STOP, move || held.0.core().cancel_retry());
        let held = self.core().hub.bus().listen(&HUB_STOP, stop);
        drop(self.core().held.replace(Some(held)));
    }
}

/// An entry, for as long as the hub keeps it.
struct Held<D: 'static>(Entry<D>);

impl<D> Drop for Held<D> {
    /// The hub has stopped and drops all that it keeps: what the entry keeps of its users' closures, which may hold the
    /// entry, goes too.
    fn drop(&mut self) {
        let core = self.0.core();
        if core.hub.state() == HubState::Stopped {
            core.state_listeners.close();
            core.on_unload.take().into_iter().for_each(drop_job);
        }
    }
}

impl Core {
    pub(super) fn cancel_retry(&self) {
        drop(self.retry.take());
    }

    /// Nothing runs for the entry any more.
    pub(super) fn release(&self) {
        self.tries.set(0);
        self.cancel_retry();
        drop(self.held.take());
    }
}
