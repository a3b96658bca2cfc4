mod given;

use crate::testing::{Kind, check_file};

fn check(body: &str) {
    let text = format!(
        "
        use std::sync::{{Arc, Mutex, RwLock}};
        use std::cell::RefCell;
        struct Hub {{ state: Mutex<Vec<u32>>, other: Mutex<Vec<u32>>, soft_side: Mutex<u32>, cache: RefCell<Vec<u32>>, shelf: RefCell<Vec<u32>>, slot: Mutex<Option<u32>>, soft: tokio::sync::Mutex<u32> }}
        impl Hub {{ fn peek(&self) -> u32 {{ 1 }} }}

        async fn poll(hub: Arc<Hub>, table: &RwLock<u32>, fast: parking_lot::Mutex<u32>, quick_table: parking_lot::RwLock<u32>) -> u32 {{{body}}}
        "
    );
    check_file(Kind::Coroutine, &text);
}

#[test]
fn a_variable_lives_to_the_end_of_its_block() {
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(state.len()).await;
            let (mut table) = table.write().unwrap();
                   //^^^^^ `table` is the guard of a `std` lock and is alive across the `.await` of `task`
            let fast = fast.lock();
              //^^^^ `fast` is the guard of a `parking_lot` lock and is alive across the `.await` of `task`
            task.await;
        ",
    );
    check("{ let state = hub.state.lock().unwrap(); use_it(&state); } send(1).await;");
    check("let soft = hub.soft.lock().await; send(1).await;");
    check("let first = { hub.state.lock().unwrap().first().copied() }; send(first).await;");
}

#[test]
fn a_shared_cell_stays_one_when_it_is_cloned() {
    check_file(
        Kind::Coroutine,
        "
        use std::{cell::RefCell, rc::Rc};
        async fn poll(state: Rc<RefCell<Vec<u8>>>) {
            let task = tokio::task::spawn_local({
                let state = state.clone();
                async move {
                    let held = state.borrow();
                      //^^^^ `held` is the borrow of a `RefCell` and is alive across the `.await` of `tick(..)`
                    tick().await;
                }
            });
            let taken = state.take();
            tick().await;
        }
        ",
    );
}

#[test]
fn statics_are_locked() {
    check_file(
        Kind::Coroutine,
        "
        use std::sync::{Mutex, OnceLock};
        static SEEN: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
        mod state { pub static NAMES: parking_lot::RwLock<Vec<u8>> = parking_lot::const_rwlock(Vec::new()); }
        async fn poll() {
            let names = state::NAMES.read();
              //^^^^^ `names` is the guard of a `parking_lot` lock and is alive across the `.await` of `tick(..)`
            tick().await;
            let seen = SEEN.get_or_init(Default::default).lock().unwrap();
              //^^^^ `seen` is the guard of a `std` lock and is alive across the `.await` of `tick(..)`
            tick().await;
        }
        ",
    );
}

#[test]
fn it_ends_where_it_is_moved() {
    check("let state = hub.state.lock().unwrap(); drop(state); send(1).await;");
    check("let state = hub.state.lock().unwrap(); let n = summarise(state); send(n).await;");
    check(
        "
            let state = hub.state.lock().unwrap();
            let other = state;
              //^^^^^ `other` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
}

#[test]
fn branches_are_judged_one_by_one() {
    check(
        "
            let state = hub.state.lock().unwrap();
            match state.first() {
                Some(_) => { drop(state); send(1).await }
                None => { drop(state); send(2).await }
            }
        ",
    );
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            if quick { drop(state); return 1; }
            send(2).await;
        ",
    );
    check("let state = hub.state.lock().unwrap(); if quick { drop(state); } else { return 1; } send(2).await;");
    check("let state = hub.state.lock().unwrap(); if quick { drop(state) } else { drop(state) } send(2).await;");
    check("let state = hub.state.lock().unwrap(); if quick { return 1; } else { return 2; }");
}

