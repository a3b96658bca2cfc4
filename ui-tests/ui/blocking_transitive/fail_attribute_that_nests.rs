use onloop_ui_shapes::{boxes, nests, renames};

fn load() -> usize {
    std::fs::read("meter").map_or(0, |text| text.len())
}

#[boxes]
#[onloop::coroutine]
async fn boxed() -> usize {
    load()
}

#[nests]
#[onloop::coroutine]
async fn nested() -> usize {
    load()
}

#[renames]
#[onloop::callback]
fn called_otherwise() -> usize {
    load()
}

fn main() {}
