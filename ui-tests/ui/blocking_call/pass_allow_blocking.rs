use std::fs::read_to_string;

use onloop::allow_blocking as quick;

const WHY: &str = "reads /proc, never waits";

#[onloop::callback]
fn on_tick() -> usize {
    let first = onloop::allow_blocking("reads /proc, never waits", || read_to_string("/proc/loadavg"));
    let second = quick(WHY, move || {
        let names = ["no such file"].iter();
        names.filter_map(|name| read_to_string(name).ok()).count()
    });
    let third = || read_to_string("no such file").is_ok();
    first.map_or(0, |text| text.len()) + second + usize::from(quick(WHY, third))
}

#[onloop::coroutine]
async fn poll() -> bool {
    let (load, ()) = futures::join!(
        async { quick("reads /proc, never waits", || read_to_string("/proc/loadavg")) },
        std::future::ready(()),
    );
    quick("takes no time", std::thread::yield_now);
    load.is_ok()
}

fn main() {
    assert_eq!(on_tick() > 0, futures::executor::block_on(poll()));
}
