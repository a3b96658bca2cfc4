use std::thread;

#[onloop::callback]
fn on_press() {
    thread::spawn(|| println!("pressed"));
}

fn main() {}
