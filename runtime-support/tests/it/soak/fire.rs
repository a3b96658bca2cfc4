//! The hub under fire: a log that panics at random, remote work in flight at every drain, calls of a debouncer in every
//! stage of the stop, long updates that are disturbed, entries that nobody holds, and what is left at the end.
//!
//! What is to come of a program is counted while it is told what to do; the runtime is never asked for it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use onloop::{
    Coordinator, Debouncer, Entry, EntryState, Event, EventType, HUB_FINAL_WRITE, HUB_STOP, Hub, HubBuilder,
    SetupFailed, StopStage, Unsubscribe, UpdateFailed,
};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};
use tracing::Subscriber;

use super::{Random, rounds};
use crate::log::{self, meant};

const SHOT: EventType<u32> = EventType::new("shot");
const SECOND: Duration = Duration::from_secs(1);
const INTERVAL: Duration = Duration::from_secs(30);
/// What timers are late by, at most.
const LATE: Duration = Duration::from_millis(2);

thread_local! {
    /// What remote jobs have done: they can capture nothing that lives on the loop.
    static SERVED: Cell<u32> = const { Cell::new(0) };
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// What was logged, and whether the next line is taken.
struct Log {
    random: Random,
    lasting: Vec<String>,
}

/// A log that keeps what lasts, and panics at random.
fn odd() -> impl Subscriber {
    log::by(|_, line| {
        let panics = LOG.with_borrow_mut(|log| {
            log.as_mut().is_some_and(|log| {
                log.lasting.extend(line.contains(" now: ").then_some(line));
                log.random.below(8) == 0
            })
        });
        if panics {
            meant();
        }
    })
}

#[test]
fn under_fire_it_keeps_its_word() {
    for seed in 0..rounds() / 10 {
        LOG.set(Some(Log { random: Random(seed ^ 0x5eed), lasting: Vec::new() }));
        if let Err(wrong) = tracing::subscriber::with_default(odd(), || run(seed)) {
            panic!("seed {seed}: {wrong}");
        }
    }
    LOG.take();
}

fn run(seed: u64) -> Result<(), String> {
    SERVED.set(0);
    let held = Rc::new(());
    let late = Late::default();
    // One in four leaves a job behind. While that is at work the clock stands still, and whatever waits for it does.
    let leaves = seed.is_multiple_of(4);
    let stages = [StopStage::Hooks, StopStage::Stopping, StopStage::FinalWrite, StopStage::Closing];
    let limited = stages.iter().filter(|_| leaves).chain([&StopStage::Executor]);
    let at_once = |builder: HubBuilder, stage: &StopStage| builder.stop_limit(*stage, Duration::from_millis(1));
    let builder = limited.fold(Hub::builder().executor_threads(1), at_once);
    let outcome = builder.run(async |hub| {
        tokio::time::pause();
        let mut fire = Fire::new(hub, Random(seed), Rc::clone(&held));
        for _ in 0..fire.random.below(20) {
            let what = fire.operate().await;
            fire.world.check(what)?;
        }
        fire.drain().await?;
        fire.stop(&late, leaves).await
    });
    outcome?;
    late.check()?;
    match Rc::strong_count(&held) - 1 {
        0 => Ok(()),
        left => Err(format!("{left} jobs, futures or data are never freed")),
    }
}

/// What jobs share with the program.
struct World {
    held: Rc<()>,
    wrong: RefCell<Option<String>>,
    random: RefCell<Random>,
    /// The last word, and the last that was saved.
    said: Cell<u32>,
    saved: Cell<u32>,
    /// When the last update ended, and how many were asked for that have not begun.
    ended: Cell<Option<Instant>>,
    asked: Cell<u32>,
    ticks: Cell<u32>,
}

impl World {
    fn check(&self, what: &str) -> Result<(), String> {
        self.wrong.borrow().clone().map_or(Ok(()), |wrong| Err(format!("after {what}: {wrong}")))
    }

    fn below(&self, limit: usize) -> u32 {
        u32::try_from(self.random.borrow_mut().below(limit)).expect("limits are small")
    }

    /// An update. One that nobody has asked for comes an interval after the last, or later.
    async fn update(&self) -> Result<u32, UpdateFailed> {
        let is_early = self.ended.get().is_some_and(|ended| ended.elapsed() + LATE < INTERVAL);
        match self.asked.get() {
            0 if is_early => *self.wrong.borrow_mut() = Some("an update comes too early".to_owned()),
            asked => self.asked.set(asked.saturating_sub(1)),
        }
        sleep(SECOND * self.below(60)).await;
        self.ended.set(Some(Instant::now()));
        match self.below(4) {
            0 => meant(),
            1 => Err(UpdateFailed::new("no answer")),
            _ => Ok(1),
        }
    }
}

/// Data of an entry that holds it.
struct Data {
    _entry: Entry<Data>,
    _held: Rc<()>,
}

struct Fire {
    hub: Hub,
    random: Random,
    world: Rc<World>,
    save: Debouncer,
    coordinator: Coordinator<u32>,
    listeners: Vec<Unsubscribe>,
    interval: Option<(Instant, Unsubscribe)>,
    /// How much of what was handed over is to be done at the next drain.
    handed: u32,
}

impl Fire {
    fn new(hub: Hub, mut random: Random, held: Rc<()>) -> Self {
        let jobs = Random(random.below(1 << 30) as u64);
        let world = Rc::new(World {
            held,
            wrong: RefCell::default(),
            random: RefCell::new(jobs),
            said: Cell::new(0),
            saved: Cell::new(0),
            ended: Cell::new(None),
            asked: Cell::new(0),
            ticks: Cell::new(0),
        });
        let (saves, updates) = (Rc::clone(&world), Rc::clone(&world));
        let save = job!(coroutine_0, async move || {
            let now = saves.said.get();
            sleep(SECOND * saves.below(3)).await;
            saves.saved.set(now);
        });
        let save = Debouncer::new(&hub, SECOND * 10, save).background(random.below(2) == 0);
        let update = job!(coroutine_0, async move || updates.update().await);
        let coordinator = Coordinator::builder(&hub, "fire", update).update_interval(INTERVAL).build();
        Self { hub, random, world, save, coordinator, listeners: Vec::new(), interval: None, handed: 0 }
    }

    async fn operate(&mut self) -> &'static str {
        match self.random.below(14) {
            0 | 1 => self.hand_over(),
            2 => return self.drain().await.map_or_else(|wrong| self.wrong(wrong), |()| "a drain"),
            3 => self.say(),
            4 => self.listen(),
            5 => drop(self.listeners.pop()),
            6 => self.coordinator.set_updated_data(7),
            7 => self.coordinator.set_update_error(UpdateFailed::new("pushed")),
            8 => self.ask(),
            9 => return self.fail_for_good().await.map_or_else(|wrong| self.wrong(wrong), |()| "a failed set-up"),
            10 => self.set_up().await,
            11 => return self.shoot().await.map_or_else(|wrong| self.wrong(wrong), |()| "a shot"),
            12 => self.tick(),
            _ => self.pass().await,
        }
        "an operation"
    }

    fn wrong(&self, wrong: String) -> &'static str {
        *self.world.wrong.borrow_mut() = Some(wrong);
        "it"
    }

    /// Begins an executor job that hands jobs over, which do more.
    fn hand_over(&mut self) {
        let kinds: Vec<_> = (0..=self.random.below(70)).map(|_| self.random.below(5)).collect();
        self.handed += kinds.iter().map(|kind| if *kind > 2 { 2 } else { 1 }).sum::<u32>();
        hand_over(&self.hub, kinds);
    }

    async fn drain(&mut self) -> Result<(), String> {
        // The interval of a coordinator would be waited for by nobody, and what it asks for by all.
        self.hub.block_till_done().await;
        let served = SERVED.get();
        if served == self.handed { Ok(()) } else { Err(format!("{served} of {} were done at the drain", self.handed)) }
    }

    fn say(&self) {
        self.world.said.set(self.world.said.get() + 1);
        self.save.schedule_call();
    }

    fn listen(&mut self) {
        let held = Rc::clone(&self.world.held);
        let job = job!(callback_0, move || {
            let _ = &held;
            meant();
        });
        self.listeners.push(self.coordinator.add_listener(job));
    }

    fn ask(&self) {
        self.world.asked.set(self.world.asked.get() + 1);
        self.hub.create_background_task("asks", self.coordinator.refresh());
    }

    async fn fail_for_good(&mut self) -> Result<(), String> {
        let before = Rc::strong_count(&self.world.held);
        let held = Rc::clone(&self.world.held);
        let setup = job!(coroutine_0, async move || {
            let _ = &held;
            yield_now().await;
            Err::<(), _>(SetupFailed::new("no"))
        });
        let state = Entry::new(&self.hub, "failed", setup).setup().await;
        yield_now().await;
        let left = Rc::strong_count(&self.world.held);
        if (state, left) == (Ok(EntryState::SetupError), before) { Ok(()) } else { Err("the entry is kept".to_owned()) }
    }

    async fn set_up(&mut self) {
        let held = Rc::clone(&self.world.held);
        let setup = job!(coroutine, async move |entry: &Entry<Data>| {
            let own = entry.clone();
            entry.on_state_change(job!(callback_0, move || drop(own.clone()))).detach();
            Ok(Data { _entry: entry.clone(), _held: Rc::clone(&held) })
        });
        let outcome = Entry::new(&self.hub, "set up", setup).setup().await;
        assert_eq!(outcome, Ok(EntryState::Loaded));
    }

    /// Fires at a listener that waits for a thread, and may be ended meanwhile.
    async fn shoot(&mut self) -> Result<(), String> {
        let (release, waits) = mpsc::channel::<()>();
        self.hub.add_executor_job(move || waits.recv().is_ok());
        let calls = Arc::new(AtomicUsize::new(0));
        let own = Arc::clone(&calls);
        let job = job!(blocking, move |_: &Event<u32>| {
            own.fetch_add(1, Ordering::SeqCst);
        });
        let listener = self.hub.bus().listen(&SHOT, job);
        self.hub.bus().fire(&SHOT, 1);
        let is_ended = self.random.below(2) == 0;
        if is_ended {
            listener.unsubscribe();
        } else {
            listener.detach();
        }
        drop(release);
        self.drain().await?;
        let called = calls.load(Ordering::SeqCst);
        if called == usize::from(!is_ended) { Ok(()) } else { Err(format!("called {called} times, ended: {is_ended}")) }
    }

    /// Begins an interval whose runs panic, or looks whether the one there is has gone on.
    fn tick(&mut self) {
        let Some((begun, interval)) = self.interval.take() else {
            let own = Rc::clone(&self.world);
            let tick = job!(callback_0, move || {
                own.ticks.set(own.ticks.get() + 1);
                meant();
            });
            self.world.ticks.set(0);
            self.interval = Some((Instant::now(), self.hub.track_time_interval(SECOND, tick)));
            return;
        };
        drop(interval);
        let (passed, ticks) = (begun.elapsed(), u128::from(self.world.ticks.get()));
        // Where time passed in leaps, runs were left out; a second with a run in it is none.
        if passed > SECOND + LATE && ticks == 0 {
            self.wrong(format!("{ticks} runs in {passed:?}"));
        }
    }

    async fn pass(&mut self) {
        let passed = SECOND * u32::try_from(1 + self.random.below(90)).expect("limits are small");
        sleep(passed).await;
    }

    /// Says words in all stages of the stop, hands over work, and leaves a job behind that keeps others waiting.
    async fn stop(mut self, late: &Late, leaves: bool) -> Result<(), String> {
        if leaves {
            late.leave_behind(&self.hub);
            self.hub.stop().await;
            return self.world.check("the stop");
        }
        let words: Vec<u32> = (0..3).map(|_| self.world.below(4)).collect();
        let speak = |words: u32| {
            let (world, save) = (Rc::clone(&self.world), self.save.clone());
            async move || {
                for _ in 0..words {
                    world.said.set(world.said.get() + 1);
                    save.schedule_call();
                    sleep(SECOND * world.below(3)).await;
                }
            }
        };
        self.hub.on_stop(job!(coroutine_0, speak(words[0]))).detach();
        self.hub.bus().listen(&HUB_STOP, job!(coroutine_0, speak(words[1]))).detach();
        self.hub.bus().listen(&HUB_FINAL_WRITE, job!(coroutine_0, speak(1 + words[2]))).detach();
        let (remote, refused) = (self.hub.remote(), Arc::clone(&late.refused));
        let asks = job!(blocking_0, move || {
            let answer = remote.call(|_| SERVED.set(SERVED.get() + 1));
            refused.fetch_add(usize::from(answer.is_err()), Ordering::SeqCst);
        });
        self.hub.bus().listen(&HUB_FINAL_WRITE, asks).detach();
        self.handed += 1;
        self.hub.stop().await;
        let (said, saved, served) = (self.world.said.get(), self.world.saved.get(), SERVED.get());
        if said != saved {
            return Err(format!("{said} was said last, and {saved} was saved"));
        }
        if served != self.handed {
            return Err(format!("{served} of {} were done at the end", self.handed));
        }
        self.world.check("the stop")
    }
}

