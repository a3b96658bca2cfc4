#[onloop::callback]
fn on_tick() -> u32 {
    #[onloop::expect(sleep, reason = "short")]
    let ticks = 7;
    ticks
}

fn main() {
    on_tick();
}
