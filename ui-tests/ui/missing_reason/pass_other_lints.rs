#[onloop::callback]
#[allow(dead_code)]
fn on_tick(count: u32) {
    #[allow(unused_variables)]
    let ticks = count;
}

fn main() {}
