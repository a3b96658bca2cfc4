use async_trait::async_trait;

#[async_trait]
trait Button {
    async fn on_press(&self);
}

struct Bell;

#[async_trait]
impl Button for Bell {
    #[onloop::callback]
    async fn on_press(&self) {}
}

fn main() {}
