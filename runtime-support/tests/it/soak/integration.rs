//! Random operations on a hub with an entry, its coordinator, tasks and listeners, against a model of what should come
//! of them.
//!
//! The model is told what is done, never asks the runtime what it did, and is compared with it after every operation;
//! only where the jitter of a retry leaves two outcomes possible it looks at which of them it was. What concerns order
//! inside one operation (listeners, `on_unload`) and overlap (set-ups, updates) is checked where it happens.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::time::Duration;

use onloop::{
    Coordinator, Entry, EntryState, Event, EventType, Hub, HubState, SetupFailed, Task, Unsubscribe, UpdateFailed,
};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use super::{Random, rounds};
use crate::hub::run_paused;

const TICK: EventType<u32> = EventType::new("tick");
const INTERVAL: Duration = Duration::from_secs(30);
const SECOND: Duration = Duration::from_secs(1);
/// What timers are late by, at most.
const LATE: Duration = Duration::from_millis(2);

impl Random {
    fn between(&mut self, low: usize, limit: usize) -> usize {
        low + self.below(limit - low)
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn small(&mut self, limit: usize) -> u32 {
        u32::try_from(self.below(limit)).expect("limits are small")
    }

    fn millis(&mut self, low: usize, limit: usize) -> Duration {
        Duration::from_millis(u64::try_from(self.between(low, limit)).expect("limits are small"))
    }
}

#[test]
fn random_operations_keep_to_the_model() {
    for seed in 0..rounds() / 4 {
        if let Err(wrong) = run(seed) {
            panic!("seed {seed}: {wrong}");
        }
    }
}

fn run(seed: u64) -> Result<(), String> {
    let held = Rc::new(());
    let outcome = run_paused(async |hub| {
        hub.start().await;
        let mut soak = Soak::new(hub.clone(), Random(seed), Rc::clone(&held));
        let operations = soak.rng.between(1, 60);
        for step in 0..operations {
            let what = soak.operate().await;
            soak.compare().await.map_err(|wrong| format!("step {step}, after {what}: {wrong}"))?;
        }
        soak.stop().await
    });
    outcome?;
    let left = Rc::strong_count(&held) - 1;
    if left == 0 { Ok(()) } else { Err(format!("{left} futures, jobs or data are never freed")) }
}

/// How a set-up or an update ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Good,
    Fails,
    Final,
    Panics,
}

/// What jobs and tasks share with the test.
struct World {
    held: Rc<()>,
    /// What should not have happened.
    wrong: RefCell<Vec<String>>,
    /// Decides what happens inside jobs.
    rng: RefCell<Random>,
    setup_mode: Cell<Mode>,
    setups: Cell<u32>,
    setting_up: Cell<bool>,
    device_mode: Cell<Mode>,
    answer: Cell<u32>,
    asked: Cell<u32>,
    asking: Cell<bool>,
    /// What was given to `on_unload`, and has not run.
    to_undo: RefCell<Vec<u32>>,
    serial: Cell<u32>,
    /// Who heard the last event.
    heard: RefCell<Vec<u32>>,
    listeners: RefCell<BTreeMap<u32, Unsubscribe>>,
}

impl World {
    fn wrong(&self, what: impl Into<String>) {
        self.wrong.borrow_mut().push(what.into());
    }

    fn next(&self) -> u32 {
        self.serial.set(self.serial.get() + 1);
        self.serial.get()
    }
}

/// Marks something as under way, until dropped.
struct Under<'a>(&'a Cell<bool>);

impl<'a> Under<'a> {
    fn way(world: &World, flag: &'a Cell<bool>, what: &str) -> Self {
        if flag.replace(true) {
            world.wrong(format!("{what} overlap"));
        }
        Self(flag)
    }
}

impl Drop for Under<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

fn meant() -> ! {
    // Not `panic!`: no hook, no text on stderr.
    resume_unwind(Box::new("meant"))
}

fn undo_later(world: &Rc<World>, entry: &Entry<Coordinator<u32>>) {
    let (id, own) = (world.next(), Rc::clone(world));
    world.to_undo.borrow_mut().push(id);
    let fails = world.rng.borrow_mut().coin();
    let undone = move || {
        let last = own.to_undo.borrow_mut().pop();
        if last != Some(id) {
            own.wrong(format!("{id} is undone where it is the turn of {last:?}"));
        }
    };
    if fails {
        entry.on_unload(job!(callback_0, move || {
            undone();
            meant()
        }));
    } else {
        entry.on_unload(job!(coroutine_0, async move || {
            undone();
            sleep(SECOND).await;
        }));
    }
}

