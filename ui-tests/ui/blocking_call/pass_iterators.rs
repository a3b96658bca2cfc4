//! What builds an iterator or a request waits for nothing.

use std::io::BufRead;
use std::net::TcpListener;
use std::sync::mpsc::Receiver;

#[onloop::callback]
fn start(listener: TcpListener, readings: Receiver<u32>) -> [std::thread::JoinHandle<u64>; 2] {
    let accepted = std::thread::spawn(move || listener.incoming().map(|_| 1).sum());
    let readings = readings.into_iter().filter(|reading| *reading > 0).map(u64::from);
    [accepted, std::thread::spawn(move || readings.sum())]
}

#[onloop::coroutine]
async fn fetch(url: String) -> bool {
    let request = ureq::get(url).header("accept", "text/plain");
    tokio::task::spawn_blocking(move || request.call().is_ok()).await.unwrap_or_default()
}

#[onloop::callback]
fn words(text: &[u8]) -> usize {
    text.lines().map_while(Result::ok).map(|line| line.split(' ').count()).sum()
}

fn main() {
    let _ = (start, fetch, words(b"on and off"));
}
