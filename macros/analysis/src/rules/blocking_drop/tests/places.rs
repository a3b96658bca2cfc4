//! Values that are at a place, or taken out of one: in fields, collections, locks, enums, patterns.

use crate::testing::{Kind, findings_in};

const FILE: &str = "
    use std::{collections::{BTreeMap, HashMap, VecDeque}, sync::{Arc, Mutex, RwLock}, thread::JoinHandle};
    struct Worker { thread: Option<JoinHandle<()>>, name: String }
    impl Worker {
        fn start() -> Worker { todo!() }
        fn open() -> Result<Worker, u8> { todo!() }
        fn ping(&self) -> bool { true }
        fn disarm(&mut self) { self.thread = None; }
        fn detach(mut self) { std::mem::forget(self.thread.take()); }
    }
    impl Drop for Worker { fn drop(&mut self) { if let Some(thread) = self.thread.take() { let _ = thread.join(); } } }
    enum State { Idle, Named(String), Running(Worker), Paused { worker: Worker, since: u64 } }
    enum Mode { Off, On(u32) }
    struct Slot<T> { value: Option<T>, n: usize }
    struct Pool {
        worker: Option<Worker>, workers: Vec<Worker>, by_name: HashMap<String, Worker>, queue: VecDeque<Worker>,
        locked: Mutex<Option<Worker>>, all: RwLock<BTreeMap<u32, Worker>>, later: tokio::sync::Mutex<Vec<Worker>>,
        state: State, mode: Mode, slot: Slot<Worker>, plain: Slot<u32>, shared: Vec<Arc<Worker>>, names: Vec<String>,
    }
    fn make() -> Worker { Worker::start() }
    fn maybe() -> Option<Worker> { None }
";

fn rules(body: &str) -> Vec<&'static str> {
    let text = format!("{FILE} async fn poll(pool: &mut Pool, hub: &Hub, quick: bool) -> usize {{ {body} }}");
    let found = findings_in(Kind::Coroutine, "", "src/lib.rs", vec![("src/lib.rs", text)]);
    found.iter().map(|found| found.rule).filter(|rule| rule.starts_with("blocking_")).collect()
}

fn each_is_found(bodies: &[&str]) {
    for body in bodies {
        assert_eq!(rules(body), ["blocking_drop"], "{body}");
    }
}

fn all_are_fine(bodies: &[&str]) {
    for body in bodies {
        assert_eq!(rules(body), [""; 0], "{body}");
    }
}

#[test]
fn collections_throw_away_what_they_hold() {
    each_is_found(&[
        "pool.workers.clear(); 1",
        "pool.workers.truncate(3); 1",
        "pool.workers.retain(|worker| worker.ping()); 1",
        "pool.workers.pop(); 1",
        "pool.workers.remove(0); 1",
        "let _ = pool.workers.swap_remove(0); 1",
        "pool.workers.drain(..); 1",
        "pool.queue.pop_front(); 1",
        "pool.by_name.remove(\"a\"); 1",
        "drop(pool.by_name.remove(\"a\")); 1",
        "pool.by_name.retain(|_, worker| worker.ping()); 1",
        "pool.workers = Vec::new(); 1",
        "let worker = pool.workers.remove(0); worker.name.len()",
        "let all = std::mem::take(&mut pool.workers); all.len()",
        "let all: Vec<Worker> = (0..3).map(|_| make()).collect(); all.len()",
        "let all = vec![make(), make()]; all.len()",
    ]);
    all_are_fine(&[
        "pool.names.clear(); pool.shared.clear(); pool.names.pop(); 1",
        "if pool.workers.is_empty() { pool.workers.clear(); } 1",
        "pool.workers.push(make()); pool.by_name.insert(String::new(), make()); 1",
        "hub.keep(pool.workers.pop()); 1",
        "let all = std::mem::take(&mut pool.workers); spawn_blocking(move || drop(all)).await.unwrap(); 1",
        "let all: Vec<Worker> = pool.workers.drain(..).collect(); hub.keep(all); 1",
        "let named: Vec<&Worker> = pool.workers.iter().collect(); named.len()",
        "let mut named: Vec<&Worker> = pool.workers.iter().collect(); named.clear(); 1",
        "let worker = pool.by_name.remove(\"a\"); hub.keep(worker); 1",
        "pool.workers.sort_by_key(|worker| worker.name.len()); 1",
        "pool.workers = load(hub).await; 1",
    ]);
}

