//! The stack of a watched thread, if the system and the features of this crate can provide it.

use super::report::{Report, ReportEvent};
use super::shadow_stack::ShadowStack;

#[cfg(all(feature = "stacks", target_os = "linux"))]
pub(super) use self::linux::{Whose, prepare};
#[cfg(not(all(feature = "stacks", target_os = "linux")))]
pub(super) use self::unknown::{Whose, prepare};

/// Adds the stack to a report that begins a stall and is not one of many.
///
/// It is left out if the function has ended meanwhile: it would be another one's.
pub(super) fn add(report: &mut Report, whose: &Whose, shadow: &ShadowStack) {
    if report.event != ReportEvent::Stalled || !report.is_logged() {
        return;
    }
    let entry = |shadow: &ShadowStack| shadow.look().frames.into_iter().find(|(_, site)| *site == report.site);
    let before = entry(shadow);
    let Some(addresses) = whose.addresses() else { return };
    if before.is_some() && before == entry(shadow) {
        whose.name(&addresses, report);
    }
}

#[cfg(all(feature = "stacks", target_os = "linux"))]
mod linux {
    use std::sync::Once;
    use std::thread;

    use super::Report;
    use crate::log::log;
    use crate::native::stack::{ThreadId, of};
    use crate::stack::{Stack, read_names, resolve};

    /// Reads the debug information of the program, which takes a while the first time, on a thread of its own: a report
    /// is not to wait for it.
    pub(in crate::watch) fn prepare() {
        static BEGUN: Once = Once::new();
        BEGUN.call_once(|| {
            // Without the thread the first report takes longer.
            let _ = thread::Builder::new().name("onloop-names".to_owned()).spawn(read_names);
        });
    }

    /// A thread that can be asked where it is.
    pub(in crate::watch) struct Whose(ThreadId);

    impl Whose {
        /// The calling thread.
        pub(in crate::watch) fn current() -> Self {
            Self(ThreadId::current())
        }

        pub(super) fn addresses(&self) -> Option<Vec<usize>> {
            let addresses = of(self.0);
            if let Err(why) = &addresses {
                log!(DEBUG, target: "onloop::watch", "there is no stack of the loop's thread: {why}");
            }
            addresses.ok()
        }

        #[expect(clippy::unused_self, reason = "it is where there is a thread to ask")]
        pub(super) fn name(&self, addresses: &[usize], report: &mut Report) {
            report.stack = Some(Stack::new(&resolve(addresses, true), &report.chain));
        }
    }
}

#[cfg(not(all(feature = "stacks", target_os = "linux")))]
mod unknown {
    use super::Report;

    pub(in crate::watch) fn prepare() {}

    /// A thread that cannot be asked where it is.
    pub(in crate::watch) struct Whose;

    #[expect(clippy::unused_self, reason = "the other one has something to say")]
    impl Whose {
        pub(in crate::watch) fn current() -> Self {
            Self
        }

        pub(super) fn addresses(&self) -> Option<Vec<usize>> {
            None
        }

        pub(super) fn name(&self, _addresses: &[usize], _report: &mut Report) {}
    }
}
