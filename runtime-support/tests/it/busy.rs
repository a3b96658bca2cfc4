//! The watch and the trap on a machine that is busy: their tests again, with more threads at work than there are cores.

use std::env;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// Keeps the machine busy until dropped.
struct Load {
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    fn begin() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let over = Arc::new(AtomicBool::new(false));
        let burn = |over: Arc<AtomicBool>| {
            move || {
                while !over.load(Ordering::Relaxed) {
                    std::hint::black_box((0..10_000_u64).sum::<u64>());
                }
            }
        };
        let threads = (0..cores * 3).map(|_| thread::spawn(burn(Arc::clone(&over)))).collect();
        Self { over, threads }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().expect("it only counts");
        }
    }
}

#[test]
fn the_watch_and_the_trap_are_right_on_a_busy_machine() {
    let tests = env::current_exe().expect("the tests are a file");
    let load = Load::begin();
    let outcome = Command::new(tests).args(["watch::", "trap::", "--test-threads", "4"]).output();
    drop(load);
    let outcome = outcome.expect("the tests can be run again");
    let text = String::from_utf8_lossy(&outcome.stdout);
    assert!(outcome.status.success(), "{text}\n{}", String::from_utf8_lossy(&outcome.stderr));
    assert!(text.contains("test result: ok."), "{text}");
}
