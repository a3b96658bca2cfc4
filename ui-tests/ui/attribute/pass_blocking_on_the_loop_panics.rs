use std::panic::catch_unwind;

use onloop::Hub;

#[onloop::blocking]
fn load() -> u8 {
    7
}

static HELPERS: [fn() -> u8; 1] = [load];

/// The attributes do not see through this.
fn helper() -> u8 {
    HELPERS[0]()
}

#[onloop::callback]
fn on_press() -> u8 {
    helper()
}

#[onloop::coroutine]
async fn poll() -> u8 {
    tokio::task::yield_now().await;
    helper()
}

fn message(run: impl FnOnce() -> u8 + std::panic::UnwindSafe) -> String {
    std::panic::set_hook(Box::new(|_| {}));
    let payload = catch_unwind(run).expect_err("it runs on the loop");
    let _ = std::panic::take_hook();
    *payload.downcast::<String>().expect("it is formatted")
}

fn main() {
    assert_eq!(helper(), 7);
    for (text, holder) in [
        (message(on_press), "on_press"),
        (message(|| futures::executor::block_on(poll())), "poll"),
        (message(|| Hub::run(async |_| poll().await)), "poll"),
    ] {
        assert!(text.contains("load") && text.contains(holder), "{text}");
        assert_eq!(text.matches("pass_blocking_on_the_loop_panics.rs:").count(), 2, "{text}");
    }
    assert_eq!(onloop::current_site(), None);
    assert_eq!(Hub::run(async |hub| hub.add_executor_job(load).await), 7);
}
