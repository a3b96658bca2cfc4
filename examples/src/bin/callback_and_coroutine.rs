//! A callback and a coroutine: the callback is told of something and answers at once; what takes time, it starts as
//! a task.
//!
//! ```text
//! cargo run --bin callback_and_coroutine
//! ```

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use onloop::Hub;

/// A lamp with a push-button. It lives on the loop, which is one thread: `Rc` and `Cell` do, no lock is needed.
struct Lamp {
    hub: Hub,
    percent: Cell<u8>,
}

fn main() {
    Hub::run(async |hub| {
        let lamp = Rc::new(Lamp { hub: hub.clone(), percent: Cell::new(0) });
        lamp.on_press();
        println!("on_press has returned, the lamp is at {} %", lamp.percent.get());
        // Tasks made by `create_task` are tracked, so somebody can wait for them.
        hub.block_till_done().await;
        println!("all done, the lamp is at {} %", lamp.percent.get());
    });
}

impl Lamp {
    /// Runs from start to end without giving the loop back, so it must be short: no I/O, no sleep, no `.await`.
    #[onloop::callback]
    fn on_press(self: &Rc<Self>) {
        println!("pressed");
        // The task runs up to its first wait inside this call. The rest is the loop's business.
        self.hub.create_task(Rc::clone(self).brighten());
    }

    /// Takes its time: at each `.await` the loop is free for others.
    #[onloop::coroutine]
    async fn brighten(self: Rc<Self>) {
        while self.percent.get() < 100 {
            self.percent.set(self.percent.get() + 20);
            println!("  brighter: {} %", self.percent.get());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
