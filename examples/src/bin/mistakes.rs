//! The classic mistakes. The compiler refuses this program; see what it says:
//!
//! ```text
//! cargo check -p onloop-examples --features mistakes
//! ```

use std::fs;
use std::thread;
use std::time::Duration;

use onloop::Hub;

#[onloop::coroutine]
async fn sync_http_request_in_a_coroutine(url: &str) -> Result<String, ureq::Error> {
    ureq::get(url).call()?.body_mut().read_to_string()
}

#[onloop::callback]
fn sync_http_request_in_a_callback(url: &str) -> Result<String, ureq::Error> {
    ureq::get(url).call()?.body_mut().read_to_string()
}

#[onloop::coroutine]
async fn sleep_in_a_coroutine() {
    thread::sleep(Duration::from_secs(1));
}

#[onloop::callback]
fn sleep_in_a_callback() {
    thread::sleep(Duration::from_secs(1));
}

#[onloop::coroutine]
async fn file_read_in_a_coroutine() -> std::io::Result<String> {
    fs::read_to_string("station.toml")
}

#[onloop::callback]
fn file_read_in_a_callback() -> std::io::Result<String> {
    fs::read_to_string("station.toml")
}

#[onloop::callback]
fn await_in_a_callback() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[onloop::callback]
fn spawn_and_forget_in_a_callback() {
    tokio::spawn(sleep_in_a_coroutine());
}

fn main() {
    Hub::run(async |_hub| {
        let _ = sync_http_request_in_a_coroutine("http://192.0.2.7/reading").await;
        let _ = sync_http_request_in_a_callback("http://192.0.2.7/reading");
        sleep_in_a_coroutine().await;
        sleep_in_a_callback();
        let _ = file_read_in_a_coroutine().await;
        let _ = file_read_in_a_callback();
        await_in_a_callback();
        spawn_and_forget_in_a_callback();
    });
}
