//! Failures of coordinators: how they are logged, told and retried.

use super::*;

#[test]
fn a_failure_is_logged_once_and_so_is_the_recovery() {
    log::keep();
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "weak signal", update).build();
        let (told, _listener) = count_told(&coordinator);
        device.answer.set(5);
        coordinator.refresh().await;
        device.fails.set(true);
        for _ in 0..3 {
            coordinator.refresh().await;
            assert!(!coordinator.last_update_success());
            assert_eq!(coordinator.last_failure().expect("it failed").to_string(), "no answer");
            assert_eq!((coordinator.data().as_deref(), coordinator.fresh_data()), (Some(&5), None));
        }
        assert_eq!(told.get(), 2, "once for the success, once for the first failure");
        device.fails.set(false);
        coordinator.refresh().await;
        assert_eq!((coordinator.last_update_success(), told.get()), (true, 3));
        assert!(coordinator.last_failure().is_none());
        coordinator.refresh().await;
    });
    let lines = log::lines_with("coordinator `weak signal` ");
    let of = |level| lines.iter().filter(|line| line.0 == level).map(|line| line.1.as_str()).collect::<Vec<_>>();
    assert_eq!(of(Level::ERROR), ["coordinator `weak signal` fails: no answer"]);
    assert_eq!(of(Level::INFO), ["coordinator `weak signal` has recovered"]);
    assert_eq!(of(Level::DEBUG).len(), 2);
}

#[test]
fn an_update_that_panics_is_logged_once_and_the_next_refresh_works() {
    log::keep();
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator =
            Coordinator::builder(&hub, "hot", update.named("ask the stove")).update_interval(INTERVAL).build();
        let (told, _listener) = count_told(&coordinator);
        device.panics.set(true);
        coordinator.refresh().await;
        assert_eq!(
            coordinator.last_failure().expect("it failed").to_string(),
            "the update panicked: the device is on fire"
        );
        sleep(FULL_INTERVAL * 3).await;
        assert_eq!((device.asked.get(), told.get()), (4, 1), "the interval goes on");
        device.panics.set(false);
        coordinator.refresh().await;
        assert_eq!((coordinator.last_update_success(), told.get()), (true, 2));
    });
    let lines = log::lines_with("the update of coordinator `hot`");
    let errors: Vec<_> = lines.iter().filter(|line| line.0 == Level::ERROR).collect();
    assert_eq!(errors.len(), 1, "{lines:?}");
    assert!(errors[0].1.contains(", `ask the stove` (") && errors[0].1.ends_with("panicked: the device is on fire"));
    assert_eq!(log::lines_with("coordinator `hot` has recovered").len(), 1);
}

#[test]
fn a_panic_after_a_failure_is_logged_too() {
    log::keep();
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "going downhill", update).build();
        device.fails.set(true);
        coordinator.refresh().await;
        device.panics.set(true);
        coordinator.refresh().await;
        coordinator.refresh().await;
    });
    let lines = log::lines_with("coordinator `going downhill`");
    assert_eq!(lines.iter().filter(|line| line.0 == Level::ERROR).count(), 2, "{lines:?}");
}

#[test]
fn blocking_updates_run_in_the_executor_and_their_panics_are_failures() {
    log::keep();
    Hub::run(async |hub| {
        let count = std::sync::atomic::AtomicU32::new(0);
        let update = job!(blocking_0, move || -> Result<u32, UpdateFailed> {
            match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => Ok("7".parse()?),
                1 => Ok("seven".parse()?),
                _ => panic!("the library gave up"),
            }
        });
        let coordinator = Coordinator::builder(&hub, "sync library", update).build();
        coordinator.refresh().await;
        assert_eq!(coordinator.data().as_deref(), Some(&7));
        coordinator.refresh().await;
        let failure = coordinator.last_failure().expect("it failed");
        assert!(failure.error().is::<std::num::ParseIntError>());
        coordinator.refresh().await;
        assert!(coordinator.last_failure().expect("it failed").to_string().ends_with("the library gave up"));
    });
    assert_eq!(log::lines_with("the library gave up").len(), 1);
}

