//! What entries, coordinators and debouncers keep of their users, which may hold them in turn: it goes when nobody can
//! need it any more, and with the hub at the latest.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use onloop::{Coordinator, Debouncer, Entry, EntryState, Hub, SetupFailed};
use tokio::time::sleep;

use crate::hub::{OnDrop, run_paused};

const SECOND: Duration = Duration::from_secs(1);

/// Something that is to be freed.
type Held = Rc<()>;

/// How much of it is left.
fn left(held: &Held) -> usize {
    Rc::strong_count(held) - 1
}

#[test]
fn an_entry_that_failed_for_good_goes_with_its_last_handle() {
    let held = Held::default();
    run_paused(async |hub| {
        for panics in [false, true] {
            let own = Rc::clone(&held);
            let setup = job!(coroutine_0, async move || {
                let _ = &own;
                assert!(!panics, "on purpose");
                Err::<(), _>(SetupFailed::new("wrong password"))
            });
            assert_eq!(Entry::new(&hub, "wrong", setup).setup().await, Ok(EntryState::SetupError));
            sleep(SECOND).await;
            assert_eq!(left(&held), 0);
        }
    });
}

#[test]
fn an_entry_that_is_set_up_or_tries_again_needs_no_handle() {
    let held = Held::default();
    run_paused(async |hub| {
        for ready in [false, true] {
            let own = Rc::clone(&held);
            let setup = job!(coroutine_0, async move || {
                let _ = &own;
                if ready { Ok(()) } else { Err(SetupFailed::not_ready("no answer")) }
            });
            let _ = Entry::new(&hub, "kept", setup).setup().await;
            sleep(SECOND * 1000).await;
        }
        assert_eq!(left(&held), 2);
    });
    assert_eq!(left(&held), 0);
}

/// Data that has the entry it is of.
struct Client {
    entry: RefCell<Option<Entry<Client>>>,
    #[expect(dead_code, reason = "it is there to be dropped")]
    last: OnDrop<Box<dyn FnMut()>>,
}

#[test]
fn data_that_holds_its_entry_is_dropped_once() {
    let closed = Rc::new(Cell::new(0));
    let own = Rc::clone(&closed);
    let entry = run_paused(async |hub| {
        let setup = job!(coroutine, async move |entry: &Entry<Client>| {
            let closed = Rc::clone(&own);
            let last = OnDrop(Box::new(move || closed.set(closed.get() + 1)) as Box<dyn FnMut()>);
            Ok(Client { entry: RefCell::new(Some(entry.clone())), last })
        });
        let entry = Entry::new(&hub, "client", setup);
        entry.setup().await.expect("it is ready");
        assert!(entry.data().is_some_and(|client| client.entry.borrow().is_some()));
        entry
    });
    assert_eq!(closed.get(), 1);
    assert!(entry.data().is_none());
}

#[test]
fn jobs_that_hold_what_they_belong_to_go_with_the_hub() {
    let held = Held::default();
    let hub = run_paused(async |hub| {
        // One that was never set up, one that was unloaded.
        for unloaded in [false, true] {
            let entry: Entry<()> = Entry::new(&hub, "listens to itself", job!(coroutine_0, async || Ok(())));
            if unloaded {
                entry.setup().await.expect("it is ready");
                entry.unload().await.expect("it is loaded");
            }
            let (own, at) = (Rc::clone(&held), entry.clone());
            let keeps = move || {
                let _ = (&own, &at);
            };
            if !unloaded {
                entry.on_unload(job!(callback_0, keeps.clone()));
            }
            entry.on_state_change(job!(callback_0, keeps)).detach();
        }
        let (own, cell) = (Rc::clone(&held), Rc::new(RefCell::new(None)));
        let at = Rc::clone(&cell);
        let asks = job!(callback_0, move || {
            let _ = (&own, &at);
        });
        *cell.borrow_mut() = Some(Debouncer::new(&hub, SECOND, asks));

        let coordinator = Coordinator::builder(&hub, "told", job!(coroutine_0, async || Ok(1))).build();
        let (own, at) = (Rc::clone(&held), coordinator.clone());
        let told = job!(callback_0, move || {
            let _ = (&own, &at);
        });
        coordinator.add_listener(told).detach();
        hub
    });
    assert_eq!(left(&held), 0);
    drop(hub);
}

#[test]
fn parts_that_come_and_go_leave_nothing_behind() {
    Hub::run(async |hub| {
        let before = allocation_counter::measure(|| {
            for _ in 0..10_000 {
                drop(Debouncer::new(&hub, SECOND, job!(callback_0, || ())));
            }
        });
        assert!(before.bytes_current < 4_096, "{before:?}");
    });
}
