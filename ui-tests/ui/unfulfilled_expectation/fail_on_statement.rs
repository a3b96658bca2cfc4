#[onloop::callback]
fn on_tick(ticks: &mut u32) {
    #[expect(onloop::blocking_call, reason = "short")]
    {
        *ticks += 1;
    }
}

fn main() {}