#[test]
fn temporaries_live_to_the_end_of_the_statement() {
    check(
        "
            send(hub.state.lock().unwrap().len()).await;
                         //^^^^ this is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            if let Some(n) = hub.cache.borrow().first() { send(n).await; }
                                     //^^^^^^ this is the borrow of a `RefCell` and is alive across the `.await` of `send(..)`
            for n in hub.state.lock().unwrap().iter() { send(n).await; }
                             //^^^^ this is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            while let Some(n) = hub.state.lock().unwrap().pop() { send(n).await; }
                                        //^^^^ this is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            match hub.state.lock().unwrap().len() { 0 => 1, n => send(n).await }
                          //^^^^ this is the guard of a `std` lock and is alive across the `.await` of `send(..)`
        ",
    );
    check("let n = hub.state.lock().unwrap().len(); send(n).await;");
    check("if hub.state.lock().unwrap().is_empty() { send(1).await; }");
    check("while hub.cache.borrow().is_empty() { send(1).await; }");
    check("hub.cache.borrow_mut().push(send(1).await);".replace("send(1).await", "1").as_str());
}

#[test]
fn patterns_take_the_guard() {
    check("if let Ok(state) = hub.state.lock() { drop(state); send(1).await; }");
    check(
        "
            if let Ok(state) = hub.state.try_lock() { send(1).await; }
                    //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            let Ok(cache) = hub.cache.try_borrow() else { return 1 };
                 //^^^^^ `cache` is the borrow of a `RefCell` and is alive across the `.await` of `join!(..)`
            tokio::join!(a, b);
        ",
    );
}

#[test]
fn what_is_taken_out_is_no_guard() {
    check("let state = hub.state.lock().unwrap().clone(); send(state.len()).await;");
    check("let cache = hub.cache.borrow().to_owned(); send(1).await;");
    check("let slot = hub.slot.lock().unwrap().take().expect(\"full\"); send(1).await;");
    check("let state = hub.state.lock().unwrap(); let r = &state; let n = r.len(); drop(state); send(n).await;");
    check("let state = hub.state.lock(); let n = state.unwrap().len(); send(n).await;");
}

#[test]
fn what_is_stored_goes_with_what_holds_it() {
    check("let state = hub.state.lock().unwrap(); let pair = (state, 1); drop(pair); send(1).await;");
    check("let state = hub.state.lock().unwrap(); let own = Own { state }; drop(own); send(1).await;");
    check("let state = hub.state.lock().unwrap(); { state }; send(1).await;");
    check("let mut held = Some(hub.state.lock().unwrap()); held = None; send(1).await;");
    check("let mut held = Some(hub.state.lock().unwrap()); drop(held.take()); send(1).await;");
    check("let mut held = Some(hub.state.lock().unwrap()); release(&mut held); send(1).await;");
    check("let own = Own { state: hub.state.lock().unwrap() }; own.finish(); send(1).await;");
    check("let own = Own { state: hub.state.lock().unwrap() }; drop(own.state); send(1).await;");
    check("let mut all = vec![hub.state.lock().unwrap()]; all.clear(); send(1).await;");
    check("let (n, _) = (1, hub.state.lock().unwrap()); send(1).await;");
    check(
        "
            let pair = (hub.state.lock().unwrap(), 1);
              //^^^^ `pair.0` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            let own = Own { state: fast.lock(), n: 1 };
              //^^^ `own.state` is the guard of a `parking_lot` lock and is alive across the `.await` of `send(..)`
            let all = vec![hub.cache.borrow()];
              //^^^ `all.0` is the borrow of a `RefCell` and is alive across the `.await` of `send(..)`
            let boxed = Box::new(table.read().unwrap());
              //^^^^^ `boxed` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            let held = Some(hub.soft_side.lock().unwrap());
              //^^^^ `held` holds the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
    check(
        "
            let mut all = Vec::new();
            for shard in shards { all.push(1); }
            all.push(hub.state.lock().unwrap());
                             //^^^^ `all` holds the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
    check(
        "
            let (a, b) = (hub.state.lock().unwrap(), table.read().unwrap());
               //^ `a` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            drop(b);
            send(1).await;
        ",
    );
    check(
        "
            let [a, b] = [hub.cache.borrow(), hub.cache.borrow()];
                  //^ `b` is the borrow of a `RefCell` and is alive across the `.await` of `send(..)`
            drop(a);
            send(1).await;
        ",
    );
    check(
        "
            let own = Own { state: hub.state.lock().unwrap(), n: 1 };
            let Own { state: inner, .. } = own;
                           //^^^^^ `inner` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        "
        .replace("{ state: inner, .. }", "{ n: _, state: inner }")
        .replace("//^^^^^", "      //^^^^^")
        .as_str(),
    );
}

#[test]
fn closures_take_along_what_they_move() {
    check("let state = hub.state.lock().unwrap(); let f = move || state.len(); f(); drop(f); send(1).await;");
    check("let state = hub.state.lock().unwrap(); let f = || drop(state); f(); send(1).await;");
    check(
        "let state = hub.state.lock().unwrap(); let task = tokio::task::spawn_local(async move { state.len() }); send(1).await; task.await;",
    );
    check("let state = hub.state.lock().unwrap(); async move { drop(state); send(1).await }.await;");
    check("let f = async || { let n = hub.state.lock().unwrap().len(); send(n).await }; f().await;");
    check(
        "
            let mut state = hub.state.lock().unwrap();
                  //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            numbers.iter().for_each(|n| state.push(*n));
            send(1).await;
        ",
    );
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            let task = async move { send(1).await; state.len() };
            task.await;
        ",
    );
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `task`
            let task = async { send(state.len()).await };
            task.await;
        ",
    );
    check(
        "
            let f = async || {
                let state = hub.state.lock().unwrap();
                  //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
                send(state.len()).await;
            };
            f().await;
        ",
    );
}

