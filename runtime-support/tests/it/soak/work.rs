//! Random programs of tasks and timers on a paused clock.
//!
//! A program starts work, cancels it and lets time pass, then waits or stops. The model knows when each piece is due.
//! Programs act at multiples of 10 ms and everything is due 3 ms after one, so that no two things happen at once.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use onloop::{Cancelled, Hub, HubState, Task, Unsubscribe};
use tokio::task::yield_now;
use tokio::time::{Instant, advance, sleep};

use super::{Random, rounds};
use crate::hub::run_paused;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Task,
    Background,
    Timer,
    Interval { period: u64 },
}

/// One piece of work: what became of it, and what the model says.
struct Work {
    kind: Kind,
    /// When it is due next, in milliseconds; `None` when it is over.
    due: Option<u64>,
    /// How often it has run to its end, by the model and in truth.
    expected: u32,
    ran: Rc<Cell<u32>>,
    /// Only this and what the work captured hold it.
    held: Rc<()>,
    task: Option<Task<()>>,
    timer: Option<Unsubscribe>,
}

async fn later(delay: Duration, run: impl Fn()) {
    sleep(delay).await;
    run();
}

struct Program {
    hub: Hub,
    start: Instant,
    work: Vec<Work>,
}

impl Program {
    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).expect("programs are short")
    }

    /// Lets time pass in one leap, up to a multiple of 10 ms, and the model follow.
    async fn pass(&mut self, milliseconds: u64) {
        advance(Duration::from_millis(milliseconds)).await;
        for _ in 0..4 {
            yield_now().await;
        }
        let now = self.now();
        for work in &mut self.work {
            let Some(due) = work.due.filter(|due| *due < now) else { continue };
            work.expected += 1;
            work.due = match work.kind {
                // Times that lie behind are left out.
                Kind::Interval { period } => Some(due + period * ((now - due) / period + 1)),
                _ => None,
            };
        }
    }

    /// Waits for tracked work, while the clock goes from each due time to the next, and lets the model follow.
    async fn drain(&mut self) {
        self.hub.block_till_done().await;
        let now = self.now();
        for work in &mut self.work {
            while let Some(due) = work.due.filter(|due| *due < now) {
                work.expected += 1;
                work.due = match work.kind {
                    Kind::Interval { period } => Some(due + period),
                    _ => None,
                };
            }
        }
    }

    async fn begin(&mut self, kind: Kind, delay: u64) {
        // All is due 3 ms after a multiple of 10.
        self.pass(3).await;
        let (ran, held) = (Rc::new(Cell::new(0)), Rc::new(()));
        let (own, kept) = (Rc::clone(&ran), Rc::clone(&held));
        let run = move || {
            drop(Rc::clone(&kept));
            own.set(own.get() + 1);
        };
        let delay = Duration::from_millis(delay);
        let (mut task, mut timer) = (None, None);
        match kind {
            Kind::Task => task = Some(self.hub.create_task(later(delay, run))),
            Kind::Background => task = Some(self.hub.create_background_task("soak", later(delay, run))),
            Kind::Timer => timer = Some(self.hub.call_later(delay, job!(callback_0, run))),
            Kind::Interval { .. } => timer = Some(self.hub.track_time_interval(delay, job!(callback_0, run))),
        }
        let due = Some(self.now() + u64::try_from(delay.as_millis()).expect("delays are short"));
        self.work.push(Work { kind, due, expected: 0, ran, held, task, timer });
        self.pass(7).await;
    }

    #[track_caller]
    fn check(&self, seed: u64) {
        for (number, work) in self.work.iter().enumerate() {
            let what = || format!("seed {seed}, work {number}: {:?}", work.kind);
            assert_eq!(work.ran.get(), work.expected, "{}", what());
            let is_held = Rc::strong_count(&work.held) > 1;
            assert_eq!(is_held, work.due.is_some(), "{}: it lives as long as it is due", what());
        }
    }
}

#[test]
fn tasks_and_timers_do_what_the_model_does() {
    let mut ran = 0;
    for seed in 0..rounds() {
        let mut random = Random(seed);
        ran += run_paused(async |hub| {
            let mut program = Program { hub: hub.clone(), start: Instant::now(), work: Vec::new() };
            for _ in 0..30 {
                let delay = 10 * (1 + random.below(20) as u64);
                match random.below(8) {
                    0 => program.begin(Kind::Task, delay).await,
                    1 => program.begin(Kind::Background, delay).await,
                    2 => program.begin(Kind::Timer, delay).await,
                    3 => program.begin(Kind::Interval { period: delay }, delay).await,
                    4 | 5 if !program.work.is_empty() => {
                        let number = random.below(program.work.len());
                        let work = &mut program.work[number];
                        work.timer = None;
                        if let Some(task) = &work.task {
                            task.cancel();
                        }
                        work.due = None;
                        program.pass(0).await;
                    }
                    _ => program.pass(delay).await,
                }
                program.check(seed);
            }
            if random.below(2) == 0 {
                let tracked = program.work.iter().filter(|work| work.kind == Kind::Task);
                let last = tracked.filter_map(|work| work.due).max();
                program.drain().await;
                assert!(last.is_none_or(|last| (last..last + 5).contains(&program.now())), "seed {seed}");
                // Up to the next multiple of 10.
                program.pass(10 - program.now() % 10).await;
                program.check(seed);
            }
            hub.stop().await;
            assert_eq!(hub.state(), HubState::Stopped);
            for work in &mut program.work {
                let was_due = work.due.take().is_some();
                if let Some(task) = work.task.take() {
                    let expected = if work.expected == 1 { Ok(()) } else { Err(Cancelled) };
                    assert!(task.is_finished(), "seed {seed}");
                    assert_eq!(task.await, expected, "seed {seed}");
                    assert!(!was_due || expected.is_err());
                }
            }
            program.check(seed);
            program.work.iter().map(|work| work.expected).sum::<u32>()
        });
    }
    assert!(ran > 0, "some work runs");
}
