use std::thread;

mod fs {
    pub fn read(name: &str) -> usize {
        name.len()
    }
}

mod process {
    pub struct Command;

    impl Command {
        pub fn output(&self) -> u8 {
            3
        }
    }
}

mod memory {
    pub mod thread {
        pub fn sleep(millis: u32) -> u32 {
            millis
        }
    }
}

#[onloop::callback]
fn on_tick() -> usize {
    fs::read("abc") + usize::from(process::Command::output(&process::Command))
}

#[onloop::callback]
fn on_second_tick() -> u32 {
    use memory::thread;
    thread::sleep(7)
}

#[onloop::callback]
fn on_third_tick() -> u32 {
    mod thread {
        pub fn park() -> u32 {
            8
        }
    }
    thread::park()
}

fn main() {
    assert_eq!(on_tick(), 6);
    assert_eq!(on_second_tick(), 7);
    assert_eq!(on_third_tick(), 8);
    thread::yield_now();
}
