//! The other party: a weather station that answers over HTTP.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::{TcpListener, TcpSocket};
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
        Self::start_slowly(takes, Duration::ZERO)
    }

    /// Switches a device on that takes its time to start, too: it refuses connections until then.
    ///
    /// # Errors
    ///
    /// If the operating system has no port or no thread to give.
    pub fn start_slowly(takes: Duration, starts_within: Duration) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = socket.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let port = if starts_within.is_zero() {
            // Whoever is told the address shall find somebody there.
            let _runtime = runtime.enter();
            Port::Open(socket.listen(BACKLOG)?)
        } else {
            Port::OpensAfter(starts_within, socket)
        };
        let (switch_off, switched_off) = oneshot::channel();
        let thread = thread::Builder::new().name("device".to_owned()).spawn(move || {
            if let Err(error) = runtime.block_on(serve(port, takes, switched_off)) {
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

/// Where the device listens, now or when it has started.
enum Port {
    Open(TcpListener),
    OpensAfter(Duration, TcpSocket),
}

/// How many connections may wait to be taken.
const BACKLOG: u32 = 64;

async fn serve(port: Port, takes: Duration, mut switched_off: oneshot::Receiver<()>) -> io::Result<()> {
    let listener = match port {
        Port::Open(listener) => listener,
        Port::OpensAfter(starts_within, socket) => {
            // The end of the channel is the signal, not what comes through it.
            if tokio::time::timeout(starts_within, &mut switched_off).await.is_ok() {
                return Ok(());
            }
            socket.listen(BACKLOG)?
        }
    };
    let sensor = Arc::new(Sensor { takes, measured: AtomicU32::new(0) });
    let router = Router::new().route("/reading", get(reading)).with_state(sensor);
    let switched_off = async {
        let _ = switched_off.await;
    };
    axum::serve(listener, router).with_graceful_shutdown(switched_off).await
}

async fn reading(State(sensor): State<Arc<Sensor>>) -> Json<Reading> {
    tokio::time::sleep(sensor.takes).await;
    Json(Reading::simulated(sensor.measured.fetch_add(1, Ordering::Relaxed)))
}
