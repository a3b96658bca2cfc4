#[onloop::callback]
fn on_tick() -> bool {
    #[onloop::callback]
    fn in_part() -> bool {
        #[onloop::allow(blocking_call, reason = "reads /proc, never waits")]
        std::fs::read("/proc/loadavg").is_ok()
    }
    #[onloop::expect(blocking_call, reason = "reads /proc, never waits")]
    #[onloop::callback]
    fn as_a_whole() -> bool {
        std::fs::read("/proc/loadavg").is_ok()
    }
    struct Job;
    impl Job {
        #[onloop::callback]
        fn make(&self) -> onloop::Blocking<(), bool> {
            #[blocking]
            || std::fs::read("/proc/loadavg").is_ok()
        }
    }
    in_part() == as_a_whole() && Job.make().site().name().contains("make")
}

fn main() {
    assert!(on_tick());
}