#[test]
fn a_timeout_becomes_a_failure_in_words_of_its_own() {
    run_paused(async |hub| {
        let update = job!(coroutine_0, async || -> Result<(), UpdateFailed> {
            let answer = timeout(SECOND * 10, std::future::pending::<std::io::Result<()>>()).await;
            Ok(answer.map_err(|elapsed| UpdateFailed::new(format!("the device sleeps: {elapsed}")))??)
        });
        let coordinator = Coordinator::builder(&hub, "sleeper", update).build();
        coordinator.refresh().await;
        let failure = coordinator.last_failure().expect("it failed");
        assert_eq!(failure.to_string(), "the device sleeps: no result within 10s");
    });
}

#[test]
fn retry_after_replaces_the_interval_once() {
    run_paused(async |hub| {
        let start = Instant::now();
        let asked: Rc<RefCell<Vec<Duration>>> = Rc::default();
        let own = Rc::clone(&asked);
        let update = job!(coroutine_0, async move || {
            own.borrow_mut().push(start.elapsed());
            let busy = UpdateFailed::new("too many requests").retry_after(SECOND * 300);
            if own.borrow().len() == 1 { Err(busy) } else { Ok(()) }
        });
        let coordinator = Coordinator::builder(&hub, "cloud", update).update_interval(INTERVAL).build();
        let _listener = coordinator.add_listener(job!(callback_0, || ()));
        sleep(SECOND * 400).await;
        let pauses: Vec<_> = asked.borrow().windows(2).map(|pair| pair[1].saturating_sub(pair[0]).as_secs()).collect();
        assert_eq!(pauses, [300, 30, 30]);
    });
}

#[test]
fn retry_after_is_ignored_in_the_first_refresh() {
    run_paused(async |hub| {
        let asked = Rc::new(Cell::new(0));
        let own = Rc::clone(&asked);
        let update = job!(coroutine_0, async move || -> Result<(), UpdateFailed> {
            own.set(own.get() + 1);
            Err(UpdateFailed::new("too many requests").retry_after(SECOND * 300))
        });
        let coordinator = Coordinator::builder(&hub, "cloud", update).update_interval(INTERVAL).build();
        let _listener = coordinator.add_listener(job!(callback_0, || ()));
        assert!(coordinator.first_refresh().await.expect_err("it fails").is_not_ready());
        sleep(FULL_INTERVAL).await;
        assert_eq!(asked.get(), 2);
    });
}

#[test]
fn a_pushed_failure_is_logged_and_told_once_until_there_is_data_again() {
    log::keep();
    run_paused(async |hub| {
        let (_, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "push fails", update).build();
        let (told, _listener) = count_told(&coordinator);
        for _ in 0..3 {
            coordinator.set_update_error(std::io::Error::other("the line is cut"));
        }
        assert_eq!((coordinator.last_update_success(), told.get()), (false, 1));
        coordinator.set_updated_data(1);
        assert_eq!((coordinator.last_update_success(), told.get()), (true, 2));
        coordinator.set_update_error(UpdateFailed::new("cut again"));
        assert_eq!(told.get(), 3);
    });
    let lines = log::lines_with("coordinator `push fails` fails: ");
    assert_eq!(lines.iter().filter(|line| line.0 == Level::ERROR).count(), 2, "{lines:?}");
}

#[test]
fn a_comparison_that_panics_counts_as_a_change() {
    struct Moody;
    impl PartialEq for Moody {
        fn eq(&self, _: &Self) -> bool {
            panic!("not today");
        }
    }
    log::keep();
    run_paused(async |hub| {
        let update = job!(coroutine_0, async || Ok(Moody));
        let coordinator = Coordinator::builder(&hub, "moody", update).always_update(false).build();
        let told = Rc::new(Cell::new(0));
        let own = Rc::clone(&told);
        let _listener = coordinator.add_listener(job!(callback_0, move || own.set(own.get() + 1)));
        coordinator.refresh().await;
        coordinator.refresh().await;
        assert_eq!((told.get(), coordinator.last_update_success()), (2, true));
    });
    assert_eq!(log::lines_with("comparing the data of coordinator `moody` panicked: not today").len(), 1);
}

