//! The unload of entries: what it undoes, waits for and refuses.

use super::*;

#[test]
fn set_up_it_has_data_and_unloaded_it_has_none() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        let states = states(&entry);
        assert_eq!((entry.state(), entry.data()), (EntryState::NotLoaded, None));
        assert_eq!(entry.setup().await, Ok(EntryState::Loaded));
        assert_eq!(entry.data().as_deref(), Some(&"data"));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(entry.data(), None);
        let all =
            [EntryState::SetupInProgress, EntryState::Loaded, EntryState::UnloadInProgress, EntryState::NotLoaded];
        assert_eq!(*states.borrow(), all);
    });
}

#[test]
fn unload_and_reload_take_back_the_next_try() {
    run_paused(async |hub| {
        let (tries, job) = ready_after(usize::MAX);
        let entry = Entry::new(&hub, "never", job);
        entry.setup().await.expect("it is not loaded");
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        sleep(SECOND * 100).await;
        assert_eq!(tries.borrow().len(), 1);
        entry.setup().await.expect("it is not loaded");
        assert!(entry.setup().await.expect_err("it tries again").to_string().ends_with("reload it to try now"));
        sleep(SECOND * 3).await;
        assert_eq!(entry.reload().await, Ok(EntryState::SetupRetry));
        sleep(SECOND * 4).await;
        assert_eq!(tries.borrow().len(), 3, "5 s from the reload");
        sleep(SECOND * 2).await;
        assert_eq!(tries.borrow().len(), 4);
    });
}

#[test]
fn an_unload_while_a_retry_is_under_way_is_refused_and_after_it_allowed() {
    run_paused(async |hub| {
        let tries = Rc::new(Cell::new(0));
        let own = Rc::clone(&tries);
        let job = job!(coroutine_0, async move || -> Result<(), SetupFailed> {
            own.set(own.get() + 1);
            sleep(SECOND * 2).await;
            Err(SetupFailed::not_ready("slow and down"))
        });
        let entry = Entry::new(&hub, "slow", job);
        entry.setup().await.expect("it is not loaded");
        sleep(SECOND * 6).await;
        assert_eq!((tries.get(), entry.state()), (2, EntryState::SetupInProgress));
        let refused = entry.unload().await.expect_err("it is being set up");
        assert_eq!(refused.to_string(), "the unload of entry `slow` is not allowed: its state is `set-up in progress`");
        sleep(SECOND * 2).await;
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        sleep(SECOND * 100).await;
        assert_eq!(tries.get(), 2);
    });
}

#[test]
fn the_stop_takes_back_the_next_try_and_does_not_unload() {
    let (ended, tries) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
    run_paused(async |hub| {
        let (own_ended, own_tries) = (Rc::clone(&ended), Rc::clone(&tries));
        let never = Entry::new(
            &hub,
            "never",
            job!(coroutine_0, async move || -> Result<(), SetupFailed> {
                own_tries.set(own_tries.get() + 1);
                Err(SetupFailed::not_ready("down"))
            }),
        );
        never.setup().await.expect("it is not loaded");
        let loaded = ready(&hub);
        loaded.setup().await.expect("it is not loaded");
        loaded.on_unload(job!(callback_0, move || own_ended.set(true)));
        hub.stop().await;
        sleep(SECOND * 100).await;
        assert_eq!((never.state(), loaded.state()), (EntryState::SetupRetry, EntryState::Loaded));
    });
    assert_eq!((ended.get(), tries.get()), (false, 1));
}

#[test]
fn on_unload_runs_last_in_first_out_and_one_that_fails_skips_none() {
    log::keep();
    run_paused(async |hub| {
        let (entry, notes) = (ready(&hub), Notes::default());
        entry.setup().await.expect("it is not loaded");
        for name in ["first", "second"] {
            let own = Rc::clone(&notes);
            entry.on_unload(job!(callback_0, move || note(&own, name)));
        }
        entry.on_unload(job!(callback_0, || panic!("cannot be undone")).named("stubborn"));
        let own = Rc::clone(&notes);
        entry.on_unload(job!(coroutine_0, async move || {
            note(&own, "coroutine begins");
            sleep(SECOND).await;
            note(&own, "coroutine ends");
        }));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(*notes.borrow(), ["coroutine begins", "second", "first", "coroutine ends"]);
        assert_eq!(log::lines_with("callback `stubborn` (").len(), 1);
    });
}

