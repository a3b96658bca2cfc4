use crate::testing::{check_callback, check_coroutine};

/// A callback with this body has nothing to report.
fn fine(body: &str) {
    check_callback(&format!(
        "use std::{{hint, thread, sync::atomic::{{AtomicBool, AtomicUsize, Ordering}}, time::Instant}};
        fn on_tick(ready: &AtomicBool, left: &AtomicUsize, jobs: &Receiver<Job>, until: Instant) {{ {body} }}"
    ));
}

/// The loop in this body only looks.
fn spins(body: &str) {
    let text = format!(
        "use std::{{hint, thread, sync::atomic::{{AtomicBool, AtomicUsize, Ordering}}, time::Instant}};
        fn on_tick(ready: &AtomicBool, left: &AtomicUsize, jobs: &Receiver<Job>, until: Instant) {{ {body} }}"
    );
    let found: Vec<_> = crate::testing::findings_of(crate::Kind::Callback, &text);
    let rules: Vec<_> = found.iter().map(|found| found.rule).collect();
    assert_eq!(rules, ["busy_wait"], "in {body}");
}

#[test]
fn a_loop_does_not_only_look() {
    check_callback(
        "
        use std::sync::atomic::{AtomicBool, Ordering};
        fn on_start(ready: &AtomicBool) {
            while !ready.load(Ordering::Acquire) { std::hint::spin_loop(); }
          //^^^^^ this loop spins on `ready.load(..)` and blocks the event loop until somebody else changes it
        }
        ",
    );
    check_coroutine(
        "
        async fn drain(results: std::sync::mpsc::Receiver<u32>) -> u32 {
            loop {
          //^^^^ this loop spins on `results.try_recv(..)` and blocks the event loop until somebody else changes it
                if let Ok(result) = results.try_recv() { break result; }
            }
        }
        ",
    );
}

#[test]
fn each_way_to_wait_for_somebody() {
    for body in [
        "while left.load(Ordering::SeqCst) > 0 {}",
        "while !ready.load(Ordering::Acquire) { thread::yield_now(); }",
        "while !worker.is_finished() { trace!(\"still there\"); }",
        "while start.elapsed() < LIMIT {}",
        "while Instant::now() < until { hint::spin_loop() }",
        "while Instant::now() < until { match jobs.try_recv() { Ok(job) => return job.run(), Err(_) => thread::yield_now() } }",
        "while let Err(TryRecvError::Empty) = jobs.try_recv() {}",
        "while jobs.try_recv().is_err() {}",
        "while rows.read().unwrap()[0].is_some() || rows.read().unwrap()[1].is_some() {}",
        "while queue.lock().unwrap().is_empty() {}",
        "while let Ok(None) = child.try_wait() {}",
        "while workers.iter().any(|worker| !worker.is_finished()) {}",
        "loop { if ready.load(Ordering::Acquire) { break } }",
        "loop { if !ready.load(Ordering::Acquire) { continue } work(); break }",
        "loop { match jobs.try_recv() { Ok(job) => job.run(), Err(TryRecvError::Empty) => {} Err(TryRecvError::Disconnected) => break } }",
        "loop { let Ok(job) = jobs.try_recv() else { continue }; job.run(); break }",
        "loop { let job = jobs.try_recv(); if job.is_ok() { return } hint::spin_loop() }",
        "let mut done = false; while !done { done = ready.load(Ordering::Acquire); }",
        "let guard = loop { if let Ok(guard) = lock.try_lock() { break guard; } };",
        "let mut spins = 0; while !ready.load(Ordering::Acquire) { spins += 1; if spins > 9 { thread::yield_now() } }",
        "while !ready.load(Ordering::Acquire) { if let Ok(job) = jobs.try_recv() { job.run() } }",
        "while std::sync::Arc::strong_count(&shared) > 1 {}",
        "while !ready.load(Ordering::Acquire) { core::hint::spin_loop() }",
        "while !ready.load(Ordering::Acquire) { std::sync::atomic::fence(Ordering::SeqCst); }",
        "let mut ready = false; while !ready { ready = state.ready.load(Ordering::Acquire); }",
        "while !jobs.is_closed() { if let Ok(job) = jobs.try_recv() { job.run(); } }",
        "while !rows.read().unwrap().is_empty() { hint::spin_loop(); }",
    ] {
        spins(body);
    }
}