#[test]
fn an_update_that_waits_for_its_own_coordinator_fails() {
    log::keep();
    run_paused(async |hub| {
        let own: Rc<RefCell<Option<Coordinator<u32>>>> = Rc::default();
        let handle = Rc::clone(&own);
        let update = job!(coroutine_0, async move || {
            yield_now().await;
            let coordinator = handle.borrow().clone().expect("it is there");
            coordinator.request_refresh().await;
            Ok(1)
        });
        let coordinator = Coordinator::builder(&hub, "ouroboros", update).build();
        own.replace(Some(coordinator.clone()));
        coordinator.refresh().await;
        assert!(!coordinator.last_update_success());
        coordinator.shutdown();
    });
    assert_eq!(log::lines_with("the update of coordinator `ouroboros` asks for a refresh of the same").len(), 1);
}

#[test]
fn a_first_refresh_that_fails_makes_the_entry_try_again() {
    log::keep();
    run_paused(async |hub| {
        let (device, update) = Device::new();
        device.fails.set(true);
        let entry = station(&hub, &device, update);
        assert_eq!(entry.setup().await, Ok(EntryState::SetupRetry));
        assert_eq!(entry.reason().as_deref(), Some("no answer"));
        device.panics.set(true);
        sleep(SECOND * 6).await;
        assert_eq!(device.asked.get(), 2);
        assert_eq!(entry.reason().as_deref(), Some("the update panicked: the device is on fire"));
        device.fails.set(false);
        device.panics.set(false);
        sleep(SECOND * 11).await;
        assert_eq!(entry.state(), EntryState::Loaded);
    });
    assert_eq!(log::lines_with("coordinator `garden` fails").len(), 0, "the entry has said it");
}

#[test]
fn a_permanent_failure_is_final_in_the_first_refresh_and_later_only_logged() {
    log::keep();
    run_paused(async |hub| {
        let wrong = Rc::new(Cell::new(true));
        let own = Rc::clone(&wrong);
        let setup = job!(coroutine, async move |entry: &Entry<Coordinator<()>>| {
            let own = Rc::clone(&own);
            let update = job!(coroutine_0, async move || {
                if own.get() { Err(UpdateFailed::new("wrong password").permanent()) } else { Ok(()) }
            });
            let coordinator = Coordinator::builder(entry.hub(), "safe", update).entry(entry).build();
            coordinator.first_refresh().await?;
            Ok(coordinator)
        });
        let entry = Entry::new(&hub, "safe", setup);
        assert_eq!(entry.setup().await, Ok(EntryState::SetupError));
        assert_eq!(entry.reason().as_deref(), Some("wrong password"));
        wrong.set(false);
        assert_eq!(entry.reload().await, Ok(EntryState::Loaded));
        wrong.set(true);
        let coordinator = Coordinator::clone(&entry.data().expect("it is loaded"));
        coordinator.refresh().await;
        assert_eq!((entry.state(), coordinator.last_update_success()), (EntryState::Loaded, false));
        // Nor is it set up a second time by a first refresh.
        let refused = coordinator.first_refresh().await.expect_err("the entry is loaded");
        assert!(refused.to_string().ends_with("the set-up of entry `safe`, which is `loaded`"), "{refused}");
        assert!(!refused.is_not_ready());
    });
    assert_eq!(log::lines_with("coordinator `safe` fails: wrong password").len(), 1);
}

#[test]
fn failures_keep_the_error_within() {
    let broken = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
    let failed: UpdateFailed = broken().into();
    assert!(failed.error().is::<std::io::Error>() && !failed.is_permanent());
    let failed: SetupFailed = failed.into();
    assert!(failed.error().is::<std::io::Error>() && failed.is_not_ready());
    let boxed: Box<dyn Error + Send + Sync> = failed.into();
    assert!(boxed.is::<std::io::Error>());
    assert!(!SetupFailed::from(UpdateFailed::new("no").permanent()).is_not_ready());
}

