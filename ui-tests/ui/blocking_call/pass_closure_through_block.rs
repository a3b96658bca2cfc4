#[onloop::coroutine]
async fn load(name: &str) -> std::io::Result<String> {
    tokio::task::spawn_blocking({
        let name = name.to_owned();
        move || std::fs::read_to_string(name)
    })
    .await?
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(load("no such file").await.is_err());
}