fn make_entry(hub: &Hub, world: &Rc<World>) -> Entry<Coordinator<u32>> {
    let own = Rc::clone(world);
    let setup = job!(coroutine, async move |entry: &Entry<Coordinator<u32>>| -> Result<_, SetupFailed> {
        let _way = Under::way(&own, &own.setting_up, "set-ups");
        own.setups.set(own.setups.get() + 1);
        let mode = own.setup_mode.get();
        undo_later(&own, entry);
        let world = Rc::clone(&own);
        let update = job!(coroutine_0, async move || {
            let _way = Under::way(&world, &world.asking, "updates");
            world.asked.set(world.asked.get() + 1);
            let (mode, answer) = (world.device_mode.get(), world.answer.get());
            // In a set-up it takes no time, or the model would have to know how much.
            let takes = if world.setting_up.get() { Duration::ZERO } else { world.rng.borrow_mut().millis(0, 3_000) };
            if takes > SECOND {
                sleep(takes).await;
            }
            match mode {
                Mode::Good => Ok(answer),
                Mode::Fails | Mode::Final => Err(UpdateFailed::new("meant")),
                Mode::Panics => meant(),
            }
        });
        let coordinator =
            Coordinator::builder(entry.hub(), "soak", update).update_interval(INTERVAL).entry(entry).build();
        yield_now().await;
        let listens = own.rng.borrow_mut().coin();
        coordinator.first_refresh().await?;
        if listens {
            let (held, fails) = (Rc::clone(&own.held), own.rng.borrow_mut().coin());
            // A cycle, which the unload has to break.
            let cycle = coordinator.clone();
            let told = job!(callback_0, move || {
                let _held = (&held, &cycle);
                if fails {
                    meant();
                }
            });
            coordinator.add_listener(told).detach();
        }
        undo_later(&own, entry);
        match mode {
            Mode::Good => Ok(coordinator),
            Mode::Fails => Err(SetupFailed::not_ready("meant")),
            Mode::Final => Err(SetupFailed::new("meant")),
            Mode::Panics => meant(),
        }
    });
    Entry::new(hub, "soak", setup)
}

/// A listener, as the model knows it.
#[derive(Clone, Copy)]
struct Hears {
    id: u32,
    once: bool,
    removes: Option<u32>,
}

/// A task, as the model knows it.
struct Works {
    due: Instant,
    background: bool,
    of_entry: bool,
    /// Cancelled before it was due.
    cancelled: bool,
    done: Rc<Cell<bool>>,
    task: Task<()>,
}

/// When the next try of a set-up is due, at the earliest and at the latest.
#[derive(Debug, Clone, Copy)]
struct Retry {
    tries: u32,
    earliest: Instant,
    latest: Instant,
}

struct Soak {
    hub: Hub,
    rng: Random,
    world: Rc<World>,
    entry: Entry<Coordinator<u32>>,
    /// The model.
    state: EntryState,
    retry: Option<Retry>,
    setups: u32,
    hears: Vec<Hears>,
    works: Vec<Works>,
}

impl Soak {
    fn new(hub: Hub, rng: Random, held: Rc<()>) -> Self {
        let world = Rc::new(World {
            held,
            wrong: RefCell::default(),
            rng: RefCell::new(Random(rng.0 ^ 0xabcd)),
            setup_mode: Cell::new(Mode::Good),
            setups: Cell::new(0),
            setting_up: Cell::new(false),
            device_mode: Cell::new(Mode::Good),
            answer: Cell::new(0),
            asked: Cell::new(0),
            asking: Cell::new(false),
            to_undo: RefCell::default(),
            serial: Cell::new(0),
            heard: RefCell::default(),
            listeners: RefCell::default(),
        });
        let entry = make_entry(&hub, &world);
        Self {
            hub,
            rng,
            world,
            entry,
            state: EntryState::NotLoaded,
            retry: None,
            setups: 0,
            hears: Vec::new(),
            works: Vec::new(),
        }
    }

