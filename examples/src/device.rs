//! The other party: a weather station that answers over HTTP.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use tokio::sync::oneshot;

use crate::reading::Reading;

/// A weather station on a free port of this machine.
///
/// It is a real HTTP server with a thread and a runtime of its own: whoever polls it knows its address and nothing
/// else, as with a device on the shelf. It is switched off when dropped.
#[derive(Debug)]
pub struct Device {
    address: SocketAddr,
    switch_off: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The sensor behind the server.
#[derive(Debug)]
struct Sensor {
    /// How long a measurement takes.
    takes: Duration,
    /// How often it has measured.
    measured: AtomicU32,
}

impl Device {
    /// Switches a device on whose sensor takes this long to measure.
    ///
    /// # Errors
    ///
    /// If the operating system has no port or no thread to give.
    pub fn start(takes: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (switch_off, switched_off) = oneshot::channel();
        let thread = thread::Builder::new().name("device".to_owned()).spawn(move || {
            if let Err(error) = runtime.block_on(serve(listener, takes, switched_off)) {
                eprintln!("device: switched itself off: {error}");
            }
        })?;
        Ok(Self { address, switch_off: Some(switch_off), thread: Some(thread) })
    }

    /// Where it gives its readings.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/reading", self.address)
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // The server takes the end of the channel for the signal.
        drop(self.switch_off.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there has been printed over there.
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, takes: Duration, switched_off: oneshot::Receiver<()>) -> io::Result<()> {
    let sensor = Arc::new(Sensor { takes, measured: AtomicU32::new(0) });
    let router = Router::new().route("/reading", get(reading)).with_state(sensor);
    let switched_off = async {
        // An error means that the sender is gone, which is the signal.
        let _ = switched_off.await;
    };
    axum::serve(tokio::net::TcpListener::from_std(listener)?, router).with_graceful_shutdown(switched_off).await
}

async fn reading(State(sensor): State<Arc<Sensor>>) -> Json<Reading> {
    tokio::time::sleep(sensor.takes).await;
    Json(Reading::simulated(sensor.measured.fetch_add(1, Ordering::Relaxed)))
}
