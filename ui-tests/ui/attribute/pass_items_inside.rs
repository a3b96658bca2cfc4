#![deny(warnings)]

#[onloop::callback]
fn on_press(level: u8) -> u8 {
    #![allow(non_snake_case)]
    #![expect(unused_variables, reason = "tests that inner attributes reach the body")]
    use std::cmp::min;
    const MOST: u8 = 10;
    static LEAST: u8 = 2;
    struct Level(u8);
    impl Level {
        #[onloop::callback]
        fn get(&self) -> u8 {
            self.0
        }
    }
    mod inner {
        pub fn one() -> u8 {
            1
        }
    }
    macro_rules! twice {
        ($value:expr) => {
            $value * 2
        };
    }
    #[onloop::callback]
    fn nested(level: u8) -> u8 {
        #[onloop::callback]
        fn innermost(level: u8) -> u8 {
            min(level, MOST)
        }
        innermost(level)
    }
    let UnusedName = 3;
    let level = Level(level);
    nested(twice!(level.get())) + LEAST + inner::one()
}

#[onloop::coroutine]
async fn poll(level: u8) -> u8 {
    #![allow(non_snake_case)]
    use tokio::task::yield_now;
    #[onloop::coroutine]
    async fn nested(level: u8) -> u8 {
        yield_now().await;
        level + helper()
    }
    fn helper() -> u8 {
        1
    }
    let Level = nested(level).await;
    yield_now().await;
    Level
}

#[onloop::coroutine]
async fn name_from_below() -> &'static str {
    return NAME;
    const NAME: &str = "below";
}

#[onloop::callback]
fn labels() -> u32 {
    let mut count = 0;
    'outer: loop {
        for step in 1.. {
            count += step;
            if count > 10 {
                break 'outer count;
            }
            if step > 3 {
                continue 'outer;
            }
        }
    }
}

#[onloop::coroutine]
async fn shadowing(f: u32) -> u32 {
    let __scope = f;
    let future = async { __scope };
    let value = future.await;
    let onloop = value;
    let core = onloop;
    core
}

fn main() {
    assert_eq!(on_press(3), 9);
    assert_eq!(on_press(9), 13);
    assert_eq!(futures::executor::block_on(poll(3)), 4);
    assert_eq!(futures::executor::block_on(name_from_below()), "below");
    assert_eq!(labels(), 11);
    assert_eq!(futures::executor::block_on(shadowing(3)), 3);
}
