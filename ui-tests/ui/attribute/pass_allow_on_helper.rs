//! An exemption on a helper that bears no other attribute of onloop changes nothing in it.
#![deny(warnings)]

/// The load average.
#[onloop::allow(blocking_call, reason = "reads /proc, never waits")]
#[must_use]
fn load_average() -> Option<String> {
    std::fs::read_to_string("/proc/loadavg").ok()
}

#[onloop::expect(blocking_call, reason = "reads /proc, never waits")]
async fn load_average_later(path: &str) -> std::io::Result<String> {
    tokio::task::yield_now().await;
    std::fs::read_to_string(path)
}

fn main() {
    assert_eq!(load_average().is_some(), futures::executor::block_on(load_average_later("/proc/loadavg")).is_ok());
}