#[test]
fn what_a_lock_holds_is_replaced() {
    each_is_found(&[
        "*pool.locked.lock().unwrap() = None; 1",
        "pool.locked.lock().unwrap().take(); 1",
        "let mut slot = pool.locked.lock().unwrap(); *slot = None; 1",
        "pool.all.write().unwrap().clear(); 1",
        "pool.all.write().unwrap().remove(&1); 1",
        "pool.later.lock().await.clear(); 1",
        "let slot = &mut pool.worker; *slot = None; 1",
        "std::mem::replace(&mut *pool.locked.lock().unwrap(), None); 1",
    ]);
    all_are_fine(&[
        "*pool.locked.lock().unwrap() = Some(make()); 1",
        "let old = pool.locked.lock().unwrap().take(); hub.keep(old); *pool.locked.lock().unwrap() = None; 1",
        "pool.locked.lock().unwrap().as_ref().map(|worker| worker.ping()); 1",
        "let mut slot = pool.locked.lock().unwrap(); if slot.is_none() { *slot = None; } 1",
    ]);
}

#[test]
fn states_leave_what_they_held() {
    each_is_found(&[
        "pool.state = State::Idle; 1",
        "pool.state = State::Named(String::new()); 1",
        "std::mem::replace(&mut pool.state, State::Idle); 1",
        "match std::mem::replace(&mut pool.state, State::Idle) { State::Running(worker) => worker.name.len(), _ => 1 }",
        "pool.slot.value = None; 1",
        "pool.slot = Slot { value: None, n: 1 }; 1",
    ]);
    all_are_fine(&[
        "pool.mode = Mode::Off; 1",
        "pool.state = State::Running(make()); 1",
        "if matches!(pool.state, State::Idle) { pool.state = State::Running(make()); } 1",
        "match pool.state { State::Idle => pool.state = State::Idle, _ => {} } 1",
        "let state = std::mem::replace(&mut pool.state, State::Idle);
         pool.state = match state { State::Running(worker) => State::Paused { worker, since: 1 }, other => other }; 1",
        "pool.plain.value = None; 1",
        "pool.worker = Some(make()); 1",
    ]);
}

#[test]
fn patterns_take_it() {
    each_is_found(&[
        "if let Some(worker) = pool.worker.take() { worker.ping(); } 1",
        "while let Some(worker) = pool.workers.pop() { worker.ping(); } 1",
        "match maybe() { Some(worker) => worker.name.len(), None => 1 }",
        "let Some(worker) = pool.worker.take() else { return 1 }; worker.name.len()",
        "let (worker, n) = (make(), 3); worker.ping(); n",
        "for worker in pool.workers.drain(..) { worker.ping(); } 1",
        "let all = vec![make()]; for worker in all { worker.ping(); } 1",
        "let worker = Worker::open(); if let Ok(worker) = worker { worker.ping(); } 1",
        "let worker = make(); if quick { return 1; } worker.detach(); 2",
        "let worker = make(); worker.name.len()",
    ]);
    all_are_fine(&[
        "if let Some(worker) = pool.worker.take() { worker.detach(); } 1",
        "if let Some(worker) = pool.worker.take() { spawn_blocking(move || drop(worker)).await.unwrap(); } 1",
        "if let Some(worker) = &pool.worker { worker.ping(); } 1",
        "if let Some(worker) = pool.worker.as_ref() { worker.ping(); } 1",
        "if let Some(worker) = pool.worker.take() { pool.worker = Some(worker); } 1",
        "match pool.state { State::Running(ref worker) => worker.name.len(), _ => 1 }",
        "match maybe() { Some(worker) => pool.workers.push(worker), None => {} } 1",
        "let worker = match maybe() { Some(worker) => worker, None => return 1 }; hub.keep(worker); 1",
        "while let Some(worker) = pool.workers.pop() { hub.keep(worker); } 1",
        "for worker in pool.workers.drain(..) { hub.keep(worker); } 1",
        "for worker in &pool.workers { worker.ping(); } 1",
        "let (worker, n) = (make(), 3); hub.keep(worker); n",
        "let (worker, n) = (&pool.workers[0], 3); worker.ping(); n",
    ]);
}

#[test]
fn what_is_disarmed_does_not_block() {
    all_are_fine(&[
        "let mut worker = make(); worker.disarm(); 1",
        "let mut worker = make(); let thread = worker.thread.take(); spawn_blocking(move || join(thread)).await; 1",
        "let mut worker = make(); worker.thread = None; 1",
    ]);
    each_is_found(&[
        "let mut worker = make(); worker.name.clear(); 1",
        "let mut worker = make(); worker.name = String::new(); 1",
    ]);
}
