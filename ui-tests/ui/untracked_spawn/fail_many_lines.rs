#[onloop::callback]
fn on_press(name: String) {
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        println!("{name} was pressed");
    });
}

fn main() {}