#[test]
fn on_unload_runs_once_and_not_at_the_second_reload() {
    run_paused(async |hub| {
        let (entry, count) = (ready(&hub), Rc::new(Cell::new(0)));
        entry.setup().await.expect("it is not loaded");
        let own = Rc::clone(&count);
        entry.on_unload(job!(callback_0, move || own.set(own.get() + 1)));
        entry.reload().await.expect("it is loaded");
        entry.reload().await.expect("it is loaded");
        assert_eq!(count.get(), 1);
    });
}

#[test]
fn an_unload_cancels_background_tasks_first_and_waits_for_tasks() {
    run_paused(async |hub| {
        let (entry, notes) = (ready(&hub), Notes::default());
        entry.setup().await.expect("it is not loaded");
        let own = Rc::clone(&notes);
        let task = entry.create_task(async move {
            sleep(SECOND * 3).await;
            note(&own, "task ends");
        });
        let own = Rc::clone(&notes);
        let cleanup = OnDrop(move || note(&own, "background task cancelled"));
        let background = entry.create_background_task("poll", async move {
            let _cleanup = cleanup;
            std::future::pending::<()>().await;
        });
        let begun = Instant::now();
        entry.unload().await.expect("it is loaded");
        assert_eq!(*notes.borrow(), ["background task cancelled", "task ends"]);
        assert_eq!((task.await, background.await), (Ok(()), Err(Cancelled)));
        assert!(begun.elapsed() < SECOND * 4);
    });
}

#[test]
fn an_unload_waits_ten_seconds_and_then_names_what_is_left() {
    log::keep();
    run_paused(async |hub| {
        let entry = ready(&hub);
        entry.setup().await.expect("it is not loaded");
        let slow = entry.create_task(sleep(SECOND * 60));
        entry.on_unload(job!(coroutine_0, async || std::future::pending().await).named("farewell without end"));
        let begun = Instant::now();
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert!((SECOND * 10..SECOND * 11).contains(&begun.elapsed()));
        assert_eq!(slow.await, Ok(()), "it runs on");
    });
    let lines = log::lines_with("without waiting any longer (10s) for `farewell without end` (");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.contains("`tokio::time::sleep::Sleep`"), "{lines:?}");
}

#[test]
fn a_task_of_the_entry_may_unload_or_reload_it() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        entry.setup().await.expect("it is not loaded");
        let begun = Instant::now();
        let own = entry.clone();
        let reloads = entry.create_task(async move {
            yield_now().await;
            own.reload().await
        });
        assert_eq!(reloads.await, Ok(Ok(EntryState::Loaded)));
        let own = entry.clone();
        entry.on_unload(job!(coroutine_0, async || sleep(SECOND).await));
        let background = entry.create_background_task("unloads", async move { own.unload().await });
        assert_eq!(background.await, Err(Cancelled));
        // The unload goes on although the task that asked for it is gone.
        hub.block_till_done().await;
        assert_eq!(entry.state(), EntryState::NotLoaded);
        assert!(begun.elapsed() < SECOND * 2, "nobody waits for who waits");
    });
}

#[test]
fn late_work_on_an_unloaded_entry_is_refused() {
    log::keep();
    run_paused(async |hub| {
        let entry = ready(&hub);
        let begun = Rc::new(Cell::new(false));
        let own = Rc::clone(&begun);
        let task = entry.create_background_task("too late", async move { own.set(true) });
        assert_eq!(task.await, Err(Cancelled));
        entry.setup().await.expect("it is not loaded");
        entry.unload().await.expect("it is loaded");
        let own = Rc::clone(&begun);
        assert_eq!(entry.create_task(async move { own.set(true) }).await, Err(Cancelled));
        assert!(!begun.get());
    });
    let lines = log::lines_with("task `too late` of entry");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, Level::WARN);
}

#[test]
fn an_unload_job_that_says_no_leaves_all_as_it_is() {
    log::keep();
    run_paused(async |hub| {
        let undone = Rc::new(Cell::new(false));
        let own = Rc::clone(&undone);
        let entry = ready(&hub).unload_with(job!(coroutine_0, async || false).named("bolted"));
        entry.setup().await.expect("it is not loaded");
        entry.on_unload(job!(callback_0, move || own.set(true)));
        assert_eq!(entry.unload().await, Ok(EntryState::FailedUnload));
        assert_eq!((undone.get(), entry.data().is_some()), (false, true));
        for refused in [entry.setup().await, entry.unload().await, entry.reload().await] {
            assert_eq!(refused.expect_err("it cannot").state(), EntryState::FailedUnload);
        }
    });
    assert_eq!(log::lines_with("unload job `bolted` (").len(), 1);
}

