mod flow;
mod given;
mod kinds;
mod stored;

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
