use std::thread::sleep;
use std::time::Duration;

fn read_to_string(count: u32) -> u32 {
    count
}

fn park() {}

#[onloop::callback]
fn on_tick(sleep: impl Fn(Duration) -> u32, remove_file: fn(&str) -> u32) -> u32 {
    let read = |name: &str| u32::try_from(name.len()).unwrap();
    park();
    sleep(Duration::from_secs(9)) + remove_file("a") + read("abc") + read_to_string(1)
}

#[onloop::coroutine]
async fn poll() -> u32 {
    fn sleep(_: Duration) -> u32 {
        5
    }
    sleep(Duration::from_secs(9))
}

#[onloop::callback]
fn on_change(actions: Vec<fn(Duration) -> u32>) -> u32 {
    let mut total = 0;
    for sleep in actions {
        total += sleep(Duration::from_secs(9));
    }
    if let Some(sleep) = Some(|_: Duration| 2) {
        total += sleep(Duration::from_secs(9));
    }
    total
        + match 3 {
            sleep => sleep,
        }
}

fn main() {
    assert_eq!(on_tick(|_| 1, |_| 2), 7);
    assert_eq!(futures::executor::block_on(poll()), 5);
    assert_eq!(on_change(vec![|_| 1]), 6);
    sleep(Duration::ZERO);
}
