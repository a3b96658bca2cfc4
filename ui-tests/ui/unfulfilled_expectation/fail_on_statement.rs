#[onloop::callback]
fn on_tick(ticks: &mut u32) {
    #[onloop::expect(blocking_call, reason = "short")]
    {
        *ticks += 1;
    }
}

fn main() {}
