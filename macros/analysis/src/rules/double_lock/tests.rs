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
    findings_of(Kind::Coroutine, &text).iter().filter(|found| found.rule == "double_lock").count()
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
                         //^^^^^ `agent.tool` is locked again through `reset` while its guard is alive: this waits for itself
            }
            let tool = agent.tool.lock().await;
            let again = agent.tool.lock().await;
                                 //^^^^ `agent.tool` is locked again while its guard is alive: this waits for itself
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
                //^^^^^^^^^^ `cell` is borrowed again while another borrow of it is alive: this panics
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
        "let names = hub.names.read().unwrap(); let n = hub.read(); let more = hub.names.read().unwrap();",
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
