struct Bell;

#[async_trait::async_trait]
trait Button {
    #[onloop::callback]
    async fn on_press(&self) {
        tokio::task::yield_now().await;
    }
}

fn main() {}
