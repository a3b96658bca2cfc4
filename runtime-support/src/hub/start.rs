//! The start: everybody has been set up.

use std::time::Duration;

use super::ledger::Group;
use super::{Hub, HubState};
use crate::EventType;
use crate::log::log;

/// Fired by [`Hub::start`] before it waits: the integrations have been set up, and may begin.
pub const HUB_START: EventType<()> = EventType::new("hub_start");

/// Fired by [`Hub::start`] when it has waited: the hub is up.
pub const HUB_STARTED: EventType<()> = EventType::new("hub_started");

/// The reference's figure.
pub(super) const DEFAULT_LIMIT: Duration = Duration::from_secs(15);

impl Hub {
    /// Tells everybody that the set-up is over: call it in the main future, once all is set up.
    ///
    /// It fires [`HUB_START`], waits until no tracked work is left, for up to
    /// [15 s](super::HubBuilder::start_limit), and fires [`HUB_STARTED`]. What is still running when the limit is over
    /// is named in the log, and runs on. A hub that nobody starts works as well; it only fires neither.
    ///
    /// Called again it does nothing, and neither does it once the hub stops. This is Home Assistant's `async_start`.
    ///
    /// # Cancel safety
    ///
    /// Dropped while it waits, it does not fire `HUB_STARTED`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// Hub::run(async |hub| {
    ///     hub.create_task(async { tokio::task::yield_now().await });
    ///     hub.start().await;
    ///     assert!(hub.has_started());
    /// });
    /// ```
    pub async fn start(&self) {
        if self.state() != HubState::Running || self.shared.start_asked.replace(true) {
            return;
        }
        self.bus().fire(&HUB_START, ());
        let limit = self.shared.start_limit;
        if tokio::time::timeout(limit, self.block_till_done()).await.is_err() {
            let names = self.shared.names(&[Group::Tracked], &[Group::Tracked]);
            log!(WARN, "hub `{}` starts without waiting any longer ({limit:?}) for {names}", self.name(),);
        }
        if self.state() == HubState::Running {
            self.shared.started.set(true);
            self.bus().fire(&HUB_STARTED, ());
        }
    }

    /// Whether [`start`][Hub::start] is over: [`HUB_STARTED`] has been fired, or is being fired.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.shared.started.get()
    }
}
