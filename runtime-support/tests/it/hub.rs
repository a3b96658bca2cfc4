//! The hub itself: running, finding it, its life.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use onloop::{
    Blocking, Bus, Callback, Coroutine, Event, EventType, ExecutorJob, Hub, HubState, IntoJob, Job, StateMachine, Task,
    Unsubscribe,
};

/// Runs `main` on a hub whose clock is paused.
pub(crate) fn run_paused<R>(main: impl AsyncFnOnce(Hub) -> R) -> R {
    Hub::run(async |hub| {
        tokio::time::pause();
        main(hub).await
    })
}

/// Calls a function when it is dropped: what a destructor with a will of its own looks like.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[test]
fn run_gives_the_value_of_main_back_and_main_may_borrow() {
    let text = String::from("borrowed");
    let length = Hub::run(async |_hub| text.len());
    assert_eq!(length, 8);
}

#[test]
fn the_hub_runs_while_main_does_and_has_stopped_after() {
    let hub = Hub::run(async |hub| {
        assert_eq!(hub.state(), HubState::Running);
        hub
    });
    assert_eq!(hub.state(), HubState::Stopped);
}

#[test]
fn current_is_the_hub_of_this_thread() {
    assert!(Hub::try_current().is_none());
    Hub::builder().name("house").run(async |hub| {
        assert_eq!(Hub::current().name(), "house");
        let in_executor = hub.add_executor_job(|| Hub::try_current().is_none());
        assert!(in_executor.await);
    });
    assert!(Hub::try_current().is_none());
}

#[test]
#[should_panic(expected = "`Hub::current` works on the loop only")]
fn current_panics_off_the_loop() {
    let _ = Hub::current();
}

#[test]
fn a_panic_of_main_resumes_after_the_hub_has_stopped() {
    let state = Rc::new(Cell::new(None));
    let caught = catch_unwind(AssertUnwindSafe(|| {
        Hub::run(async |hub| {
            let (seen, watched) = (Rc::clone(&state), hub.clone());
            let guard = OnDrop(move || seen.set(Some(watched.state())));
            hub.create_background_task("watcher", async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            });
            panic!("meant");
        })
    }));
    assert_eq!(caught.expect_err("main panicked").downcast_ref(), Some(&"meant"));
    assert_eq!(state.get(), Some(HubState::Stopping));
    assert!(Hub::try_current().is_none());
}

#[test]
fn a_hub_inside_a_hub_is_refused_and_the_outer_one_goes_on() {
    Hub::builder().name("outer").run(async |hub| {
        let inner = catch_unwind(|| Hub::run(async |_inner| ()));
        assert!(inner.is_err());
        assert_eq!(Hub::current().name(), "outer");
        assert_eq!(hub.create_task(async { 1 }).await, Ok(1));
    });
}

#[test]
fn a_hub_inside_another_loop_says_what_to_write_instead() {
    let refused = || {
        let payload = catch_unwind(|| Hub::run(async |_inner| ())).unwrap_err();
        let message = payload.downcast_ref::<&str>().expect("it says why");
        assert!(message.contains("#[onloop::main]") && message.contains("a thread of its own"), "{message}");
    };
    Hub::run(async |hub| {
        refused();
        // A thread of the executor runs no loop.
        assert_eq!(hub.add_executor_job(|| Hub::run(async |_inner| 1)).await, 1);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { refused() });
    assert!(Hub::try_current().is_none());
}

#[test]
fn hubs_run_one_after_the_other_and_side_by_side() {
    let threads: Vec<_> = (0..4)
        .map(|index| {
            std::thread::spawn(move || {
                (0..10)
                    .map(|round| Hub::run(async |hub| hub.add_executor_job(move || index * round).await))
                    .sum::<u32>()
            })
        })
        .collect();
    let sums: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(sums, [0, 45, 90, 135]);
}

#[test]
#[cfg(feature = "test-util")]
fn a_hub_can_start_with_its_clock_paused() {
    Hub::builder().start_paused(true).run(async |_hub| {
        let start = tokio::time::Instant::now();
        tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
        assert_eq!(start.elapsed().as_secs(), 3600);
    });
}

#[test]
#[should_panic(expected = "an executor needs at least one thread")]
fn an_executor_without_threads_is_refused() {
    let _ = Hub::builder().executor_threads(0);
}

#[test]
fn handles_of_the_loop_stay_on_its_thread() {
    assert!(!has_trait!(Hub: Send) && !has_trait!(Hub: Sync));
    assert!(!has_trait!(Task<()>: Send) && !has_trait!(Task<()>: Sync));
    assert!(!has_trait!(Bus: Send) && !has_trait!(StateMachine: Send) && !has_trait!(Unsubscribe: Send));
    assert!(!has_trait!(Callback<u8>: Send) && !has_trait!(Coroutine<u8>: Send));
    assert!(has_trait!(Blocking<u8>: Send) && has_trait!(Blocking<u8>: Sync));
    // The result of a job may be awaited anywhere.
    assert!(has_trait!(ExecutorJob<u8>: Send));
}

#[test]
fn what_is_under_way_prints_with_its_name() {
    const EVENT: EventType<u32> = EventType::new("names");
    Hub::run(async |hub| {
        let named = hub.create_task_named("poll the garden", std::future::pending::<()>());
        let ended = hub.create_task_named("look at the garden", async {});
        let background = hub.create_background_task("water the garden", std::future::pending::<()>());
        let job: Job<Event<u32>> = job!(coroutine_0, async || ()).named("weed the garden").into_job();
        let run = hub.run_job(&job, Event::new(&EVENT, 1));
        let elsewhere = hub.add_executor_job(|| ());
        let called = hub.remote().call_async(|_| ());
        for (printed, name) in [
            (format!("{named:?}"), "`poll the garden` (made at runtime-support"),
            (format!("{ended:?}"), "`look at the garden`"),
            (format!("{background:?}"), "`water the garden`"),
            (format!("{run:?}"), "`weed the garden`"),
            (format!("{elsewhere:?}"), "it::hub::what_is_under_way_prints_with_its_name"),
            (format!("{called:?}"), "it::hub::what_is_under_way_prints_with_its_name"),
        ] {
            assert!(printed.contains(name), "{printed}");
        }
        elsewhere.await;
        called.await.expect("the hub runs");
    });
}

#[onloop::test(start_paused = false, name = "house", executor_threads = 1)]
async fn a_test_is_a_coroutine_on_a_hub(hub: Hub) -> Result<(), onloop::Cancelled> {
    let job: Callback<()> = #[callback]
    || ();
    job.call(&());
    assert_eq!((hub.name(), onloop::current_site().map(onloop::Site::kind)), ("house", Some(onloop::Kind::Coroutine)));
    hub.create_task(async {}).await
}

#[cfg(feature = "test-util")]
#[onloop::test]
async fn the_clock_of_a_test_is_paused() {
    let before = std::time::Instant::now();
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
    assert!(before.elapsed().as_secs() < 3600);
}

#[onloop::main]
async fn forty(hub: Hub) -> u32 {
    hub.create_task(async { 40 }).await.expect("nobody cancels it")
}

#[test]
fn a_function_that_runs_a_hub_is_called_like_others() {
    assert_eq!(forty(), 40);
}
