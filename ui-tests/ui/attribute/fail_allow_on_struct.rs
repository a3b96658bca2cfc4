#[onloop::allow(blocking_call, reason = "reads /proc, never waits")]
struct Light;

fn main() {
    let _ = Light;
}