#[test]
fn what_gets_on_is_fine() {
    for body in [
        // It takes what is there, and ends where there is nothing.
        "while let Ok(job) = jobs.try_recv() { all.push(job); }",
        "while let Ok(_) = jobs.try_recv() {}",
        "while jobs.try_recv().is_ok() {}",
        "loop { if jobs.try_recv().is_err() { break } }",
        "loop { match jobs.try_recv() { Ok(job) => job.run(), Err(_) => break } }",
        "loop { let Ok(job) = jobs.try_recv() else { break }; job.run() }",
        "while let Some(job) = queue.lock().unwrap().pop() { job.run() }",
        "while Instant::now() < until && let Ok(job) = jobs.try_recv() { job.run() }",
        "while Instant::now() < until { match jobs.try_recv() { Ok(job) => job.run(), Err(_) => break } }",
        // It changes something itself.
        "let mut now = left.load(Ordering::Relaxed); while let Err(seen) = left.compare_exchange_weak(now, now + 1, Ordering::AcqRel, Ordering::Relaxed) { now = seen; }",
        "loop { let now = left.load(Ordering::Relaxed); if left.compare_exchange(now, now + 1, Ordering::AcqRel, Ordering::Relaxed).is_ok() { break } }",
        "while start.elapsed() < LIMIT { step(); }",
        "while left.load(Ordering::Relaxed) > 0 { left.fetch_sub(1, Ordering::Relaxed); }",
        "while let Some(next) = node.next.load(Ordering::Acquire).as_ref() { node = next; }",
        "loop { if all.len() > 3 { all.pop(); } else { break } }",
        "while !stack.is_empty() { stack.pop(); }",
        "while let Some(next) = node.read().unwrap().next.clone() { node = next; }",
        "while queue.lock().unwrap().len() > 3 { if let Some(job) = queue.lock().unwrap().pop() { job.run(); } }",
        "let mut queue = queue.lock().unwrap(); while !queue.is_empty() { if let Some(job) = queue.pop() { job.run(); } }",
        "while !jobs.is_empty() { if let Ok(job) = jobs.try_recv() { job.run(); } }",
        "while next <= Instant::now() { next += STEP; }",
        "while stamps.first().is_some_and(|at| at.elapsed() > LIMIT) { stamps.pop_front(); }",
        // What is read may be a message.
        "loop { match socket.read() { Ok(Message::Close(_)) => break, Ok(_) => {} Err(_) => return } }",
        "loop { let message = socket.read().unwrap(); if message.is_empty() { break } }",
        "while let Ok(byte) = serial.read() { trace!(\"{byte}\"); }",
        // So many rounds and no more.
        "for _ in 0..100 { if ready.load(Ordering::Acquire) { break } hint::spin_loop(); }",
        "let mut n = 0; while n < 100 && !ready.load(Ordering::Acquire) { n += 1; }",
        "let mut n = 0; while !ready.load(Ordering::Acquire) { n += 1; if n > 100 { return } hint::spin_loop(); }",
        // Who knows.
        "while !self.is_done() { self.step(); }",
        "while !state.load(path) { retry(); }",
        "while sprite.load(7).is_some() {}",
        "while file.read(&mut bytes).unwrap() > 0 {}",
        "while !done { done = work(); }",
        "let wait = move || while !ready.load(Ordering::Acquire) {}; thread::Builder::new().spawn(wait);",
    ] {
        fine(body);
    }
}

#[test]
fn a_loop_that_waits_is_fine() {
    check_coroutine(
        "
        async fn wait(left: &AtomicUsize, notify: &Notify, jobs: &mut Receiver<u32>) {
            while left.load(Ordering::SeqCst) > 0 { notify.notified().await; }
            loop { if let Ok(1) = jobs.try_recv() { break } tokio::task::yield_now().await; }
            loop { tokio::select! { _ = tick() => {} } if ready.load(Ordering::Acquire) { break } }
        }
        ",
    );
}

#[test]
fn a_loop_without_end_is_told_once() {
    check_coroutine(
        "
        async fn spin(results: mpsc::Receiver<u32>) {
            loop { if let Ok(1) = results.try_recv() { println!(\"one\"); } }
          //^^^^ this loop never ends and never awaits: nothing else on the event loop ever runs again
        }
        ",
    );
}

#[test]
fn a_value_may_begin_the_next_round() {
    spins(
        "loop { let job = match jobs.try_recv() { Ok(job) => Some(job), Err(Closed) => None, _ => continue }; return job; }",
    );
    fine("loop { let job = match jobs.try_recv() { Ok(job) => job, _ => break }; work(job); }");
}

#[test]
fn a_method_that_only_loads_is_a_look() {
    let file = "
        use std::sync::atomic::{AtomicBool, Ordering};
        struct State { ready: AtomicBool }
        impl State {
            fn is_ready(&self) -> bool { self.ready.load(Ordering::Acquire) }
            fn step(&self) -> bool { self.ready.swap(true, Ordering::AcqRel) }
        }
    ";
    let count = |body: &str| {
        let text = format!("{file} fn on_tick(state: &State) {{ {body} }}");
        crate::testing::findings_of(crate::Kind::Callback, &text).len()
    };
    for body in ["while !state.is_ready() {}", "while !state.is_ready() { std::thread::yield_now(); }"] {
        assert_eq!(count(body), 1, "{body}");
    }
    for body in ["while !state.step() {}", "while !state.is_ready() { state.step(); }", "while next() {}"] {
        assert_eq!(count(body), 0, "{body}");
    }
}

#[test]
fn what_is_read_until_nothing_is_left_is_no_wait() {
    check_coroutine(
        "
        async fn drain(reader: &tokio::net::tcp::ReadHalf<'_>) -> Result<(), Error> {
            let mut buffer = [0; 1024];
            loop {
                match reader.try_read(&mut buffer) {
                    Ok(0) => return Ok(()),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                    Ok(_) => continue,
                    Err(error) => return Err(error),
                }
            }
        }
        ",
    );
    check_coroutine(
        "
        async fn receive(reader: &tokio::net::tcp::ReadHalf<'_>) -> Result<usize, Error> {
            let mut buffer = [0; 1024];
            loop {
          //^ this loop spins on `reader.try_read(..)` and blocks the event loop until somebody else changes it
                match reader.try_read(&mut buffer) {
                    Ok(read) => return Ok(read),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                    Err(error) => return Err(error),
                }
            }
        }
        ",
    );
}
