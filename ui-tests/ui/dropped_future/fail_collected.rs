async fn notify(_user: &str) {}

#[onloop::callback]
fn on_press(users: &[String]) {
    let _ = users.iter().map(|user| notify(user)).collect::<Vec<_>>();
}

fn main() {}