/// Has an executor job hand over remote jobs of these kinds.
fn hand_over(hub: &Hub, kinds: Vec<usize>) {
    let remote = hub.remote();
    hub.add_executor_job(move || {
        for kind in kinds {
            let job = move |hub: &Hub| {
                SERVED.set(SERVED.get() + 1);
                match kind {
                    0 => meant(),
                    3 => {
                        hub.create_task(async {
                            sleep(SECOND / 100).await;
                            SERVED.set(SERVED.get() + 1);
                        });
                    }
                    4 => hand_over(hub, vec![1]),
                    _ => {}
                }
            };
            remote.add_job(job).expect("the hub runs");
        }
    });
}

/// What is seen after the hub.
#[derive(Default)]
struct Late {
    refused: Arc<AtomicUsize>,
    ran: Arc<AtomicUsize>,
    /// Lets the job go that was left behind, and waits until those behind it are gone.
    left: RefCell<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>>,
}

impl Late {
    fn leave_behind(&self, hub: &Hub) {
        let ((release, waits), (last, gone)) = (mpsc::channel::<()>(), mpsc::channel());
        hub.add_executor_job(move || waits.recv().is_ok());
        let ran = Arc::clone(&self.ran);
        hub.add_executor_job(move || {
            let _last = last;
            ran.fetch_add(1, Ordering::SeqCst);
        });
        self.left.replace(Some((release, gone)));
    }

