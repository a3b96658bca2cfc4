use std::thread::JoinHandle;

#[onloop::coroutine]
async fn finish(all: Vec<(u8, JoinHandle<u8>)>) -> u8 {
    let mut sum = 0;
    for (_, one) in all {
        let number: u8 = "one";
        sum += number + one.missing().join().unwrap() + one.join().unwrap();
    }
    sum
}

fn main() {}
