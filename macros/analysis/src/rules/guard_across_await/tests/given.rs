//! What gives guards: blocks, branches, functions, and what is made of a guard.

use super::check;
use crate::testing::{Kind, check_file, findings_in};

#[test]
fn blocks_and_branches_give_guards() {
    check("let n = match hub.state.lock() { Ok(state) => state.len(), Err(_) => 0 }; send(n).await;");
    check("let n = { let state = hub.state.lock().unwrap(); state.len() }; send(n).await;");
    check("let n = if quick { hub.state.lock().unwrap().len() } else { 0 }; send(n).await;");
    check("if let Ok(state) = hub.state.try_lock() { work(state); } else { send(1).await; }");
    check("match hub.state.try_lock() { Ok(state) => work(state), Err(_) => send(1).await }");
    check("match fast.try_lock() { Some(fast) => work(fast), None => send(1).await }");
    check("let Ok(state) = hub.state.try_lock() else { send(1).await; return 1 }; drop(state);");
    for give in [
        "match hub.state.lock() { Ok(state) => state, Err(poisoned) => poisoned.into_inner() }",
        "if quick { hub.state.lock().unwrap() } else { hub.other.lock().unwrap() }",
        "{ hub.state.lock().unwrap() }",
        "{ let inner = hub.state.lock().unwrap(); inner }",
        "hub.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)",
        "hub.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())",
        "hub.state.lock().ok()?",
        "hub.state.lock().map_err(|_| 1)?",
        "hub.state.lock().expect(\"not poisoned\")",
        "match hub.state.lock() { Ok(state) => state, Err(_) => return 1 }",
        "if let Ok(inner) = hub.state.lock() { inner } else { return 1 }",
        "std::sync::Mutex::lock(&hub.state).unwrap()",
        "dbg!(hub.state.lock().unwrap())",
        "unsafe { hub.state.lock().unwrap_unchecked() }",
        "std::sync::MutexGuard::map(hub.state.lock().unwrap(), |all| all)",
    ] {
        check(&format!(
            "
            let state = {give};
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
            "
        ));
    }
    check(
        "
            let condvar = std::sync::Condvar::new();
            #[onloop::allow(blocking_call, reason = \"is notified by now\")]
            let state = condvar.wait(hub.state.lock().unwrap()).unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
}

#[test]
fn what_a_guard_is_made_into_is_one() {
    check("let fast = fast.lock(); let part = parking_lot::MutexGuard::map(fast, |n| n); drop(part); send(1).await;");
    check("let mut fast = fast.lock(); parking_lot::MutexGuard::unlocked(&mut fast, || 1); drop(fast); send(1).await;");
    check("let cache = hub.cache.borrow(); std::mem::forget(cache); send(1).await;");
    check("let cache = std::mem::ManuallyDrop::new(hub.cache.borrow()); send(1).await;");
    check(
        "
            use parking_lot::RwLockWriteGuard;
            use std::cell::{Ref, RefMut};
            let first = Ref::map(hub.cache.borrow(), |all| &all[0]);
              //^^^^^ `first` is the borrow of a `RefCell` and is alive across the `.await` of `send(..)`
            let (a, b) = RefMut::map_split(hub.shelf.borrow_mut(), |all| all.split_at_mut(1));
                  //^ `b` is the borrow of a `RefCell` and is alive across the `.await` of `send(..)`
            drop(a);
            let read = RwLockWriteGuard::downgrade(quick_table.write());
              //^^^^ `read` is the guard of a `parking_lot` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
}

#[test]
fn temporaries_are_extended_by_let() {
    check("let n = hub.state.lock().unwrap().n; send(n).await;");
    check("let all = &hub.state.lock().unwrap().clone(); send(all.len()).await;");
    check("let n = *hub.state.lock().unwrap(); send(n).await;");
    check("{ let all = &*hub.state.lock().unwrap(); work(all); } send(1).await;");
    check("let n = count(&hub.state.lock().unwrap()); send(n).await;");
    check(
        "
            let n = &mut hub.state.lock().unwrap().n;
                                 //^^^^ this is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            let all = &*table.read().unwrap();
                            //^^^^ this is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            let part = &hub.cache.borrow().list[1..];
                                //^^^^^^ this is the borrow of a `RefCell` and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
}

#[test]
fn own_functions_and_parameters_give_guards() {
    let own = |body: &str| {
        let text = format!(
            "
            use std::sync::{{Mutex, MutexGuard}};
            use std::cell::{{Ref, RefCell}};
            struct Hub {{ state: Mutex<u32>, cache: RefCell<Vec<u32>> }}
            impl Hub {{
                fn guard(&self) -> MutexGuard<'_, u32> {{ self.state.lock().unwrap() }}
                fn try_guard(&self) -> Option<MutexGuard<'_, u32>> {{ self.state.lock().ok() }}
                fn cached(&self) -> Ref<'_, Vec<u32>> {{ self.cache.borrow() }}
                fn same<'a>(&self, guard: &'a MutexGuard<'a, u32>) -> &'a MutexGuard<'a, u32> {{ guard }}
                async fn later(&self) -> u32 {{ 1 }}
            }}
            fn locked(hub: &Hub) -> MutexGuard<'_, u32> {{ hub.guard() }}
            {body}
            "
        );
        check_file(Kind::Coroutine, &text);
    };
    own("async fn poll(hub: &Hub) { let n = *hub.guard(); hub.later().await; }");
    own("async fn poll(hub: &Hub) { let guard = locked(hub); drop(guard); hub.later().await; }");
    own("async fn poll(guard: &MutexGuard<'_, u32>) { let other = guard; hub.later().await; }");
    own("async fn poll(guard: MutexGuard<'_, u32>) { drop(guard); later().await; }");
    own("async fn poll(hub: &Hub, guard: Option<&MutexGuard<'_, u32>>) { hub.later().await; }");
    own("
            async fn poll(hub: &Hub) {
                let guard = hub.guard();
                  //^^^^^ `guard` is the guard of a `std` lock and is alive across the `.await` of `hub.later(..)`
                let other = locked(hub);
                  //^^^^^ `other` is the guard of a `std` lock and is alive across the `.await` of `hub.later(..)`
                let Some(third) = hub.try_guard() else { return };
                       //^^^^^ `third` is the guard of a `std` lock and is alive across the `.await` of `hub.later(..)`
                hub.later().await;
            }
        ");
    own(
        "
            async fn poll(hub: &Hub) {
                for n in hub.cached().iter() { hub.later().await; }
                           //^^^^^^ this is the borrow of a `RefCell` and is alive across the `.await` of `hub.later(..)`
            }
        ",
    );
    own(
        "
            async fn poll(hub: &Hub, guard: MutexGuard<'_, u32>) {
                                   //^^^^^ `guard` is the guard of a `std` lock and is alive across the `.await` of `hub.later(..)`
                hub.later().await;
            }
        ",
    );
    own("
            async fn poll(hub: &Hub) {
                let guard: MutexGuard<'_, u32> = registry().pick();
                  //^^^^^ `guard` is the guard of a `std` lock and is alive across the `.await` of `hub.later(..)`
                hub.later().await;
            }
        ");
}

#[test]
fn the_edition_says_how_long_temporaries_live() {
    let body = "
        async fn poll(cache: &std::cell::RefCell<Vec<u32>>) {
            if let Some(n) = cache.borrow().first() { work(n); } else { send(1).await; }
        }";
    check_file(Kind::Coroutine, body);
    assert_eq!(findings_2021(body), 1);
    let body = "
        async fn poll(cache: &std::cell::RefCell<Vec<u32>>) {
            let n = { cache.borrow().len() } + send(1).await;
        }";
    check_file(Kind::Coroutine, body);
    assert_eq!(findings_2021(body), 1);
    // What takes the guard over drops it at its end in each edition.
    let body = "
        async fn poll(state: &std::sync::Mutex<Vec<u32>>) {
            if let Ok(state) = state.lock() { work(&state); } else { send(1).await; }
            let n = if quick { state.lock().unwrap().len() } else { 0 } + send(1).await;
        }";
    check_file(Kind::Coroutine, body);
    assert_eq!(findings_2021(body), 0);
}

fn findings_2021(text: &str) -> usize {
    let file = "house_2021/src/lib.rs";
    findings_in(Kind::Coroutine, "", file, vec![(file, text.to_owned())]).len()
}

#[test]
fn locks_that_spin_have_guards() {
    check_file(
        Kind::Coroutine,
        "
        use spin::{Mutex, RwLock};
        struct Store { rows: Mutex<Vec<u32>>, names: RwLock<Vec<String>> }
        async fn poll(store: &Store) {
            let rows = store.rows.lock();
              //^^^^ `rows` is the guard of a `spin` lock and is alive across the `.await` of `tick(..)`
            tick().await;
            drop(rows);
            let names = store.names.read();
            drop(names);
            let n = store.rows.lock().len();
            tick().await;
        }
        ",
    );
}

#[test]
fn a_watch_channel_is_not_borrowed_across_await() {
    let count = |body: &str| {
        let text = format!(
            "use tokio::sync::watch;
            struct Pool {{ peers: watch::Receiver<Vec<u32>>, level: watch::Sender<u32> }}
            async fn poll(pool: &mut Pool) {{ {body} }}"
        );
        crate::testing::findings_of(crate::Kind::Coroutine, &text).len()
    };
    for body in [
        "let peers = pool.peers.borrow(); send(&peers).await;",
        "for peer in pool.peers.borrow().iter() { send(peer).await; }",
        "while pool.peers.changed().await.is_ok() { let peers = pool.peers.borrow_and_update(); send(&peers).await; }",
        "let level = pool.level.borrow(); send(*level).await;",
    ] {
        assert_eq!(count(body), 1, "{body}");
    }
    for body in [
        "let peers = pool.peers.borrow().clone(); send(&peers).await;",
        "let level = *pool.level.borrow(); send(level).await;",
        "if pool.peers.borrow().is_empty() { return; } send(1).await;",
    ] {
        assert_eq!(count(body), 0, "{body}");
    }
}

#[test]
fn a_word_in_a_text_captures_nothing() {
    check(
        "let state = hub.state.lock().unwrap(); *slot = Some(spawn(async move { send(1).await; log(\"the state: none\"); }));",
    );
}
