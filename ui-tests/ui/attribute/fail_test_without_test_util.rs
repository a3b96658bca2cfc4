fn main() {}

#[onloop::test]
async fn an_hour_passes(hub: onloop::Hub) {
    hub.stop().await;
}

#[onloop::test(start_paused = false, trap)]
async fn nothing_blocks() {}
