//! Signals that stop the hub: Ctrl-C and SIGTERM.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};

use super::shared::Hub;
use crate::log::log;

/// What asks a program to end.
struct Signal {
    name: &'static str,
    /// The exit code of a program that the signal has ended, as shells report it.
    exit_code: i32,
}

const INTERRUPT: Signal = Signal { name: "Ctrl-C", exit_code: 130 };

#[cfg(unix)]
const TERMINATE: Signal = Signal { name: "SIGTERM", exit_code: 143 };

/// The signals, from the moment this is made.
#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Signal> {
        if self.interrupt.poll_recv(cx).is_ready() {
            return Poll::Ready(INTERRUPT);
        }
        self.terminate.poll_recv(cx).map(|_| TERMINATE)
    }
}

/// The signals, from the moment this is made.
#[cfg(windows)]
pub(super) struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Signal> {
        self.interrupt.poll_recv(cx).map(|_| INTERRUPT)
    }
}

impl Hub {
    /// Stops the hub at the first signal, and ends the process at the second.
    pub(super) async fn stop_on_signals(self, mut signals: Signals) {
        let first = poll_fn(|cx| signals.poll(cx)).await;
        log!(INFO, "hub `{}` stops: {}", self.name(), first.name);
        let hub = self.clone();
        tokio::task::spawn_local(async move { hub.stop().await });
        let second = poll_fn(|cx| signals.poll(cx)).await;
        log!(WARN, "hub `{}` is given up before it has stopped: {}", self.name(), second.name);
        std::process::exit(second.exit_code);
    }
}
