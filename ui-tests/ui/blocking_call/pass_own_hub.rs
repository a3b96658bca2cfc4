use std::thread::sleep;
use std::time::Duration;

struct House;

impl House {
    fn add_executor_job<R>(&self, job: impl FnOnce() -> R + Send + 'static) -> std::thread::JoinHandle<R>
    where
        R: Send + 'static,
    {
        std::thread::spawn(job)
    }
}

#[onloop::callback]
fn on_press(house: &House) -> std::thread::JoinHandle<u8> {
    house.add_executor_job(|| {
        sleep(Duration::from_millis(1));
        7
    })
}

fn main() {
    assert_eq!(on_press(&House).join().unwrap(), 7);
}
