async fn report() {}

#[onloop::callback]
fn on_press() {
    drop(report());
}

fn main() {}
