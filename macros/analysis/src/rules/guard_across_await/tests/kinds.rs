//! Many small bodies: the mistakes that people make, and the code that is fine.

use super::check;
use crate::testing::Kind;

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
    crate::testing::findings_of(Kind::Coroutine, &text).len()
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
    crate::testing::findings_of(Kind::Coroutine, &text).len()
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
