//! Random programs on the bus, against a model that is too simple to be wrong.
//!
//! A program is a handful of scripts. Each listener runs one; a script listens, ends listeners, fires and panics. The
//! model keeps all listeners there ever were in one list, and says in a few lines what the docs of the bus say in
//! words. Both write down which listener heard what.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use onloop::{Event, EventType, Hub, Unsubscribe};

use super::{Random, rounds};

const EVENT: EventType<u32> = EventType::new("soak");

/// No listener fires deeper than this, and none is added after so many.
const MAX_DEPTH: u32 = 4;
const MAX_LISTENERS: usize = 40;
/// After so many steps a program does nothing any more: two listeners that fire double the work at each depth.
const MAX_STEPS: u32 = 2_000;

#[derive(Debug, Clone, Copy)]
enum Step {
    Listen {
        script: usize,
        hears: Hears,
    },
    /// Ends the listener that was added as so many-th, modulo how many there are.
    End(usize),
    /// Lets go of the handle, so that no `End` can end it any more.
    Detach(usize),
    Fire,
    Panic,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Hears {
    All,
    First,
    /// What passes a filter.
    Filtered,
}

/// Scripts; the first one is the main program.
type Program = Vec<Vec<Step>>;

impl Random {
    fn step(&mut self, scripts: usize) -> Step {
        match self.below(10) {
            0..4 => {
                let hears = [Hears::All, Hears::All, Hears::First, Hears::Filtered][self.below(4)];
                Step::Listen { script: self.below(scripts), hears }
            }
            4 | 5 => Step::End(self.below(MAX_LISTENERS)),
            6 => Step::Detach(self.below(MAX_LISTENERS)),
            7 | 8 => Step::Fire,
            _ => Step::Panic,
        }
    }

    fn program(&mut self) -> Program {
        let scripts = 2 + self.below(5);
        (0..scripts)
            .map(|script| {
                let length = if script == 0 { 30 } else { self.below(4) };
                (0..length).map(|_| self.step(scripts)).collect()
            })
            .collect()
    }
}

/// Which listener heard an event of which depth.
type Record = Vec<(usize, u32)>;

/// Whether a filtered listener hears an event of this depth.
fn passes(depth: u32) -> bool {
    depth.is_multiple_of(2)
}

/// What the docs say.
struct Model<'a> {
    program: &'a Program,
    listeners: Vec<Listener>,
    record: Record,
    steps: u32,
}

struct Listener {
    script: usize,
    hears: Hears,
    live: bool,
    has_handle: bool,
}

impl Model<'_> {
    fn run(&mut self, script: usize, depth: u32) {
        for &step in &self.program[script] {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return;
            }
            let count = self.listeners.len();
            match step {
                Step::Listen { script, hears } => {
                    if count < MAX_LISTENERS {
                        self.listeners.push(Listener { script, hears, live: true, has_handle: true });
                    }
                }
                Step::End(number) => {
                    if count > 0 && self.listeners[number % count].has_handle {
                        self.listeners[number % count].live = false;
                    }
                }
                Step::Detach(number) => {
                    if count > 0 {
                        self.listeners[number % count].has_handle = false;
                    }
                }
                Step::Fire => {
                    if depth < MAX_DEPTH {
                        self.fire(depth + 1);
                    }
                }
                // In the main program nobody would catch it.
                Step::Panic if depth == 0 => {}
                Step::Panic => return,
            }
        }
    }

    fn fire(&mut self, depth: u32) {
        // Those who were there when it began, in the order in which they were added.
        for number in 0..self.listeners.len() {
            let listener = &mut self.listeners[number];
            if listener.live && (listener.hears != Hears::Filtered || passes(depth)) {
                listener.live = listener.hears != Hears::First;
                let script = listener.script;
                self.record.push((number, depth));
                self.run(script, depth);
            }
        }
    }
}

/// The same program on the bus.
struct Real {
    hub: Hub,
    program: Program,
    handles: RefCell<Vec<Option<Unsubscribe>>>,
    record: RefCell<Record>,
    steps: Cell<u32>,
}

impl Real {
    fn run(self: &Rc<Self>, script: usize, depth: u32) {
        for &step in &self.program[script] {
            self.steps.set(self.steps.get() + 1);
            if self.steps.get() > MAX_STEPS {
                return;
            }
            let count = self.handles.borrow().len();
            match step {
                Step::Listen { script, hears } => {
                    if count < MAX_LISTENERS {
                        let handle = self.listen(count, script, hears);
                        self.handles.borrow_mut().push(Some(handle));
                    }
                }
                Step::End(number) => {
                    let handle = if count > 0 { self.handles.borrow_mut()[number % count].take() } else { None };
                    drop(handle);
                }
                Step::Detach(number) => {
                    let handle = if count > 0 { self.handles.borrow_mut()[number % count].take() } else { None };
                    if let Some(handle) = handle {
                        handle.detach();
                    }
                }
                Step::Fire => {
                    if depth < MAX_DEPTH {
                        self.hub.bus().fire(&EVENT, depth + 1);
                    }
                }
                Step::Panic if depth == 0 => {}
                // Without the hook, which would print each one.
                Step::Panic => std::panic::resume_unwind(Box::new("meant by a script")),
            }
        }
    }

    fn listen(self: &Rc<Self>, number: usize, script: usize, hears: Hears) -> Unsubscribe {
        let own = Rc::clone(self);
        let job = job!(callback, move |event: &Event<u32>| {
            own.record.borrow_mut().push((number, event.data));
            own.run(script, event.data);
        });
        let bus = self.hub.bus();
        match hears {
            Hears::All => bus.listen(&EVENT, job),
            Hears::First => bus.listen_once(&EVENT, job),
            Hears::Filtered => {
                bus.listen_filtered(&EVENT, job!(callback, |event: &Event<u32>| passes(event.data)), job)
            }
        }
    }
}

#[test]
fn the_bus_does_what_the_model_does() {
    let mut heard = 0;
    for seed in 0..rounds() {
        let program = Random(seed).program();
        let mut model = Model { program: &program, listeners: Vec::new(), record: Vec::new(), steps: 0 };
        model.run(0, 0);
        let real = Hub::run(async |hub| {
            let real = Rc::new(Real {
                hub,
                program: program.clone(),
                handles: RefCell::default(),
                record: RefCell::default(),
                steps: Cell::new(0),
            });
            real.run(0, 0);
            let alive = model.listeners.iter().filter(|listener| listener.live).count();
            assert_eq!(real.hub.bus().listener_count(&EVENT), alive, "seed {seed}: {program:?}");
            real
        });
        assert_eq!(*real.record.borrow(), model.record, "seed {seed}: {program:?}");
        heard += model.record.len();
        assert_eq!(Rc::strong_count(&real), 1, "seed {seed}: no listener outlives the hub");
    }
    assert!(heard > 0, "some program fires while somebody listens");
}
