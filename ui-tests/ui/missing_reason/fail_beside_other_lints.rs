#[onloop::callback]
#[allow(unused_variables, onloop::blocking_call)]
fn on_tick(count: u32) {
    std::thread::park();
}

fn main() {}