#[test]
fn an_unload_job_that_panics_is_logged_once() {
    log::keep();
    run_paused(async |hub| {
        let job = job!(coroutine_0, async || -> bool { panic!("the bolt is stuck") });
        let entry = ready(&hub).unload_with(job);
        entry.setup().await.expect("it is not loaded");
        assert_eq!(entry.unload().await, Ok(EntryState::FailedUnload));
        assert_eq!(entry.reason().as_deref(), Some("the unload panicked: the bolt is stuck"));
    });
    assert_eq!(log::lines_with("the bolt is stuck").len(), 1);
}

#[test]
fn an_unload_of_what_is_not_loaded_calls_no_job() {
    run_paused(async |hub| {
        let entry = ready(&hub).unload_with(job!(coroutine_0, async || -> bool { panic!("it is not loaded") }));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        let (_, job) = ready_after(usize::MAX);
        let job2 = job!(coroutine_0, async || -> bool { panic!("it is not loaded") });
        let entry = Entry::new(&hub, "failed", job).unload_with(job2);
        entry.setup().await.expect("it is not loaded");
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
    });
}

#[test]
fn a_setup_or_unload_that_waits_for_its_own_entry_is_refused() {
    run_paused(async |hub| {
        let refused: Rc<RefCell<Vec<OperationNotAllowed>>> = Rc::default();
        let own = Rc::clone(&refused);
        let setup = job!(coroutine, async move |entry: &Entry<()>| {
            let refused = entry.reload().await.expect_err("it is this");
            own.borrow_mut().push(refused);
            Ok(())
        });
        let own = Rc::clone(&refused);
        let unload = job!(coroutine, async move |entry: &Entry<()>| {
            yield_now().await;
            let refused = entry.reload().await.expect_err("it is this");
            own.borrow_mut().push(refused);
            true
        });
        let entry = Entry::new(&hub, "self", setup).unload_with(unload);
        assert_eq!(entry.setup().await, Ok(EntryState::Loaded));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(refused.borrow().len(), 2);
        assert!(
            refused.borrow()[0]
                .to_string()
                .ends_with("it would wait for the very job that asks for it; make a task of it")
        );
    });
}

#[test]
fn an_entry_that_is_set_up_needs_no_handle_and_one_that_is_unloaded_is_freed() {
    let held = Rc::new(());
    run_paused(async |hub| {
        let kept = Rc::clone(&held);
        let entry = Entry::new(&hub, "freed", job!(coroutine_0, async move || Ok(Rc::clone(&kept))));
        entry.setup().await.expect("it is not loaded");
        entry.unload().await.expect("it is loaded");
        drop(entry);
        yield_now().await;
        assert_eq!(Rc::strong_count(&held), 1);

        let (tries, job) = ready_after(1);
        let entry = Entry::new(&hub, "alone", job);
        entry.setup().await.expect("it is not loaded");
        drop(entry);
        sleep(SECOND * 10).await;
        assert_eq!(tries.borrow().len(), 2);

        let kept = Rc::clone(&held);
        let entry = Entry::new(&hub, "until the end", job!(coroutine_0, async move || Ok(Rc::clone(&kept))));
        entry.setup().await.expect("it is not loaded");
    });
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn data_whose_destructor_panics_does_not_stop_the_unload() {
    log::keep();
    run_paused(async |hub| {
        let job = job!(coroutine_0, async || Ok(OnDrop(|| panic!("sour milk"))));
        let entry = Entry::new(&hub, "dairy", job);
        entry.setup().await.expect("it is not loaded");
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
    });
    let lines = log::lines_with("sour milk");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.contains("the data of entry `dairy`"), "{lines:?}");
}

#[test]
fn what_a_task_gives_to_the_entry_during_the_unload_is_undone_too() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        entry.setup().await.expect("it is not loaded");
        let own = entry.clone();
        entry.create_task(async move {
            sleep(SECOND).await;
            own.on_unload(own.hub().bus().listen(&DOOR, job!(callback_0, || ())));
        });
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(hub.bus().listener_count(&DOOR), 0);
    });
}

