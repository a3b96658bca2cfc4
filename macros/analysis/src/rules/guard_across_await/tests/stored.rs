//! Guards that are moved: into patterns, fields, closures and other variables.

use super::check;

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
