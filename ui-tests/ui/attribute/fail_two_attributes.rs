#[onloop::callback]
#[onloop::blocking]
fn load() {}

#[onloop::coroutine]
#[onloop::coroutine]
async fn poll() {}

fn main() {}