#[test]
fn background_work_begun_while_the_unload_job_runs_goes_on_if_that_says_no() {
    run_paused(async |hub| {
        let slow_no = job!(coroutine_0, async || {
            sleep(SECOND * 5).await;
            false
        });
        let entry = ready(&hub).unload_with(slow_no);
        entry.setup().await.expect("it is not loaded");
        let unload = hub.create_task(entry.unload());
        sleep(SECOND).await;
        let begun = entry.create_background_task("begun meanwhile", sleep(SECOND * 60));
        assert_eq!(unload.await, Ok(Ok(EntryState::FailedUnload)));
        assert_eq!(begun.await, Ok(()));
    });
}

#[test]
fn an_on_unload_that_gives_itself_again_without_end_is_left() {
    fn again(entry: &Entry<&'static str>, runs: &Rc<Cell<u32>>) {
        let (own, runs) = (entry.clone(), Rc::clone(runs));
        entry.on_unload(job!(callback_0, move || {
            runs.set(runs.get() + 1);
            again(&own, &runs);
        }));
    }
    run_paused(async |hub| {
        let (entry, runs) = (ready(&hub), Rc::new(Cell::new(0)));
        entry.setup().await.expect("it is not loaded");
        again(&entry, &runs);
        // The clock stands still while there is something to do.
        let clock = hub.create_background_task("clock", async {
            loop {
                tokio::time::advance(SECOND).await;
            }
        });
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        clock.cancel();
        let at_end = runs.get();
        assert!(at_end > 1);
        assert_eq!((entry.unload().await, runs.get()), (Ok(EntryState::NotLoaded), at_end));
    });
}

#[test]
fn what_is_given_to_an_entry_after_its_unload_is_undone_at_once() {
    log::keep();
    run_paused(async |hub| {
        let entry = ready(&hub);
        let undone = Rc::new(Cell::new(0));
        let undo = |name: &'static str| {
            let own = Rc::clone(&undone);
            job!(callback_0, move || own.set(own.get() + 1)).named(name)
        };
        entry.on_unload(undo("in time"));
        entry.setup().await.expect("it is not loaded");
        assert_eq!(undone.get(), 0);
        // Of the hub, so the unload does not wait for it.
        let (own, late) = (entry.clone(), undo("an hour late"));
        let connects = hub.create_task(async move {
            sleep(SECOND).await;
            own.on_unload(late);
            own.on_unload(own.hub().bus().listen(&DOOR, job!(callback_0, || ())));
        });
        entry.unload().await.expect("it is loaded");
        assert_eq!(undone.get(), 1);
        connects.await.expect("nobody cancels it");
        assert_eq!((undone.get(), hub.bus().listener_count(&DOOR)), (2, 0));
        // In the next life all is as in the first.
        entry.setup().await.expect("it is not loaded");
        entry.on_unload(undo("in time"));
        assert_eq!(undone.get(), 2);
        entry.unload().await.expect("it is loaded");
        assert_eq!(undone.get(), 3);
    });
    let lines = log::lines_with("an hour late");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, Level::WARN);
}

#[test]
fn an_on_unload_job_that_waits_for_its_entry_is_refused() {
    run_paused(async |hub| {
        let outcomes: Rc<RefCell<Vec<_>>> = Rc::default();
        let entry = Entry::new(&hub, "turns round", job!(coroutine_0, async || Ok(())));
        entry.setup().await.expect("it is not loaded");
        for later in [false, true] {
            let (own, outcomes) = (entry.clone(), Rc::clone(&outcomes));
            let reloads = job!(coroutine_0, async move || {
                if later {
                    sleep(SECOND).await;
                }
                let outcome = own.reload().await.map_err(|error| error.to_string());
                outcomes.borrow_mut().push(outcome);
            });
            entry.on_unload(reloads);
        }
        // A task of its own is none of the unload's.
        let own = entry.clone();
        entry.on_unload(job!(callback_0, move || drop(own.hub().create_task(own.reload()))));
        let begun = Instant::now();
        entry.unload().await.expect("it is loaded");
        assert_eq!(begun.elapsed().as_secs(), 1);
        for outcome in outcomes.take() {
            assert!(outcome.expect_err("it would wait for itself").contains("the very job that asks for it"));
        }
        sleep(SECOND).await;
        assert_eq!(entry.state(), EntryState::Loaded, "the reload came after the unload");
    });
}