#[test]
fn a_service_that_asks_for_no_pause_is_not_asked_without_a_pause() {
    run_paused(async |hub| {
        let asked = Rc::new(Cell::new(0));
        let own = Rc::clone(&asked);
        let update = job!(coroutine_0, async move || -> Result<(), UpdateFailed> {
            own.set(own.get() + 1);
            assert!(own.get() < 1_000, "it is flooded");
            Err(UpdateFailed::new("busy").retry_after(Duration::ZERO))
        });
        let coordinator = Coordinator::builder(&hub, "busy", update).update_interval(INTERVAL).build();
        let _listener = coordinator.add_listener(job!(callback_0, || ()));
        coordinator.refresh().await;
        sleep(SECOND).await;
        assert!((2..=21).contains(&asked.get()), "{}", asked.get());
    });
}

#[test]
fn an_error_that_panics_when_it_is_printed_does_not_end_the_polling() {
    // Without a log nobody prints it.
    log::keep();
    run_paused(async |hub| {
        let asked = Rc::new(Cell::new(0));
        let own = Rc::clone(&asked);
        let update = job!(coroutine_0, async move || -> Result<(), UpdateFailed> {
            own.set(own.get() + 1);
            Err(Unprintable.into())
        });
        let coordinator = Coordinator::builder(&hub, "unprintable", update).update_interval(INTERVAL).build();
        let _listener = coordinator.add_listener(job!(callback_0, || ()));
        coordinator.refresh().await;
        assert!(!coordinator.last_update_success());
        sleep(FULL_INTERVAL * 3).await;
        assert!(asked.get() >= 4, "{}", asked.get());
    });
}

#[test]
fn the_pause_that_a_failure_asks_for_is_not_that_of_another() {
    run_paused(async |hub| {
        let answers = Rc::new(RefCell::new(vec!["good", "busy", "panics", "busy"]));
        let own = Rc::clone(&answers);
        let update = job!(coroutine_0, async move || match own.borrow_mut().pop() {
            Some("busy") => Err(UpdateFailed::new("busy").retry_after(INTERVAL * 100)),
            Some("panics") => panic!("on purpose"),
            _ => Ok(1),
        });
        let coordinator = Coordinator::builder(&hub, "busy", update).update_interval(INTERVAL).build();
        // The first refresh does not use it, and neither does what comes after.
        coordinator.first_refresh().await.expect_err("it is busy");
        let (told, _listener) = count_told(&coordinator);
        coordinator.refresh().await;
        assert_eq!(answers.borrow().len(), 2);
        sleep(FULL_INTERVAL).await;
        assert_eq!(answers.borrow().len(), 1, "an interval after the panic");
        sleep(INTERVAL * 99).await;
        assert_eq!((answers.borrow().len(), told.get()), (1, 0), "it has asked for a pause");
        sleep(INTERVAL * 12).await;
        assert_eq!((answers.borrow().len(), coordinator.last_update_success()), (0, true));
    });
}

#[test]
fn a_failure_whose_cause_panics_is_one_like_others() {
    log::keep();
    run_paused(async |hub| {
        let asked = Rc::new(Cell::new(0));
        let own = Rc::clone(&asked);
        let update = job!(coroutine_0, async move || {
            own.set(own.get() + 1);
            Err::<u32, _>(UpdateFailed::new(NoCause))
        });
        let coordinator = Coordinator::builder(&hub, "odd failure", update).update_interval(SECOND).build();
        let _listener = count_told(&coordinator);
        sleep(SECOND * 10).await;
        assert!(asked.get() >= 8, "{}", asked.get());
        let setup = job!(coroutine_0, async || Err::<(), _>(SetupFailed::not_ready(NoCause)));
        assert_eq!(Entry::new(&hub, "odd failure", setup).setup().await, Ok(EntryState::SetupRetry));
    });
    assert_eq!(log::lines_with("coordinator `odd failure` fails: no cause").len(), 1);
}

/// An error that has no cause to tell.
#[derive(Debug)]
struct NoCause;

impl std::fmt::Display for NoCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no cause")
    }
}

impl Error for NoCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        panic!("on purpose");
    }
}
