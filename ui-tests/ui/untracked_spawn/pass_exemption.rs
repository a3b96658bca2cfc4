#[onloop::callback]
fn on_start() {
    #[onloop::allow(untracked_spawn, reason = "ends with the process")]
    tokio::spawn(async {});
    #[onloop::expect(untracked_spawn, reason = "ends with the process")]
    let _ = tokio::spawn(async {});
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    on_start();
}
