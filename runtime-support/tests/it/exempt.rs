//! A function that blocks under an exemption: it neither panics nor logs, wherever the exemption stands.

use std::panic::{AssertUnwindSafe, catch_unwind};

use onloop::{Hub, IntoJob, Job};
use tokio::runtime::Builder;
use tokio::task::{block_in_place, yield_now};

#[onloop::blocking]
fn load() -> u32 {
    7
}

#[onloop::callback]
#[onloop::allow(blocking_call, reason = "small and cached")]
fn on_a_callback() -> u32 {
    load()
}

#[onloop::allow(blocking_call, reason = "small and cached")]
#[onloop::callback]
fn above_the_attribute() -> u32 {
    load()
}

#[onloop::callback]
#[onloop::expect(blocking_call, reason = "small and cached")]
fn expected() -> u32 {
    load()
}

#[onloop::callback]
fn on_a_statement() -> u32 {
    #[onloop::allow(blocking_call, reason = "small and cached")]
    let first = load();
    first
}

#[onloop::callback]
fn on_an_expression() -> u32 {
    let of = |given: u32| given;
    of(
        #[onloop::allow(blocking_call, reason = "small and cached")]
        load(),
    )
}

#[onloop::coroutine]
#[onloop::allow(blocking_call, reason = "small and cached")]
async fn on_a_coroutine() -> u32 {
    let first = load();
    yield_now().await;
    assert_eq!(load(), first);
    load()
}

#[onloop::coroutine]
async fn on_a_statement_after_an_await() -> u32 {
    yield_now().await;
    #[onloop::allow(blocking_call, reason = "small and cached")]
    let first = {
        yield_now().await;
        load()
    };
    yield_now().await;
    first
}

#[onloop::allow(blocking_call, reason = "small and cached")]
fn helper() -> u32 {
    load()
}

#[onloop::allow(blocking_call, reason = "small and cached")]
async fn async_helper() -> u32 {
    let first = load();
    yield_now().await;
    assert_eq!(load(), first);
    load()
}

struct Store {
    value: u32,
}

impl Store {
    #[onloop::allow(blocking_call, reason = "small and cached")]
    async fn read(&self) -> u32 {
        yield_now().await;
        load().max(self.value)
    }

    #[onloop::callback]
    #[onloop::allow(blocking_call, reason = "small and cached")]
    fn look(&self) -> u32 {
        load().max(self.value)
    }
}

#[onloop::coroutine]
async fn through_helpers() -> [u32; 4] {
    let store = Store { value: 1 };
    [helper(), async_helper().await, store.read().await, store.look()]
}

#[onloop::callback]
fn in_a_closure() -> Job<(), u32> {
    let job = #[callback]
    #[onloop::allow(blocking_call, reason = "small and cached")]
    || load().max(1);
    job.into_job()
}

#[onloop::coroutine]
async fn in_place() -> [u32; 2] {
    yield_now().await;
    [block_in_place(|| load()), block_in_place(load)]
}

#[onloop::coroutine]
async fn in_place_elsewhere() -> u32 {
    fn away<R>(run: impl FnOnce() -> R) -> R {
        block_in_place(run)
    }
    yield_now().await;
    #[allow(clippy::redundant_closure, reason = "as users write it")]
    away(|| load())
}

#[onloop::coroutine]
async fn accused() -> u32 {
    yield_now().await;
    (LOADERS[0])()
}

/// A table, which no net before this one follows.
static LOADERS: [fn() -> u32; 1] = [load];

#[test]
fn exempt_functions_run() {
    for function in [on_a_callback, above_the_attribute, expected, on_a_statement, on_an_expression] {
        assert_eq!(function(), 7);
    }
    Hub::run(async |hub| {
        assert_eq!(on_a_coroutine().await, 7);
        assert_eq!(on_a_statement_after_an_await().await, 7);
        assert_eq!(through_helpers().await, [7; 4]);
        assert_eq!(hub.run_job(&in_a_closure(), ()).await, Ok(7));
        assert_eq!(hub.create_task(async_helper()).await, Ok(7));
    });
}

#[test]
fn a_thread_that_has_been_made_no_loop_may_block() {
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("there are threads");
    runtime.block_on(async {
        assert_eq!(tokio::spawn(in_place()).await.expect("it does not panic"), [7; 2]);
        assert_eq!(tokio::spawn(in_place_elsewhere()).await.expect("it does not panic"), 7);
    });
}

#[test]
#[cfg(debug_assertions)]
fn what_is_not_exempt_is_accused_still() {
    let accused = catch_unwind(AssertUnwindSafe(|| Hub::run(async |_| accused().await)));
    let message = accused.expect_err("it blocks the loop");
    let message = message.downcast_ref::<String>().expect("it is a text");
    assert!(message.contains("blocking function `it::exempt::load`"), "{message}");
}