#[test]
fn spans_are_entered() {
    check("let span = tracing::info_span!(\"poll\"); let n = span.in_scope(|| 1); send(n).await;");
    check("let span = tracing::Span::current(); { let _entered = span.enter(); work(); } send(1).await;");
    check("let span = tracing::info_span!(\"poll\"); send(1).instrument(span).await;");
    check("let door = hub.door(); let _entered = door.enter(); send(1).await;");
    check(
        "
            use tracing::{Level, Span, info_span, span};
            let span = span!(Level::INFO, \"poll\");
            let _entered = span.enter();
              //^^^^^^^^ `_entered` is an entered `tracing` span and is alive across the `.await` of `send(..)`
            let _second = info_span!(\"poll\", n = 1).entered();
              //^^^^^^^ `_second` is an entered `tracing` span and is alive across the `.await` of `send(..)`
            let current = Span::current();
            let third = current.enter();
              //^^^^^ `third` is an entered `tracing` span and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
    check_file(
        Kind::Coroutine,
        "
        async fn poll(span: &tracing::Span) {
            let _entered = span.enter();
              //^^^^^^^^ `_entered` is an entered `tracing` span and is alive across the `.await` of `send(..)`
            send(1).await;
        }",
    );
}

#[test]
fn variables_are_assigned() {
    check("let state; { state = hub.state.lock().unwrap(); } drop(state); send(1).await;");
    check("let mut state = hub.state.lock().unwrap(); drop(state); send(1).await; state = hub.state.lock().unwrap();");
    check("let mut held = hub.state.try_lock().ok(); if held.is_some() { work(); } held = None; send(1).await;");
    check(
        "let mut held: Option<std::sync::MutexGuard<'_, Vec<u32>>> = None; send(1).await; held = hub.state.lock().ok();",
    );
    check("_ = hub.state.lock().unwrap(); send(1).await;");
    check("let _ = hub.state.lock().unwrap(); send(1).await;");
    check(
        "
            let state;
            state = hub.state.lock().unwrap();
          //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
    check(
        "
            let mut state = hub.state.lock().unwrap();
            drop(state);
            state = hub.state.lock().unwrap();
          //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
    check(
        "
            let state;
            if quick { state = hub.state.lock().unwrap(); } else { return 1; }
                     //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
}

#[test]
fn a_hidden_guard_is_alive() {
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            let state = state.len();
            drop(state);
            send(state).await;
        ",
    );
    check("let state = hub.state.lock().unwrap(); { let state = 1; work(state); } drop(state); send(1).await;");
    check("let state = hub.state.lock().unwrap(); let state = summarise(state); send(state).await;");
}

#[test]
fn loops_are_left_and_begun_anew() {
    check("let state = hub.state.lock().unwrap(); loop { if quick { drop(state); break; } work(); } send(1).await;");
    check("for n in all { let state = hub.state.lock().unwrap(); work(&state); } send(1).await;");
    check("loop { send(1).await; let state = hub.state.lock().unwrap(); if state.is_empty() { break; } }");
    check("let mut state; loop { send(1).await; state = hub.state.lock().unwrap(); drop(state); }");
    check("let n = 'found: { let state = hub.state.lock().unwrap(); break 'found state.len(); }; send(n).await;");
    check("let state = hub.state.lock().unwrap(); for n in all { drop(state); break; } send(1).await;");
    check(
        "
            let mut held = None;
            loop {
                send(1).await;
                held = Some(hub.state.lock().unwrap());
              //^^^^ `held` holds the guard of a `std` lock and is alive across the `.await` of `send(..)`
            }
        ",
    );
    check(
        "
            let mut held = None;
            while let Some(n) = next().await {
                if n > 1 { held = Some(hub.state.lock().unwrap()); continue; }
                         //^^^^ `held` holds the guard of a `std` lock and is alive across the `.await` of `next(..)`
                held = None;
            }
        ",
    );
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            loop { if quick { drop(state); return 1; } if slow { break; } }
            send(1).await;
        ",
    );
}

#[test]
fn macros_look_or_take() {
    check("println!(\"{}\", hub.state.lock().unwrap().len()); send(1).await;");
    check("assert!(hub.state.lock().unwrap().is_empty()); send(1).await;");
    check("let text = format!(\"{:?}\", hub.cache.borrow()); send(text).await;");
    check("tokio::select! { n = send(hub.state.lock().unwrap().len()) => work(n), _ = stop() => {} }");
    check(
        "let n = tokio::select! { n = send(1) => { let s = hub.state.lock().unwrap(); s.len() } _ = stop() => 1 }; send(n).await;",
    );
    check("tokio::join!(async { send(hub.cache.borrow().len()) }, send(2));");
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            println!(\"{:?}\", state);
            send(1).await;
        ",
    );
    check(
        "
            println!(\"{} {}\", hub.cache.borrow().len(), send(1).await);
                                      //^^^^^^ this is the borrow of a `RefCell` and is alive across the `.await` of `send(..)`
            assert_eq!(hub.state.lock().unwrap().len(), send(1).await);
                               //^^^^ this is the guard of a `std` lock and is alive across the `.await` of `send(..)`
        ",
    );
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `select!(..)`
            tokio::select! {
                n = send(1) => {
                    let table = table.read().unwrap();
                      //^^^^^ `table` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
                    send(2).await;
                }
                _ = stop() => {}
            }
        ",
    );
}

#[test]
fn other_locks_are_fine() {
    check("let soft = hub.soft.lock().await; send(*soft).await;");
    check("let Ok(soft) = hub.soft.try_lock() else { return 1 }; send(*soft).await;");
    check("let soft = futures::lock::Mutex::new(1); let soft = soft.lock().await; send(1).await;");
    check("let soft = async_lock::RwLock::new(1); let soft = soft.read().await; send(1).await;");
    check_file(
        Kind::Coroutine,
        "
        struct MutexGuard;
        struct Door;
        impl Door { fn lock(&self) -> MutexGuard { MutexGuard } fn borrow(&self) -> u32 { 1 } }
        async fn poll(door: &Door) { let guard = door.lock(); let n = door.borrow(); send(1).await; }",
    );
    check(
        "
            let mut out = std::io::stdout().lock();
                  //^^^ `out` is the lock of the console and is alive across the `.await` of `send(..)`
            send(1).await;
        ",
    );
}

#[test]
fn what_is_not_seen() {
    // Out of a variable through a reference.
    check("let mut held = None; let slot = &mut held; *slot = Some(hub.state.lock().unwrap()); send(1).await;");
    // In what a function of another crate returns.
    check("let held = other::Holder::new(hub.state.lock().unwrap()); send(1).await;");
    // In a field, behind a method that may have dropped it.
    check("let own = Own { state: hub.state.lock().unwrap() }; own.refresh(); send(1).await;");
    // In a closure.
    check("let state = hub.state.lock().unwrap(); let f = move || state.len(); send(1).await; f();");
}

#[test]
fn the_build_decides() {
    // Both must be part of it.
    let found = crate::testing::findings_of(
        Kind::Coroutine,
        "async fn poll(state: &std::sync::Mutex<u32>) {
            let guard = state.lock().unwrap();
            #[cfg(unix)]
            send(1).await;
        }",
    );
    assert!(found.iter().all(|found| found.statement().to_string().contains("unix")));
    assert_eq!(found.len(), 1);
}

#[test]
fn the_order_of_the_text_counts() {
    check("send(1).await + hub.cache.borrow().len() as u32");
    check("if send(1).await > hub.state.lock().unwrap().len() { send(1).await; }");
    check("let b = hub.cache.borrow().is_empty() && send(1).await > 0;");
    check("match 1 { 1 if hub.state.lock().unwrap().len() > 1 => send(1).await, _ => 1 };");
    check("let Some(x) = hub.cache.borrow().first().copied() else { return send(2).await };");
    check("tokio::join!(send(hub.state.lock().unwrap().len()), send(2));");
    check(
        "
            let n = hub.cache.borrow().len() + send(1).await;
                            //^^^^^^ this is the borrow of a `RefCell` and is alive across the `.await` of `send(..)`
        ",
    );
}

#[test]
fn a_branch_that_may_not_return_is_not_counted() {
    check("let state = hub.state.lock().unwrap(); if quick { drop(state) } else { die() } send(1).await;");
    check(
        "let state = hub.state.lock().unwrap(); match quick { Some(_) => drop(state), None => bail!(1) } send(1).await;",
    );
    check("let state = hub.state.lock().unwrap(); if quick { drop(state) } else { loop { return 1; } } send(1).await;");
}

#[test]
fn other_code_is_not_meant() {
    check("let state = hub.state.lock().unwrap(); let later = async { send(1).await }; drop(state); later.await;");
    check("let state = hub.peek(); send(1).await;");
    check("tokio::task::spawn_blocking(move || { let state = hub.state.lock().unwrap(); state.len() }).await;");
}

#[test]
fn attributes_stand_anywhere() {
    check(
        "#[rustfmt::skip] all[0] = 1; #[rustfmt::skip] all[0].n = 1; let n = (#[rustfmt::skip] all[0]); send(n).await;",
    );
    check("let state = hub.state.lock().unwrap(); #[rustfmt::skip] *all.n = 1; drop(state); send(1).await;");
}

#[test]
fn exemptions_stand_at_the_guard_or_at_the_await() {
    let exempt = "#[onloop::allow(guard_across_await, reason = \"held on purpose\")]";
    check(&format!("{exempt} let state = hub.state.lock().unwrap(); send(1).await; send(2).await;"));
    check(&format!("let state = hub.state.lock().unwrap(); {exempt} send(1).await;"));
    check(&format!("{exempt} send(hub.state.lock().unwrap().len()).await;"));
    let expect = exempt.replace("allow", "expect");
    check(&format!("let state = hub.state.lock().unwrap(); {expect} send(1).await;"));
    check(&format!(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            {exempt}
            stop().await;
            send(1).await;
            send(2).await;
        "
    ));
}

#[test]
fn names_of_the_bodys_own_are_not_taken_along() {
    check(
        "
            let state = hub.state.lock().unwrap();
            let task = tokio::spawn(async move { let state = load().await; send(state).await });
            drop(task);
        ",
    );
    check("let state = hub.state.lock().unwrap(); let f = async move |state| { send(1).await; state }; work(f);");
    check("let mut held = Some(hub.state.lock().unwrap()); let mut end = || { held.take(); }; end(); send(1).await;");
    check(
        "
            let state = hub.state.lock().unwrap();
              //^^^^^ `state` is the guard of a `std` lock and is alive across the `.await` of `send(..)`
            async move { send(1).await; drop(state) }.await;
        ",
    );
}

#[test]
fn clean_code_is_clean() {
    for body in [
        "let n = hub.state.lock().map(|state| state.len()).unwrap_or(0); send(n).await;",
        "let n = hub.cache.try_borrow().map_or(0, |cache| cache.len()); send(n).await;",
        "let n = hub.state.lock().unwrap().iter().sum::<u32>(); send(n).await;",
        "let state = hub.state.lock().unwrap(); let n = state.len(); drop(state); if n > 1 { send(n).await; }",
        "let state = hub.state.lock().unwrap(); std::mem::drop(state); send(1).await;",
        "use std::mem::drop as end; let state = hub.state.lock().unwrap(); end(state); send(1).await;",
        "let n = match &*hub.state.lock().unwrap() { all if all.is_empty() => 0, all => all.len() }; send(n).await;",
        "let Some(n) = hub.state.lock().unwrap().pop() else { send(1).await; return 1 }; send(n).await;",
        "let n = if let Some(n) = hub.state.lock().unwrap().pop() { n } else { return 1 }; send(n).await;",
        "while let Some(n) = { let n = hub.state.lock().unwrap().pop(); n } { send(n).await; }",
        "loop { let Some(n) = hub.state.lock().unwrap().pop() else { break }; send(n).await; }",
        "for n in hub.state.lock().unwrap().clone() { work(n); } send(1).await;",
        "for n in { let all = hub.state.lock().unwrap().clone(); all } { send(n).await; }",
        "if hub.state.lock().unwrap().is_empty() && quick { send(1).await; }",
        "if !hub.state.lock().unwrap().is_empty() && let Some(n) = next() { send(n).await; }",
        "let all = std::mem::take(&mut *hub.state.lock().unwrap()); for n in all { send(n).await; }",
        "let all = hub.state.lock().unwrap().drain(..).collect::<Vec<_>>(); send(all).await;",
        "*hub.slot.lock().unwrap() = Some(1); send(1).await;",
        "hub.cache.borrow_mut()[0] = 1; send(1).await;",
        "hub.cache.borrow_mut().n += 1; send(1).await;",
        "let future = send(hub.state.lock().unwrap().len()); future.await;",
        "let future = { let state = hub.state.lock().unwrap(); send(state.len()) }; future.await;",
        "let (tx, rx) = { let state = hub.state.lock().unwrap(); (state.tx.clone(), state.rx.clone()) }; send(tx).await;",
        "let state = match hub.state.lock() { Ok(state) => state.clone(), Err(error) => { send(1).await; return 1 } }; send(state).await;",
        "let cache = hub.cache.borrow(); let n = cache.len(); { drop(cache); } send(n).await;",
        "let held = match quick { true => Some(hub.state.lock().unwrap()), false => None }; drop(held); send(1).await;",
        "let held = quick.then(|| hub.state.lock().unwrap()); send(1).await;",
        "let f = |n: u32| { let mut state = hub.state.lock().unwrap(); state.push(n); }; f(1); send(1).await; f(2);",
        "let state = hub.state.lock().unwrap(); let n = tokio::task::block_in_place(move || state.len()); send(n).await;",
        "let task = { let state = hub.state.lock().unwrap(); let n = state.len(); async move { send(n).await } }; task.await;",
        "let mut guard = Some(hub.state.lock().unwrap()); if let Some(state) = guard.take() { work(state); } send(1).await;",
        "let mut guard = Some(hub.state.lock().unwrap()); while let Some(state) = guard.take() { work(state); } send(1).await;",
        "let state = hub.state.lock().unwrap(); let done = finish(1, (state, 2)); send(done).await;",
        "let state = hub.state.lock().unwrap(); let all = vec![state]; all.into_iter().for_each(drop); send(1).await;",
        "let [a, b] = [1, 2].map(|n| hub.state.lock().unwrap()[n]); send(a).await;",
        "let state = hub.state.lock().unwrap(); match quick { Some(_) => drop(state), None => { drop(state); return 1 } } send(1).await;",
        "let state = hub.state.lock().unwrap(); let state = { let n = state.len(); drop(state); n }; send(state).await;",
        "let state = hub.state.lock().unwrap(); let n = (move || state.len())(); send(n).await;",
        "let state = hub.state.lock().unwrap(); defer(state).await;",
        "let mut state = hub.state.lock().unwrap(); loop { if state.is_empty() { break; } drop(state); send(1).await; state = hub.state.lock().unwrap(); }",
        "let state = 'a: { let state = hub.state.lock().unwrap(); if state.is_empty() { break 'a 0; } state.len() }; send(state).await;",
        "let state = hub.state.lock().unwrap(); let Some(n) = state.first() else { drop(state); send(1).await; return 1 }; drop(state);",
        "let result = (|| { let state = hub.state.lock().ok()?; state.first().copied() })(); send(result).await;",
        "tracing::info!(n = hub.state.lock().unwrap().len(), \"polled\"); send(1).await;",
        "let n = dbg!(hub.state.lock().unwrap().len()); send(n).await;",
        "return send(hub.peek()).await;",
        "let text = hub.cache.borrow().iter().map(ToString::to_string).collect::<String>(); send(&text).await;",
        "let out = std::io::stdout(); { let mut out = out.lock(); work(&mut out); } send(1).await;",
        "let guard = scopeguard::guard(hub.state.lock().unwrap(), |state| drop(state)); drop(guard); send(1).await;",
        "let n = { let cache = hub.cache.borrow(); let all = &cache[..]; all.len() }; send(n).await;",
        "unsafe { let state = hub.state.lock().unwrap_unchecked(); work(&state); } send(1).await;",
        "let all = hub.state.lock().unwrap().iter().map(|n| send(*n)).collect::<Vec<_>>(); futures::future::join_all(all).await;",
        "let mut state = None; if quick { state = hub.state.lock().ok(); work(&state); state = None; } send(1).await; drop(state);",
    ] {
        check(body);
    }
}

/// How many findings a body has.
fn count(body: &str) -> usize {
    let text = format!(
        "
        use std::sync::{{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError}};
        use std::cell::{{Ref, RefCell}};
        struct Hub {{ state: Mutex<Vec<u32>>, cache: RefCell<Vec<u32>>, tables: Vec<Mutex<u32>> }}

        async fn poll(hub: Arc<Hub>, fast: &parking_lot::RwLock<u32>) -> u32 {{{body}}}
        "
    );
    crate::testing::findings_of(Kind::Coroutine, &text)
        .iter()
        .filter(|found| found.rule == "guard_across_await")
        .count()
}

#[test]
fn mistakes_are_found() {
    for body in [
        "let state = match hub.state.try_lock() { Ok(state) => state, Err(TryLockError::Poisoned(p)) => p.into_inner(), Err(_) => return 1 }; send(1).await;",
        "let Ok(state) = hub.state.lock() else { return 1 }; send(1).await; drop(state);",
        "if let Ok(mut state) = hub.state.try_lock() { state.push(send(1).await); }",
        "if let Some(mut fast) = fast.try_write() { *fast = send(1).await; }",
        "match hub.state.lock() { Ok(state) => send(state.len()).await, Err(_) => 1 };",
        "let guards = hub.state.lock().unwrap(); tokio::join!(send(1), send(2));",
        "let guards = hub.state.lock().unwrap(); let n = tokio::try_join!(send(1), send(2))?;",
        "let state = hub.state.lock().unwrap(); if quick { send(1).await; }",
        "let state = hub.state.lock().unwrap(); for n in 0..3 { send(n).await; }",
        "let state = hub.state.lock().unwrap(); while next().await { work(); }",
        "let state = hub.state.lock().unwrap(); loop { tokio::select! { _ = send(1) => {} _ = stop() => break } }",
        "let state = hub.state.lock().unwrap(); let text = format!(\"{}\", send(1).await);",
        "let state = hub.state.lock().unwrap(); return send(state.len()).await;",
        "let mut state = hub.state.lock().unwrap(); state.extend(send(1).await);",
        "hub.state.lock().unwrap().push(send(1).await);",
        "*hub.cache.borrow_mut() = vec![1]; let cache = hub.cache.borrow(); send(cache[0]).await;",
        "hub.cache.borrow_mut()[0] += { let n = 1; n } + send(1).await;",
        "let first = Ref::map(hub.cache.borrow(), |all| &all[0]); send(*first).await;",
        "let table = hub.tables[0].lock().unwrap(); send(*table).await;",
        "let table = &hub.tables[1]; let table = table.lock().unwrap(); send(*table).await;",
        "for table in &hub.tables { let table = table.lock().unwrap(); send(*table).await; }",
        "let hub = Arc::clone(&hub); let state = hub.state.lock().unwrap(); send(1).await;",
        "let hub = hub.clone(); let state = hub.state.lock().unwrap(); send(1).await;",
        "let lock = Mutex::new(1); let one = lock.lock().unwrap(); send(*one).await;",
        "let lock = Arc::new(RwLock::new(1)); let one = lock.read().unwrap(); send(*one).await;",
        "let cell = std::rc::Rc::new(RefCell::new(1)); let one = cell.borrow(); send(*one).await;",
        "let state: MutexGuard<'_, Vec<u32>> = hub.state.lock().unwrap(); send(1).await;",
        "let guard = fast.upgradable_read(); send(*guard).await;",
        "let (state, n) = { let state = hub.state.lock().unwrap(); let n = state.len(); (state, n) }; send(n).await;",
        "let state = loop { if let Ok(state) = hub.state.try_lock() { break state; } }; send(1).await;",
        "let state = hub.state.lock().unwrap(); let other = Some(state); send(1).await;",
        "let mut all = vec![]; for table in &hub.tables { all.push(table.lock().unwrap()); } send(1).await;",
        "let all: Vec<_> = vec![hub.state.lock().unwrap()]; send(1).await;",
        "async { let state = hub.state.lock().unwrap(); send(state.len()).await }.await;",
        "let f = async |n: u32| { let state = hub.state.lock().unwrap(); send(n).await; }; f(1).await;",
        "let state = hub.state.lock().unwrap(); { let state = 1; send(state).await; }",
        "let state = hub.state.lock().unwrap(); let Some(n) = state.first() else { return send(1).await }; drop(state);",
        "let state = hub.state.lock().unwrap(); let n = 'a: { if quick { drop(state); break 'a 1; } 2 }; send(n).await;",
        "let state = hub.state.lock().unwrap(); let n = unsafe { send(1).await };",
        "let _guard = hub.state.lock(); send(1).await;",
    ] {
        assert_eq!(count(body), 1, "{body}");
    }
}

/// How many guards a coroutine with this body holds across an `.await`, where own functions and types give them.
fn own_count(body: &str) -> usize {
    let text = format!(
        "
        use std::{{collections::HashMap, ops::DerefMut, sync::{{Mutex, MutexGuard, RwLock, RwLockReadGuard}}}};
        use dashmap::{{DashMap, mapref::one::Ref}};
        struct Table {{ rows: Mutex<HashMap<u64, String>>, term: RwLock<u64>, live: DashMap<u64, String> }}
        struct Term<'a> {{ guard: RwLockReadGuard<'a, u64>, since: u64 }}
        struct View<'a> {{ guard: &'a RwLockReadGuard<'a, u64> }}
        impl Term<'_> {{ fn value(&self) -> u64 {{ *self.guard }} fn end(self) -> u64 {{ 1 }} }}
        impl Table {{
            fn rows(&self) -> MutexGuard<'_, HashMap<u64, String>> {{ self.rows.lock().unwrap() }}
            fn term(&self) -> Term<'_> {{ Term {{ guard: self.term.read().unwrap(), since: 1 }} }}
            fn maybe(&self) -> Option<Term<'_>> {{ None }}
            fn try_rows(&self) -> Option<impl DerefMut<Target = HashMap<u64, String>> + '_> {{ self.rows.try_lock().ok() }}
            fn live(&self, id: u64) -> Option<Ref<'_, u64, String>> {{ self.live.get(&id) }}
            fn view(&self) -> View<'_> {{ todo!() }}
            fn plain(&self) -> impl DerefMut<Target = u64> {{ Box::new(1) }}
        }}
        async fn poll(table: &Table, given: Term<'_>, seen: &Term<'_>) {{ drop(given); {body} }}
        "
    );
    let found = crate::testing::findings_of(Kind::Coroutine, &text);
    found.iter().filter(|found| found.rule == "guard_across_await").count()
}

#[test]
fn own_functions_and_types_give_guards() {
    for body in [
        "let rows = table.rows(); send(1).await;",
        "let rows = table.rows(); for row in rows.values() { send(row).await; }",
        "let term = table.term(); send(&term.to_string()).await;",
        "let term = table.term(); send(term.value()).await;",
        "if let Some(term) = table.maybe() { send(1).await; }",
        "if let Some(mut rows) = table.try_rows() { rows.insert(1, text); send(1).await; }",
        "if let Some(row) = table.live(3) { send(&row).await; }",
        "if let Some(row) = table.live.get(&3) { send(row.len()).await; }",
        "for row in table.live.iter() { send(row.len()).await; }",
        "for row in &table.live { send(row.len()).await; }",
        "let mut row = table.live.entry(1).or_default(); send(row.len()).await;",
        "send(table.live.get(&1).unwrap().len()).await;",
    ] {
        assert_eq!(own_count(body), 1, "{body}");
    }
    for body in [
        "let rows: Vec<_> = table.rows().values().cloned().collect(); send(1).await;",
        "let term = table.term(); let value = term.end(); send(value).await;",
        "let term = table.term(); drop(term); send(1).await;",
        "let view = table.view(); send(1).await;",
        "let plain = table.plain(); send(1).await;",
        "let value = seen.value(); send(value).await;",
        "let row = table.live.get(&3).map(|row| row.clone()); send(1).await;",
        "send(table.live.get(&3).map(|row| row.clone()).unwrap_or_default()).await;",
        "let rows: Vec<_> = table.live.iter().map(|row| row.clone()).collect(); for row in rows { send(row).await; }",
        "for row in table.live.iter() { work(row.len()); } send(1).await;",
        "table.live.entry(1).or_default().push_str(\"x\"); send(1).await;",
        "if table.live.contains_key(&1) { send(1).await; } else { table.live.insert(1, text); }",
    ] {
        assert_eq!(own_count(body), 0, "{body}");
    }
}
