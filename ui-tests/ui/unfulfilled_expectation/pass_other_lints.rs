#[onloop::callback]
fn on_tick() -> u32 {
    #[expect(unused_variables, reason = "shown only")]
    let ticks = 7;
    8
}

fn main() {
    on_tick();
}