    fn check(&self) -> Result<(), String> {
        if let Some((release, gone)) = self.left.take() {
            drop(release);
            let _ = gone.recv();
        }
        if self.refused.load(Ordering::SeqCst) > 0 {
            return Err("a thread was refused before the hub closed".to_owned());
        }
        match self.ran.load(Ordering::SeqCst) {
            0 => Ok(()),
            _ => Err("a job ran after the hub".to_owned()),
        }
    }
}

#[test]
fn whatever_lasts_is_told_once() {
    for seed in 0..rounds() / 10 {
        LOG.set(Some(Log { random: Random(seed ^ 0x5eed), lasting: Vec::new() }));
        let mut random = Random(seed);
        let lasts = SECOND * u32::try_from(1 + random.below(200)).expect("limits are small");
        let kind = random.below(4);
        tracing::subscriber::with_default(odd(), || Hub::run(async |hub| last(&hub, kind, lasts).await));
        let told = LOG.take().expect("it was set").lasting;
        let expected = usize::from(lasts > SECOND * 60);
        assert_eq!(told.len(), expected, "seed {seed}, kind {kind}, {lasts:?}: {told:#?}");
    }
}

/// Something that lasts.
async fn last(hub: &Hub, kind: usize, lasts: Duration) {
    tokio::time::pause();
    match kind {
        0 => {
            let update = job!(coroutine_0, async move || {
                sleep(lasts).await;
                Ok::<u32, _>(1)
            });
            Coordinator::builder(hub, "lasts", update).build().refresh().await;
        }
        1 => {
            let setup = job!(coroutine_0, async move || {
                sleep(lasts).await;
                Ok(())
            });
            let _ = Entry::new(hub, "lasts", setup).setup().await;
        }
        2 => Debouncer::new(hub, SECOND, job!(coroutine_0, async move || sleep(lasts).await)).call().await,
        _ => {
            let interval = hub.track_time_interval(SECOND, job!(coroutine_0, async move || sleep(lasts).await));
            sleep(SECOND + lasts).await;
            drop(interval);
        }
    }
}
