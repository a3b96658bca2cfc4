//! # What it does
//! Reports a guard of a std or `parking_lot` lock, a borrow of a `RefCell`, or a value of a type that the project's
//! `onloop.toml` lists as a guard, that is alive while a coroutine waits.
//!
//! # Why is this bad
//! While the coroutine waits, others run on the same thread. The first that wants the same lock stops the loop, and
//! the one that holds it never gets to release it; a `RefCell` panics instead.
//!
//! # Limits
//! The type of the lock must be plain from the text. Guards in fields of structs, and those that an async block or a
//! closure takes along, are not followed. A tokio guard may be held across `.await`.
//!
//! # Example
//! ```compile_fail
//! #[onloop::coroutine]
//! async fn count(total: &std::sync::Mutex<u32>) {
//!     let mut total = total.lock().unwrap();
//!     tokio::task::yield_now().await;
//!     *total += 1;
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::coroutine]
//! async fn count(total: &std::sync::Mutex<u32>) {
//!     tokio::task::yield_now().await;
//!     *total.lock().unwrap() += 1;
//! }
//! ```

use super::Rule;
use crate::Kind;
use crate::finding::Report;
use crate::model::Model;

pub(crate) const RULE: Rule = Rule { id: "guard_across_await", kinds: &[Kind::Coroutine], check };

fn check(model: &Model, report: &mut Report) {
    for crossing in &model.crossings {
        let what = match &crossing.name {
            Some(name) => format!("`{name}` is {}", crossing.what),
            None => format!("this is {}", crossing.what),
        };
        let message = format!("{what} and is alive across the `.await` of `{}`", crossing.awaited);
        let or = match crossing.own {
            Some(own) => own.instead.map(|instead| format!("; or {instead}")).unwrap_or_default(),
            None => "; or use a lock of `tokio::sync`".to_owned(),
        };
        let help = match &crossing.name {
            Some(name) => {
                format!("end it before: a block around its use, or `drop({name})`{or}")
            }
            None => {
                format!("take what is needed out of it in a `let` of its own before{or}")
            }
        };
        let notes = crossing.own.map(|own| format!("listed in {}", own.listed));
        report.push_noted(&RULE, &crossing.context, &crossing.tokens, message, vec![help], notes.into_iter().collect());
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Kind, check_file};

    fn check(body: &str) {
        let text = format!(
            "
            use std::sync::{{Arc, Mutex, RwLock}};
            use std::cell::RefCell;
            struct Hub {{ state: Mutex<Vec<u32>>, cache: RefCell<Vec<u32>>, slot: Mutex<Option<u32>>, soft: tokio::sync::Mutex<u32> }}
            impl Hub {{ fn peek(&self) -> u32 {{ 1 }} }}

            async fn poll(hub: Arc<Hub>, table: &RwLock<u32>, fast: parking_lot::Mutex<u32>) -> u32 {{{body}}}
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
    fn what_is_stored_or_taken_along_is_not_followed() {
        check("let state = hub.state.lock().unwrap(); let pair = (state, 1); drop(pair); send(1).await;");
        check("let state = hub.state.lock().unwrap(); let own = Own { state }; drop(own); send(1).await;");
        check("let state = hub.state.lock().unwrap(); { state }; send(1).await;");
        check("let state = hub.state.lock().unwrap(); let f = move || state.len(); f(); drop(f); send(1).await;");
        check("let mut held = Some(hub.state.lock().unwrap()); held = None; send(1).await;");
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
        check(
            "let state = hub.state.lock().unwrap(); if quick { drop(state) } else { loop { return 1; } } send(1).await;",
        );
    }

    #[test]
    fn other_code_is_not_meant() {
        check("let state = hub.state.lock().unwrap(); let later = async { send(1).await }; drop(state); later.await;");
        check("let state = hub.peek(); send(1).await;");
        check("tokio::task::spawn_blocking(move || { let state = hub.state.lock().unwrap(); state.len() }).await;");
    }
}
