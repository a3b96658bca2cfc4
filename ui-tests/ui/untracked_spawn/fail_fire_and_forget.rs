async fn report() {}

#[onloop::callback]
fn on_press() {
    tokio::spawn(report());
}

fn main() {}
