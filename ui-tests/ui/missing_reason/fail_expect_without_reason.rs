#[onloop::coroutine]
async fn start() {
    #[onloop::expect(untracked_spawn)]
    tokio::spawn(async {});
}

fn main() {}