    async fn operate(&mut self) -> &'static str {
        match self.rng.below(14) {
            0 | 1 => self.listen(),
            2 => self.unlisten(),
            3 => self.fire(),
            4 | 5 => self.create(),
            6 => self.cancel(),
            7 => self.change_modes(),
            8 => self.refresh().await,
            9 => self.request().await,
            10 => self.setup_or_unload().await,
            11 => self.reload().await,
            12 => self.undo_later(),
            _ => self.wait().await,
        }
    }

    fn listen(&mut self) -> &'static str {
        let (id, world) = (self.world.next(), Rc::clone(&self.world));
        let once = self.rng.coin();
        // Itself, one that comes before, or one that comes after, if there will be one.
        let removes = self.rng.coin().then(|| (id + self.rng.small(9)).saturating_sub(4));
        let fails = self.rng.coin();
        let job = move |_: &Event<u32>| {
            world.heard.borrow_mut().push(id);
            let ended = removes.and_then(|id| world.listeners.borrow_mut().remove(&id));
            drop(ended);
            if fails {
                meant();
            }
        };
        let (bus, job) = (self.hub.bus(), job!(callback, job));
        let unsubscribe = if once { bus.listen_once(&TICK, job) } else { bus.listen(&TICK, job) };
        self.world.listeners.borrow_mut().insert(id, unsubscribe);
        self.hears.push(Hears { id, once, removes });
        "listen"
    }

    fn unlisten(&mut self) -> &'static str {
        if !self.hears.is_empty() {
            let hears = self.hears.remove(self.rng.below(self.hears.len()));
            let removed = self.world.listeners.borrow_mut().remove(&hears.id);
            drop(removed);
        }
        "unlisten"
    }

    fn fire(&mut self) -> &'static str {
        let mut expected = Vec::new();
        for hears in self.hears.clone() {
            if self.hears.iter().any(|other| other.id == hears.id) {
                expected.push(hears.id);
                self.hears.retain(|other| Some(other.id) != hears.removes && !(hears.once && other.id == hears.id));
            }
        }
        self.world.heard.borrow_mut().clear();
        self.hub.bus().fire(&TICK, 1);
        let heard = self.world.heard.borrow().clone();
        if heard != expected {
            self.world.wrong(format!("{heard:?} heard the event, and {expected:?} should have"));
        }
        "fire"
    }

    fn create(&mut self) -> &'static str {
        let (done, held) = (Rc::new(Cell::new(false)), Rc::clone(&self.world.held));
        let takes = self.rng.millis(1, 9_000);
        let own = Rc::clone(&done);
        let work = async move {
            sleep(takes).await;
            own.set(true);
            drop(held);
        };
        let (background, of_entry) = (self.rng.coin(), self.rng.coin());
        let task = match (background, of_entry) {
            (false, false) => self.hub.create_task(work),
            (true, false) => self.hub.create_background_task("soak", work),
            (false, true) => self.entry.create_task(work),
            (true, true) => self.entry.create_background_task("soak", work),
        };
        let cancelled = of_entry && self.state != EntryState::Loaded;
        self.works.push(Works { due: Instant::now() + takes, background, of_entry, cancelled, done, task });
        "create"
    }

    fn cancel(&mut self) -> &'static str {
        let now = Instant::now();
        if let Some(index) = (!self.works.is_empty()).then(|| self.rng.below(self.works.len())) {
            let works = &mut self.works[index];
            works.task.cancel();
            // One that is due just now may be over or not.
            if now < works.due {
                works.cancelled = true;
            } else if now < works.due + LATE {
                self.works.remove(index);
            }
        }
        "cancel"
    }

    fn change_modes(&mut self) -> &'static str {
        let mut mode = |good| {
            if self.rng.below(10) < good {
                Mode::Good
            } else {
                [Mode::Fails, Mode::Final, Mode::Panics][self.rng.below(3)]
            }
        };
        self.world.setup_mode.set(mode(6));
        self.world.device_mode.set(mode(7));
        self.world.answer.set(self.rng.small(1_000));
        "change_modes"
    }

    async fn refresh(&mut self) -> &'static str {
        let Some(coordinator) = self.entry.data() else { return "refresh of nothing" };
        let many = self.rng.between(1, 4);
        let others: Vec<_> = (1..many).map(|_| self.hub.create_task(coordinator.refresh())).collect();
        coordinator.refresh().await;
        for other in others {
            other.await.expect("nobody cancels it");
        }
        let (good, answer) = (self.world.device_mode.get() == Mode::Good, self.world.answer.get());
        if coordinator.last_update_success() != good {
            self.world.wrong(format!("a refresh is good: {}", !good));
        }
        if good && coordinator.data().as_deref() != Some(&answer) {
            self.world.wrong("a refresh left other data than the device has");
        }
        "refresh"
    }

    async fn request(&mut self) -> &'static str {
        let Some(coordinator) = self.entry.data() else { return "request of nothing" };
        let asked = self.world.asked.get();
        for _ in 0..100 {
            self.hub.create_task(coordinator.request_refresh());
        }
        if self.world.asked.get() > asked + 1 {
            self.world.wrong("requests are not gathered");
        }
        if self.rng.coin() {
            yield_now().await;
        }
        if self.rng.below(4) == 0 {
            coordinator.set_updated_data(7);
            if coordinator.data().as_deref() != Some(&7) || !coordinator.last_update_success() {
                self.world.wrong("pushed data is not there");
            }
        }
        "request"
    }

    async fn setup_or_unload(&mut self) -> &'static str {
        if self.rng.coin() {
            let is_allowed = self.state == EntryState::NotLoaded;
            let setup = self.entry.setup().await;
            if is_allowed {
                self.expect_setup(Instant::now());
            }
            self.expect_outcome(is_allowed, setup.ok());
            "setup"
        } else {
            self.expect_unload();
            let unload = self.entry.unload().await;
            self.expect_outcome(true, unload.ok());
            "unload"
        }
    }

    async fn reload(&mut self) -> &'static str {
        let times = self.rng.between(1, 5);
        let impatient = self.rng.coin();
        for _ in 0..times {
            let begun = Instant::now();
            self.expect_unload();
            let reload = self.entry.reload();
            if impatient {
                // Whoever asked does not wait for the end, and the end comes all the same.
                let _ = tokio::time::timeout(Duration::from_millis(1), reload).await;
                self.settle().await;
                self.expect_setup(begun);
            } else {
                let outcome = reload.await;
                self.expect_setup(Instant::now());
                self.expect_outcome(true, outcome.ok());
            }
        }
        "reload"
    }

    fn undo_later(&mut self) -> &'static str {
        if self.state == EntryState::Loaded {
            undo_later(&self.world, &self.entry);
        }
        "undo_later"
    }

    async fn wait(&mut self) -> &'static str {
        match self.rng.below(3) {
            0 => sleep(self.rng.millis(0, 5_000)).await,
            1 => sleep(self.rng.millis(0, 100_000)).await,
            _ => {
                self.hub.block_till_done().await;
                let left = |works: &Works| !works.background && !works.cancelled && !works.done.get();
                if self.works.iter().any(left) {
                    self.world.wrong("`block_till_done` returns, and a task is not done");
                }
                return "block_till_done";
            }
        }
        "wait"
    }

    /// What an unload of the entry begins with.
    fn expect_unload(&mut self) {
        let now = Instant::now();
        if self.state == EntryState::Loaded {
            for works in self.works.iter_mut().filter(|works| works.background && works.of_entry && works.due > now) {
                works.cancelled = true;
            }
            self.works
                .retain(|works| !works.background || !works.of_entry || works.cancelled || works.due + LATE < now);
        }
        self.state = EntryState::NotLoaded;
        self.retry = None;
    }

    /// Waits until the entry is at rest.
    async fn settle(&self) {
        while matches!(self.entry.state(), EntryState::UnloadInProgress | EntryState::SetupInProgress) {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// What a set-up comes to, which has ended since then.
    fn expect_setup(&mut self, since: Instant) {
        self.setups += 1;
        self.state = self.setup_outcome();
        self.retry = (self.state == EntryState::SetupRetry).then(|| Retry::new(0, since, Instant::now()));
    }

    fn setup_outcome(&self) -> EntryState {
        match (self.world.device_mode.get(), self.world.setup_mode.get()) {
            // The first refresh comes first, and everything about it may pass.
            (Mode::Fails | Mode::Final | Mode::Panics, _) | (_, Mode::Fails) => EntryState::SetupRetry,
            (Mode::Good, Mode::Good) => EntryState::Loaded,
            (Mode::Good, Mode::Final | Mode::Panics) => EntryState::SetupError,
        }
    }

    fn expect_outcome(&mut self, allowed: bool, outcome: Option<EntryState>) {
        let expected = allowed.then_some(self.state);
        if outcome != expected {
            self.world.wrong(format!("it gives {outcome:?}, and should {expected:?}"));
        }
    }

    /// Lets the model see the time that has passed, and compares.
    async fn compare(&mut self) -> Result<(), String> {
        self.settle().await;
        self.retry_in_time();
        if let Some(wrong) = self.world.wrong.borrow().first() {
            return Err(wrong.clone());
        }
        let state = self.entry.state();
        if state != self.state {
            return Err(format!("the entry is `{state}`, and should be `{}`", self.state));
        }
        if self.setups != self.world.setups.get() {
            return Err(format!("{} set-ups, and should be {}", self.world.setups.get(), self.setups));
        }
        let loaded = state == EntryState::Loaded;
        if loaded != self.entry.data().is_some() {
            return Err("the data does not go with the state".to_owned());
        }
        let waits = self.world.to_undo.borrow().len();
        if !loaded && waits > 0 {
            return Err(format!("{waits} were never undone"));
        }
        if self.hub.bus().listener_count(&TICK) != self.hears.len() {
            return Err("more or fewer listen than should".to_owned());
        }
        let now = Instant::now();
        for works in &self.works {
            let done = works.done.get();
            if works.cancelled && done {
                return Err("a task that was cancelled is done".to_owned());
            }
            if !works.cancelled && (done && now < works.due || !done && now > works.due + LATE) {
                return Err(format!("a task is done: {done}"));
            }
            if !done && now > works.due + LATE && !works.task.is_finished() {
                return Err("a task has not ended".to_owned());
            }
        }
        self.works.retain(|works| now <= works.due + LATE);
        Ok(())
    }

    /// The tries that must have been by now; and those that may have been, if they were.
    fn retry_in_time(&mut self) {
        let now = Instant::now();
        while let Some(retry) = self.retry {
            let must = now > retry.latest + LATE;
            let may = now >= retry.earliest && self.world.setups.get() > self.setups;
            if !(must || may) {
                break;
            }
            self.setups += 1;
            self.state = self.setup_outcome();
            // What was begun is undone first, which takes up to a second.
            let ended = retry.latest + LATE + SECOND;
            let again = self.state == EntryState::SetupRetry;
            self.retry = again.then(|| Retry::new(retry.tries + 1, retry.earliest, ended));
        }
    }

    /// The end: whatever was under way, nothing is after it.
    async fn stop(self) -> Result<(), String> {
        let background: Vec<_> = self
            .works
            .iter()
            .filter(|works| works.background && works.due > Instant::now())
            .map(|works| Rc::clone(&works.done))
            .collect();
        self.hub.stop().await;
        if self.hub.state() != HubState::Stopped {
            return Err("it does not stop".to_owned());
        }
        yield_now().await;
        if let Some(works) = self.works.iter().find(|works| !works.task.is_finished()) {
            return Err(format!("a task outlives the stop, background: {}", works.background));
        }
        if background.iter().any(|done| done.get()) {
            return Err("a background task is done during the stop".to_owned());
        }
        let asked = self.world.asked.get();
        self.hub.bus().fire(&TICK, 1);
        sleep(SECOND * 1_000).await;
        if self.world.asked.get() != asked || self.setups > self.world.setups.get() {
            return Err("something goes on after the stop".to_owned());
        }
        if let Some(coordinator) = self.entry.data() {
            // Its listener holds it, and nobody has unloaded the entry.
            coordinator.shutdown();
        }
        let wrong = self.world.wrong.borrow().first().cloned();
        wrong.map_or(Ok(()), Err)
    }
}

impl Retry {
    fn new(tries: u32, earliest: Instant, latest: Instant) -> Self {
        let pause = SECOND * (5 << tries.min(4));
        Self { tries, earliest: earliest + pause + Duration::from_millis(50), latest: latest + pause + SECOND / 2 }
    }
}
