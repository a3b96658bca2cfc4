//! Tests on a hub, in a build that makes no tests.

#[onloop::test(start_paused = false, watch, name = "house")]
#[ignore = "shown only"]
async fn a_task_ends(hub: onloop::Hub) -> Result<(), onloop::Cancelled> {
    hub.create_task(async {}).await
}

fn main() {}
