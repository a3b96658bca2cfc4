use std::sync::{Mutex, RwLock};

#[onloop::callback]
fn on_reading(last: &Mutex<f32>, all: &RwLock<Vec<f32>>, value: f32) -> usize {
    *last.lock().unwrap() = value;
    *Mutex::lock(last).unwrap() += 1.0;
    all.write().unwrap().push(value);
    all.read().unwrap().len()
}

fn main() {
    assert_eq!(on_reading(&Mutex::default(), &RwLock::default(), 1.0), 1);
}
