#[onloop::callback]
async fn on_press(led: &mut bool) {
    *led = !*led;
}

fn main() {}
