#![deny(warnings)]

#[onloop::allow(blocking_call, reason = "above the attribute")]
#[onloop::callback]
fn on_tick() -> Option<String> {
    std::fs::read_to_string("/proc/loadavg").ok()
}

#[onloop::coroutine]
#[onloop::expect(blocking_call, reason = "reads /proc, never waits")]
#[expect(dead_code, reason = "shown only")]
async fn poll() -> Option<String> {
    std::fs::read_to_string("/proc/loadavg").ok()
}

struct Load;

impl Load {
    #[onloop::callback]
    #[onloop::allow(blocking_call, untracked_spawn, reason = "reads /proc, never waits")]
    fn now(&self) -> Option<String> {
        std::fs::read_to_string("/proc/loadavg").ok()
    }
}

fn main() {
    assert_eq!(on_tick().is_some(), Load.now().is_some());
}
