async fn brightness() -> u8 {
    7
}

#[onloop::callback]
fn on_query() -> u8 {
    brightness().await
}

fn main() {}
