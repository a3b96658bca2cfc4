//! Guards on the ways through a function: branches, loops, early ends.

use super::check;
use crate::testing::Kind;

#[test]
fn a_macro_that_only_looks_ends_it() {
    check("send(format!(\"{}\", hub.state.lock().unwrap().len())).await;");
    check("let n = (format!(\"{}\", hub.cache.borrow().len()), send(1).await);");
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
