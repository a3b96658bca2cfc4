use std::sync::Mutex;

#[onloop::callback(strict(lock))]
fn on_reading(last: &Mutex<f32>, value: f32) {
    *Mutex::lock(last).unwrap() = value;
}

fn main() {}
