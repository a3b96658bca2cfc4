#[onloop::coroutine]
async fn start() {
    #[expect(onloop::untracked_spawn)]
    tokio::spawn(async {});
}

fn main() {}
