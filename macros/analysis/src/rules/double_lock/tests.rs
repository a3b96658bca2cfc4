use crate::testing::{Kind, check_file, findings_of};

const FILE: &str = "
    use std::{cell::RefCell, sync::{Arc, Mutex, MutexGuard, RwLock}};
    use dashmap::DashMap;
    struct Pool { idle: Mutex<Vec<u32>> }
    impl Pool {
        fn drain(&self) { self.idle.lock().unwrap().clear(); }
        fn is_empty(&self) -> bool { self.idle.try_lock().is_ok_and(|idle| idle.is_empty()) }
    }
    struct Hub {
        rows: Mutex<Vec<u32>>, names: RwLock<Vec<u32>>, tool: Arc<tokio::sync::Mutex<Option<u32>>>,
        cell: RefCell<u32>, live: DashMap<u32, u32>, other: Mutex<Vec<u32>>, pool: Pool, tables: Vec<Mutex<u32>>,
    }
    static STATE: Mutex<u32> = Mutex::new(1);
    fn count() -> u32 { *STATE.lock().unwrap() }
    fn clear(rows: &Mutex<Vec<u32>>) { rows.lock().unwrap().clear(); }
    fn later(hub: &Arc<Hub>) { let hub = hub.clone(); tokio::spawn(async move { hub.rows.lock().unwrap().clear(); }); }
    impl Hub {
        async fn reset(&self) { *self.tool.lock().await = None; }
        async fn reload(&self) { self.reset().await; }
        fn rows(&self) -> MutexGuard<'_, Vec<u32>> { self.rows.lock().unwrap() }
        fn push(&self) { self.rows.lock().unwrap().push(1); }
        fn read(&self) -> usize { self.names.read().unwrap().len() }
        fn try_push(&self) { if let Ok(mut rows) = self.rows.try_lock() { rows.push(1); } }
        fn start(&self) { self.timers.add(|hub: &Hub| hub.push()); }
        fn odd(&self) { #[onloop::allow(double_lock, reason = \"never under the lock\")] self.rows.lock().unwrap().clear(); }
    }
";

fn count(body: &str) -> usize {
    let text = format!("{FILE} async fn poll(hub: &Hub, other: &Hub, shared: Arc<Hub>) {{ {body} }}");
    findings_of(Kind::Coroutine, &text).len()
}

#[test]
fn a_lock_is_not_taken_twice() {
    check_file(
        Kind::Coroutine,
        "
        use std::sync::Arc;
        struct Agent { tool: Arc<tokio::sync::Mutex<Option<u32>>> }
        impl Agent {
            async fn reset(&self) { *self.tool.lock().await = None; }
        }
        async fn step(agent: &Agent) {
            match agent.tool.lock().await.as_ref() {
                Some(tool) if *tool > 3 => {}
                _ => agent.reset().await,
                         //^^^^^ `agent.tool` is locked again through `reset` while its guard is alive: this deadlocks
            }
            let tool = agent.tool.lock().await;
            let again = agent.tool.lock().await;
                                 //^^^^ `agent.tool` is locked again while its guard is alive: this deadlocks
        }
        ",
    );
    check_file(
        Kind::Callback,
        "
        use std::cell::RefCell;
        fn on_tick(cell: &RefCell<u32>) {
            let value = cell.borrow();
            *cell.borrow_mut() = *value;
                //^^^^^^^^^^ `cell` is already borrowed, and is borrowed again: this panics
        }
        ",
    );
}

#[test]
fn each_way_to_take_it_twice() {
    for body in [
        "let rows = hub.rows.lock().unwrap(); hub.rows.lock().unwrap().push(1);",
        "let rows = hub.rows.lock().unwrap(); let n = rows.len(); hub.push();",
        "let rows = hub.rows.lock().unwrap(); clear(&hub.rows);",
        "let rows = hub.pool.idle.lock().unwrap(); hub.pool.drain();",
        "if let Some(row) = hub.rows.lock().unwrap().first() { hub.push(); }",
        "while let Some(row) = hub.rows.lock().unwrap().pop() { hub.push(); }",
        "match hub.rows.lock().unwrap().pop() { Some(row) => hub.push(), None => {} }",
        "for row in hub.rows.lock().unwrap().iter() { hub.push(); }",
        "let names = hub.names.read().unwrap(); hub.names.write().unwrap().push(1);",
        "let names = hub.names.write().unwrap(); let n = hub.read();",
        "let names = hub.names.read().unwrap(); let n = hub.read();",
        "let names = hub.names.read().unwrap(); let more = hub.names.read().unwrap();",
        "let both = hub.names.read().unwrap().len() + hub.names.read().unwrap().len();",
        "let row = hub.live.entry(1).or_insert(2); let all = hub.live.len();",
        "let row = hub.live.entry(1).or_default(); hub.live.remove(&2);",
        "let tool = hub.tool.lock().await; hub.reload().await;",
        "let tool = hub.tool.clone(); let held = tool.lock().await; hub.tool.lock().await;",
        "let tool = Arc::clone(&hub.tool); let held = hub.tool.lock().await; tool.lock().await;",
        "let rows = &hub.rows; let held = rows.lock().unwrap(); hub.push();",
        "let held = hub.cell.borrow_mut(); let other = hub.cell.borrow();",
        "let one = hub.live.get(&1).unwrap(); hub.live.insert(2, *one);",
        "if let Some(one) = hub.live.get(&1) { hub.live.remove(&1); }",
        "let state = STATE.lock().unwrap(); count();",
        "let mut state = STATE.lock().unwrap(); *state += 1; let again = STATE.lock().unwrap();",
        "let first = hub.tables[0].lock().unwrap(); let again = hub.tables[0].lock().unwrap();",
        "let held = shared.rows.lock().unwrap(); shared.push();",
        "let mut rows = hub.rows.lock().unwrap(); rows.push(1); rows = hub.rows.lock().unwrap();",
        "let held = hub.rows.lock(); hub.push();",
        "let rows = hub.rows(); hub.rows().push(1);",
    ] {
        assert_eq!(count(body), 1, "{body}");
    }
}

#[test]
fn two_locks_or_one_after_the_other_are_fine() {
    for body in [
        "let rows = hub.rows.lock().unwrap(); let more = hub.other.lock().unwrap();",
        "let rows = hub.rows.lock().unwrap(); other.push();",
        "hub.rows().push(1); hub.rows().push(2); let rows = hub.rows(); other.rows().push(1);",
        "let rows = hub.rows.lock().unwrap(); other.rows.lock().unwrap().push(1);",
        "hub.rows.lock().unwrap().push(1); hub.push();",
        "{ let rows = hub.rows.lock().unwrap(); } hub.push();",
        "let rows = hub.rows.lock().unwrap(); drop(rows); hub.push();",
        "let row = hub.rows.lock().unwrap().first().cloned(); hub.push();",
        "if hub.rows.lock().unwrap().is_empty() { hub.push(); }",
        "if let Some(1) = hub.rows.lock().unwrap().pop() {} else { hub.push(); }",
        "let names = hub.names.read().unwrap(); let more = hub.names.try_read();",
        "let n = hub.names.read().unwrap().len(); let more = hub.names.read().unwrap().len();",
        "let one = hub.cell.borrow(); let two = hub.cell.borrow();",
        "let one = hub.live.get(&1); let two = hub.live.get(&2);",
        "let held = hub.cell.borrow(); let other = hub.cell.borrow();",
        "let held = hub.cell.borrow_mut(); let other = hub.cell.try_borrow();",
        "let rows = hub.rows.lock().unwrap(); hub.try_push(); let tried = hub.rows.try_lock();",
        "if let Ok(rows) = hub.rows.try_lock() { work(rows); } else { hub.push(); }",
        "let rows = hub.rows.lock().unwrap(); later(&shared); hub.start();",
        "let rows = hub.rows.lock().unwrap(); let reset = move || hub.push(); keep(reset);",
        "let tool = hub.tool.lock().await; let reset = hub.reset(); drop(tool); reset.await;",
        "for table in &hub.tables { let one = table.lock().unwrap(); all.push(one); }",
        "let first = hub.tables[0].lock().unwrap(); let second = hub.tables[1].lock().unwrap();",
        "let mut all = vec![]; for n in 0..2 { all.push(hub.tables[n].lock().unwrap()); }",
        "let mut at = &hub.rows; let held = at.lock().unwrap(); at = &hub.other; at.lock().unwrap();",
        "match hub.live.get(&1) { Some(one) => work(*one), None => { hub.live.insert(1, 1); } }",
        "if hub.live.get(&1).is_none() { hub.live.insert(1, 1); }",
        "let one = hub.live.get(&1).map(|one| *one); hub.live.insert(1, 1);",
        "hub.live.entry(1).or_default(); hub.live.insert(2, 2);",
        "let state = Mutex::new(1); let held = state.lock().unwrap(); let state = Mutex::new(2); state.lock().unwrap();",
        "let rows = hub.rows.lock().unwrap(); hub.odd();",
        "let rows = hub.pool.idle.lock().unwrap(); hub.pool.is_empty();",
    ] {
        assert_eq!(count(body), 0, "{body}");
    }
}

#[test]
fn who_has_a_way_around_the_lock_is_fine() {
    let file = "
        use std::sync::{Mutex, MutexGuard};
        struct Slots { slots: Vec<Mutex<u32>>, at: Mutex<u32>, all: parking_lot::RwLock<u32>, one: parking_lot::Mutex<u32> }
        impl Slots {
            fn free(&self) -> MutexGuard<'_, u32> { self.slots.iter().find_map(|slot| slot.try_lock().ok()).unwrap() }
            fn next(&self) -> MutexGuard<'_, u32> { self.slots[self.n.fetch_add(1, Relaxed)].lock().unwrap() }
            fn add(&self, under: Option<&mut u32>) { match under { Some(n) => *n += 1, None => *self.at.lock().unwrap() += 1 } }
            fn log(&self, is_loud: bool) { if !is_loud { return; } *self.at.lock().unwrap() += 1; }
            fn tell(&self, is_loud: bool) { if is_loud { self.push(); } }
            fn push(&self) { *self.at.lock().unwrap() += 1; }
        }
    ";
    for (body, expected) in [
        ("let one = slots.free(); let two = slots.free();", 0),
        ("let one = slots.next(); let two = slots.next();", 0),
        ("let mut at = slots.at.lock().unwrap(); slots.add(Some(&mut at));", 0),
        ("let at = slots.at.lock().unwrap(); slots.log(false); slots.tell(false);", 0),
        ("let at = slots.at.lock().unwrap(); slots.push();", 1),
        (
            "let all = slots.all.write(); let all = parking_lot::RwLockWriteGuard::downgrade(all); let more = slots.all.read();",
            1,
        ),
        ("let all = slots.all.write(); let all = parking_lot::RwLockWriteGuard::downgrade(all); slots.all.write();", 1),
        ("let one = match slots.one.try_lock() { Some(one) => one, None => slots.one.lock() };", 0),
        (
            "let mut one = slots.one.lock(); parking_lot::MutexGuard::unlocked(&mut one, || { *slots.one.lock() = 1; });",
            0,
        ),
    ] {
        let text = format!("{file} async fn poll(slots: &Slots) {{ {body} }}");
        assert_eq!(findings_of(Kind::Coroutine, &text).len(), expected, "{body}");
    }
}

#[test]
fn guards_that_ended_are_fine() {
    for body in [
        "let Some(row) = hub.rows.lock().unwrap().pop() else { hub.push(); return };",
        "let both = hub.rows.lock().unwrap().is_empty() && hub.rows.lock().unwrap().len() > 1;",
        "let rows = match hub.rows.try_lock() { Ok(rows) => rows, Err(_) => hub.rows.lock().unwrap() };",
        "let mut rows = hub.rows.lock().unwrap(); while rows.is_empty() { drop(rows); tick().await; rows = hub.rows.lock().unwrap(); }",
        "tokio::select! { a = hub.tool.lock() => work(a), _ = tick() => { hub.tool.lock().await; } }",
        "if let Some(one) = hub.live.get(&1) { return; } hub.live.insert(1, 1);",
        "hub.live.insert(1, hub.live.get(&2).map(|one| *one).unwrap_or(0));",
        "if hub.live.insert(1, 2).is_some() { hub.live.remove(&1); }",
        "let rows = hub.rows.lock().unwrap(); if quick { drop(rows); hub.push(); return; } work(&rows);",
        "let rows = std::mem::take(&mut *hub.rows.lock().unwrap()); for row in rows { hub.push(); }",
        "match hub.names.read().unwrap().first() { Some(n) => return, None => {} } hub.names.write().unwrap().push(1);",
        "let entry = hub.live.entry(1); match entry { Entry::Occupied(e) => { e.remove(); } Entry::Vacant(e) => { e.insert(1); } } hub.live.insert(2, 2);",
        "let n = { hub.rows.lock().unwrap().len() } + { hub.rows.lock().unwrap().len() };",
        "let Some(tool) = *hub.tool.lock().await else { hub.reset().await; return };",
        "let tool = loop { let tool = hub.tool.lock().await; if tool.is_some() { break tool; } drop(tool); tick().await; };",
    ] {
        assert_eq!(count(body), 0, "{body}");
    }
}

const GIVEN: &str = "
    use std::{cell::RefCell, sync::{LazyLock, Mutex, MutexGuard, OnceLock, RwLock, RwLockReadGuard}};
    use dashmap::DashMap;
    type Res<T> = Result<T, String>;
    struct Shared { rows: Mutex<Vec<u32>> }
    struct Db { inner: RwLock<Vec<u32>>, shared: Shared, live: DashMap<u32, u32>, jobs: Mutex<Vec<u32>>, cell: RefCell<u32> }
    static LIVE: LazyLock<Mutex<Vec<u32>>> = LazyLock::new(Default::default);
    static NAMES: OnceLock<Mutex<Vec<u32>>> = OnceLock::new();
    fn live() -> &'static Mutex<Vec<u32>> { &LIVE }
    fn names() -> &'static Mutex<Vec<u32>> { NAMES.get_or_init(Default::default) }
    fn locked() -> MutexGuard<'static, Vec<u32>> { LIVE.lock().unwrap() }
    fn mark(n: u32) { live().lock().unwrap().push(n); }
    fn name(n: u32) { names().lock().unwrap().push(n); }
    impl Db {
        fn write(&self) -> Res<std::sync::RwLockWriteGuard<'_, Vec<u32>>> { self.inner.write().map_err(|e| e.to_string()) }
        fn rows(&self) -> &Mutex<Vec<u32>> { &self.shared.rows }
        fn add(&self, n: u32) -> Res<()> { let mut all = self.write()?; all.push(n); Ok(()) }
        fn push(&self) { self.shared.rows.lock().unwrap().push(1); }
        fn count(&self) -> usize { self.jobs.lock().unwrap().len() }
        fn remove(&self, id: u32) { self.live.remove(&id); }
        fn with<R>(&self, work: impl FnOnce(&mut Vec<u32>) -> R) -> R { work(&mut self.jobs.lock().unwrap()) }
        fn later(&self, work: impl FnOnce() + Send + 'static) { let jobs = self.jobs.lock().unwrap(); std::thread::spawn(work); }
        fn before<R>(&self, work: impl FnOnce() -> R) -> R { let n = work(); self.jobs.lock().unwrap().push(1); n }
    }
";

fn count_given(body: &str) -> usize {
    let text = format!("{GIVEN} fn poll(db: &Db, other: &Db, some: Option<u32>, all: &[u32]) {{ {body} }}");
    findings_of(Kind::Callback, &text).len()
}

#[test]
fn functions_that_give_a_lock_or_its_guard_are_followed() {
    for body in [
        "let all = db.write()?; db.add(1);",
        "let all = db.write()?; db.inner.read().unwrap().len();",
        "let all = db.inner.read().unwrap(); db.write()?.push(1);",
        "let rows = db.rows().lock().unwrap(); db.push();",
        "let rows = db.shared.rows.lock().unwrap(); db.rows().lock().unwrap();",
        "let all = live().lock().unwrap(); mark(1);",
        "let all = LIVE.lock().unwrap(); mark(1);",
        "let all = locked(); mark(1);",
        "let all = locked(); live().lock().unwrap();",
        "let all = names().lock().unwrap(); name(1);",
        "let all = names().lock().unwrap(); NAMES.get().unwrap(); name(1);",
    ] {
        assert_eq!(count_given(body), 1, "{body}");
    }
    for body in [
        "let all = db.write()?; other.add(1);",
        "{ let all = db.write()?; } db.add(1);",
        "let rows = db.rows().lock().unwrap(); other.push(); db.add(1);",
        "let all = live().lock().unwrap(); name(1);",
        "let all = locked(); drop(all); mark(1);",
        "let n = live().lock().unwrap().len(); mark(1);",
        "let all = db.jobs.lock().unwrap(); db.rows().lock().unwrap();",
    ] {
        assert_eq!(count_given(body), 0, "{body}");
    }
}

#[test]
fn a_channel_that_is_looked_at_is_locked() {
    let count = |body: &str| {
        let text = format!("fn poll(level: &tokio::sync::watch::Sender<u32>) {{ {body} }}");
        findings_of(Kind::Callback, &text).len()
    };
    assert_eq!(count("let now = level.borrow(); level.send(*now + 1);"), 1);
    assert_eq!(count("level.send_replace(*level.borrow() + 1);"), 1);
    assert_eq!(count("let now = *level.borrow(); level.send(now + 1); level.borrow(); level.borrow();"), 0);
}

#[test]
fn closures_that_are_run_at_once_are_followed() {
    for body in [
        "let jobs = db.jobs.lock().unwrap(); some.map(|n| db.count());",
        "let jobs = db.jobs.lock().unwrap(); all.iter().for_each(|n| { db.jobs.lock().unwrap().push(*n); });",
        "db.jobs.lock().unwrap().iter().for_each(|n| if *n > 3 { db.count(); });",
        "db.jobs.lock().unwrap().first().copied().unwrap_or_else(|| db.count() as u32);",
        "db.jobs.lock().unwrap().iter().filter(|n| db.count() > **n as usize).count();",
        "db.live.insert(1, db.live.get(&2).unwrap().clone());",
        "db.live.insert(1, *db.live.get_mut(&2).unwrap());",
        "db.live.entry(1).or_insert_with(|| db.live.len() as u32);",
        "db.live.retain(|_, n| { db.live.insert(*n, 1); true });",
        "db.live.get(&1).map(|one| db.live.remove(&one));",
        "db.live.get(&1).map(|one| db.remove(*one));",
        "db.live.iter().filter(|one| *one.value() > 1).for_each(|one| { db.live.remove(one.key()); });",
        "db.with(|jobs| jobs.push(db.count() as u32));",
        "db.with(|jobs| { db.jobs.lock().unwrap().clear(); });",
        "db.with(|jobs| jobs.iter().for_each(|n| { db.count(); }));",
        "let jobs = db.jobs.lock().unwrap(); other.before(|| db.count());",
        "db.cell.replace(*db.cell.borrow());",
    ] {
        assert_eq!(count_given(body), 1, "{body}");
    }
    for body in [
        "db.jobs.lock().unwrap().iter().for_each(|n| other.push());",
        "let first = db.jobs.lock().unwrap().first().copied(); first.unwrap_or_else(|| db.count() as u32);",
        "let jobs = db.jobs.lock().unwrap(); let later = all.iter().map(|n| db.count()); drop(jobs); later.sum::<usize>();",
        "let jobs = db.jobs.lock().unwrap(); let later = || db.count(); drop(jobs); later();",
        "let n = db.live.get(&2).unwrap().clone(); db.live.insert(1, n);",
        "db.live.retain(|_, n| *n > 1); db.live.iter().map(|one| *one.key()).collect::<Vec<_>>().iter().for_each(|n| {});",
        "db.live.get(&1).is_none().then(|| db.live.insert(1, 1));",
        "db.live.get(&1).map(|one| *one).map(|one| db.live.remove(&one));",
        "db.with(|jobs| jobs.push(1)); db.count();",
        "db.with(|jobs| other.push());",
        "db.before(|| db.count());",
        "let jobs = db.jobs.lock().unwrap(); std::thread::spawn(move || db.count());",
        "let jobs = db.jobs.lock().unwrap(); other.later(|| { db.count(); });",
        "db.live.entry(1).or_insert_with(|| other.live.len() as u32);",
        "let jobs = db.jobs.lock().unwrap(); tokio::spawn(async move { db.count() });",
    ] {
        assert_eq!(count_given(body), 0, "{body}");
    }
}

#[test]
fn what_the_condition_of_an_assertion_took_is_gone_before_its_message() {
    check_file(
        Kind::Coroutine,
        "
        async fn look(hits: &std::sync::Mutex<Vec<u8>>) {
            assert!(hits.lock().unwrap().is_empty(), \"{:?}\", hits.lock().unwrap());
            debug_assert!(!hits.lock().unwrap().is_empty());
            assert_eq!(hits.lock().unwrap().len(), 1, \"{:?}\", hits.lock().unwrap());
                                                                 //^^^^ `hits` is locked again while its guard is alive: this deadlocks
        }
        ",
    );
}
