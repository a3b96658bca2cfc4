//! The hub can be asked for, and a function that runs a hub is called like others.

use onloop::Hub;

#[onloop::main]
pub(crate) async fn sum() -> u32 {
    Hub::current().create_task(async { 2 }).await.expect("nobody cancels it") + 3
}

fn main() {
    assert_eq!(sum(), 5);
}
