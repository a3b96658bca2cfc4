use onloop_ui_shapes::{moves, repeats};

fn load() -> usize {
    std::fs::read("meter").map_or(0, |text| text.len())
}

#[moves]
#[onloop::coroutine]
async fn moved() -> usize {
    load()
}

#[moves]
#[onloop::callback]
fn moved_callback() -> usize {
    load()
}

#[repeats]
#[onloop::coroutine]
async fn repeated() -> usize {
    load()
}

fn main() {}
