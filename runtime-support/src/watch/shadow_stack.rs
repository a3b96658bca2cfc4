//! The shadow stack of a watched thread: its open scopes, for another thread to read.
//!
//! Each watched thread has one. Entering a scope writes the site and counts the entry; leaving it lowers the depth.
//! No clock is read and nothing waits: these are a few plain stores to memory that only this thread writes. A thread
//! that is not watched only checks for one and finds none.
//!
//! Invariants:
//! 1. Only the thread that owns a stack writes to it; everybody may read.
//! 2. A scope at some depth is the same at two looks if the depth was reached in both and the count of entries at that
//!    depth has not changed: to leave it and come back, the thread would have had to enter.
//!    Functions that follow each other at the same depth, without leaving it, count as entries too.
//! 3. A scope is left on the stack on which it was entered.
//! 4. Stacks are never freed, since a reader may still hold one: they are passed on to the next watched thread. There
//!    are as many as threads were ever watched at the same time; one is lost when watching a thread ends in the middle
//!    of a scope.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::Mutex;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};

use crossbeam_utils::atomic::AtomicCell;

use super::profile;
use crate::Site;
use crate::lock::lock;

/// How many nested scopes are told apart. Of deeper ones only the number is known.
pub(super) const FRAMES: usize = 16;

/// The task when there is none.
const NO_TASK: usize = usize::MAX;

/// The smallest budget when no function has had one.
const NO_BUDGET: u32 = u32::MAX;

thread_local! {
    /// The one of this thread. No destructor, as in `scope`.
    static CURRENT: Cell<Option<&'static ShadowStack>> = const { Cell::new(None) };
}

static FREE: Mutex<Vec<&'static ShadowStack>> = Mutex::new(Vec::new());

/// What one watched thread tells: its open scopes, the innermost last.
#[derive(Debug)]
pub(crate) struct ShadowStack {
    /// How many scopes are open.
    depth: AtomicUsize,
    /// What runs now is none of them.
    #[cfg(all(feature = "trap", target_os = "linux"))]
    hidden: AtomicBool,
    /// Whether each scope is also to be recorded, with the clock.
    recording: AtomicBool,
    /// The smallest budget, in microseconds, of the functions that ran.
    finest: AtomicU32,
    /// The task of the hub whose code runs.
    task: AtomicUsize,
    frames: [Frame; FRAMES],
}

/// A scope that is open.
#[derive(Debug)]
pub(crate) struct Frame {
    /// How many scopes have been entered at this depth.
    entered: AtomicUsize,
    /// The last of them. This type and not `AtomicPtr`, whose reading would take unsafe code.
    site: AtomicCell<Option<&'static Site>>,
}

/// What was open at one look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// From the outermost on: which entry it is, and whose.
    pub(super) frames: Vec<(usize, &'static Site)>,
    /// How many more are open within.
    pub(super) deeper: usize,
    pub(super) task: Option<usize>,
}

/// A scope as it is shown on the stack of its thread.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The stack that shows it, and how many scopes were open there before.
    on: Option<(&'static ShadowStack, usize)>,
    /// Whether it is recorded.
    recorded: bool,
}

impl Shown {
    /// Shows that a scope is entered, if this thread is watched.
    #[inline]
    pub(crate) fn new(site: &'static Site) -> Self {
        let Some(stack) = CURRENT.get() else { return Self { on: None, recorded: false } };
        let depth = stack.depth.load(Relaxed);
        if let Some(frame) = stack.frames.get(depth) {
            frame.enter(site);
        }
        stack.depth.store(depth + 1, Release);
        let is_special = site.budget != 0 || stack.recording.load(Relaxed);
        Self { on: Some((stack, depth)), recorded: is_special && stack.enter_slowly(site) }
    }

    /// Where another function can be shown when this one has ended, without leaving and entering: nowhere if it is
    /// recorded, and `unseen` if nobody looks.
    #[cfg(feature = "hub")]
    pub(crate) fn passes_on<'a>(&self, unseen: &'a Frame) -> Option<&'a Frame> {
        let Some((stack, depth)) = self.on else { return Some(unseen) };
        if self.recorded { None } else { Some(stack.frames.get(depth).unwrap_or(unseen)) }
    }

    /// Shows that it is left. This may be a stack that the thread has given up since.
    #[inline]
    pub(crate) fn end(&self) {
        if let Some((stack, depth)) = self.on {
            stack.depth.store(depth, Release);
            if self.recorded {
                profile::left();
            }
        }
    }
}

/// As long as this exists, the scopes of this thread are not shown: the time that passes is not theirs. Then they count
/// as entered anew.
#[cfg(all(feature = "trap", target_os = "linux"))]
pub(crate) struct Hidden(Option<&'static ShadowStack>);

#[cfg(all(feature = "trap", target_os = "linux"))]
impl Hidden {
    pub(crate) fn new() -> Self {
        let stack = CURRENT.get();
        if let Some(stack) = stack {
            stack.hidden.store(true, Release);
        }
        Self(stack)
    }
}

#[cfg(all(feature = "trap", target_os = "linux"))]
impl Drop for Hidden {
    fn drop(&mut self) {
        let Some(stack) = self.0 else { return };
        for frame in stack.frames.iter().take(stack.depth.load(Relaxed)) {
            frame.entered.store(frame.entered.load(Relaxed).wrapping_add(1), Release);
        }
        stack.hidden.store(false, Release);
    }
}

/// Tells whose code runs, if the hub's loop on this thread is watched.
#[cfg(feature = "hub")]
#[inline]
pub(crate) fn set_task(id: Option<u64>) {
    if let Some(stack) = CURRENT.get() {
        // Where a pointer has 32 bits, the first four thousand million tasks have names.
        let task = id.and_then(|id| usize::try_from(id).ok()).unwrap_or(NO_TASK);
        stack.task.store(task, Relaxed);
    }
}

impl Frame {
    pub(crate) const fn new() -> Self {
        Self { entered: AtomicUsize::new(0), site: AtomicCell::new(None) }
    }

    /// A look between the two stores sees a site with the count of the one before: it is like no other look.
    #[inline]
    pub(crate) fn enter(&self, site: &'static Site) {
        self.site.store(Some(site));
        self.entered.store(self.entered.load(Relaxed).wrapping_add(1), Release);
    }
}

impl ShadowStack {
    const fn new() -> Self {
        Self {
            depth: AtomicUsize::new(0),
            #[cfg(all(feature = "trap", target_os = "linux"))]
            hidden: AtomicBool::new(false),
            recording: AtomicBool::new(false),
            finest: AtomicU32::new(NO_BUDGET),
            task: AtomicUsize::new(NO_TASK),
            frames: [const { Frame::new() }; FRAMES],
        }
    }

    /// What is to be done for few functions only, or only where it was asked for. Gives whether the scope is recorded.
    #[cold]
    fn enter_slowly(&self, site: &'static Site) -> bool {
        if site.budget != 0 && site.budget < self.finest.load(Relaxed) {
            self.finest.store(site.budget, Relaxed);
        }
        let recording = self.recording.load(Relaxed);
        if recording {
            profile::entered(site);
        }
        recording
    }

    /// What is open now.
    pub(super) fn look(&self) -> Seen {
        #[cfg(all(feature = "trap", target_os = "linux"))]
        if self.hidden.load(Acquire) {
            return Seen::default();
        }
        let depth = self.depth.load(Acquire);
        let mut frames = Vec::new();
        for frame in self.frames.iter().take(depth) {
            let entered = frame.entered.load(Acquire);
            match frame.site.load() {
                Some(site) => frames.push((entered, site)),
                None => break,
            }
        }
        // What the thread has left, or entered anew, while we read is not open now.
        let depth = depth.min(self.depth.load(Acquire));
        let known = frames.iter().zip(&self.frames).take(depth);
        let same = known.take_while(|((entered, _), frame)| *entered == frame.entered.load(Acquire)).count();
        frames.truncate(same);
        let deeper = if same == FRAMES.min(depth) { depth - same } else { 0 };
        let task = Some(self.task.load(Relaxed)).filter(|task| *task != NO_TASK);
        Seen { frames, deeper, task }
    }

    /// The smallest budget of the functions that ran, in microseconds.
    pub(super) fn finest(&self) -> Option<u32> {
        Some(self.finest.load(Relaxed)).filter(|budget| *budget != NO_BUDGET)
    }

    fn reset(&self) {
        self.depth.store(0, Release);
        self.recording.store(false, Relaxed);
        self.finest.store(NO_BUDGET, Relaxed);
        self.task.store(NO_TASK, Relaxed);
    }
}

/// This thread has a shadow stack as long as this exists.
pub(super) struct Shadowed {
    stack: &'static ShadowStack,
    /// The stack is this thread's.
    not_send: PhantomData<*mut ()>,
}

/// Whether this thread has a shadow stack.
pub(super) fn is_shadowed() -> bool {
    CURRENT.get().is_some()
}

impl Shadowed {
    /// Gives this thread a stack. It must not have one. Scopes that are open already are not shown.
    pub(super) fn new(recording: bool) -> Self {
        debug_assert!(!is_shadowed(), "the caller has asked");
        let free = lock(&FREE).pop();
        let stack = free.unwrap_or_else(|| Box::leak(Box::new(ShadowStack::new())));
        stack.recording.store(recording, Relaxed);
        CURRENT.set(Some(stack));
        Self { stack, not_send: PhantomData }
    }

    pub(super) fn stack(&self) -> &'static ShadowStack {
        self.stack
    }
}

impl Drop for Shadowed {
    fn drop(&mut self) {
        CURRENT.set(None);
        if self.stack.depth.load(Relaxed) > 0 {
            // Scopes that are shown on it are still to be left, so it cannot be another thread's.
            return;
        }
        self.stack.reset();
        lock(&FREE).push(self.stack);
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests wait for their threads")]
mod tests {
    use super::*;
    use crate::scope::enter;
    use crate::{Kind, current_site};

    static OUTER: Site = Site::new("outer", Kind::Coroutine, "src/house.rs", 1);
    static INNER: Site = Site { budget: 1500, ..Site::new("inner", Kind::Callback, "src/house.rs", 2) };

    fn sites(stack: &ShadowStack) -> Vec<&'static Site> {
        stack.look().frames.into_iter().map(|(_, site)| site).collect()
    }

    #[test]
    fn what_is_open_can_be_read_from_another_thread() {
        let shadowed = Shadowed::new(false);
        let stack = shadowed.stack();
        let outer = enter(&OUTER);
        let inner = enter(&INNER);
        let elsewhere = || std::thread::spawn(|| sites(stack)).join().unwrap();
        let seen = crate::allow_blocking("the test waits for its thread", elsewhere);
        assert_eq!(seen, [&OUTER, &INNER]);
        drop(inner);
        assert_eq!(sites(stack), [&OUTER]);
        drop(outer);
        assert!(sites(stack).is_empty());
    }

    #[test]
    #[cfg(all(feature = "hub", not(feature = "trap")))]
    fn functions_that_follow_each_other_are_entries_of_their_own() {
        use crate::scope::Series;

        let shadowed = Shadowed::new(false);
        let stack = shadowed.stack();
        let _outer = enter(&OUTER);
        let unseen = Frame::new();
        let mut scopes = Series::new(&unseen);
        let looks = [&OUTER, &OUTER, &INNER].map(|site| scopes.run(site, || stack.look()));
        assert_eq!(looks.each_ref().map(|seen| seen.frames[1].1), [&OUTER, &OUTER, &INNER]);
        assert!(
            looks.windows(2).all(|two| two[0].frames[0] == two[1].frames[0] && two[0].frames[1] != two[1].frames[1])
        );
        assert_eq!(stack.finest(), Some(1500));
        drop(scopes);
        assert_eq!(sites(stack), [&OUTER]);
        assert_eq!(unseen.entered.load(Relaxed), 0);
    }

    #[test]
    fn an_entry_is_the_same_until_it_is_left() {
        let shadowed = Shadowed::new(false);
        let stack = shadowed.stack();
        let _outer = enter(&OUTER);
        let inner = enter(&INNER);
        let first = stack.look();
        assert_eq!(stack.look(), first);
        drop(inner);
        let _inner = enter(&INNER);
        let second = stack.look();
        assert_eq!(second.frames[0], first.frames[0]);
        assert_ne!(second.frames[1], first.frames[1]);
    }

    #[test]
    #[cfg(all(feature = "trap", target_os = "linux"))]
    fn what_was_hidden_is_entered_anew() {
        let shadowed = Shadowed::new(false);
        let stack = shadowed.stack();
        let _outer = enter(&OUTER);
        let before = stack.look();
        let hidden = Hidden::new();
        drop(enter(&INNER));
        assert_eq!(stack.look(), Seen::default());
        drop(hidden);
        assert_eq!(sites(stack), [&OUTER]);
        assert_ne!(stack.look(), before);
    }

    #[test]
    #[cfg(all(feature = "trap", target_os = "linux"))]
    fn a_function_goes_on_where_one_in_it_ends_with_nothing_to_tell() {
        let shadowed = Shadowed::new(false);
        let stack = shadowed.stack();
        let _outer = enter(&OUTER);
        let _ = std::fs::metadata("Cargo.toml");
        let before = stack.look();
        drop(enter(&INNER));
        assert_eq!(stack.look(), before);
        // It is not to be told.
        crate::trap::caught::found();
    }

    #[test]
    fn scopes_too_deep_are_counted() {
        let shadowed = Shadowed::new(false);
        let scopes: Vec<_> = (0..FRAMES + 3).map(|_| enter(&OUTER)).collect();
        let seen = shadowed.stack().look();
        assert_eq!((seen.frames.len(), seen.deeper), (FRAMES, 3));
        for scope in scopes.into_iter().rev() {
            drop(scope);
        }
        assert_eq!(shadowed.stack().look(), Seen::default());
    }

    #[test]
    fn a_scope_that_is_open_when_the_watch_comes_is_not_shown() {
        let outer = enter(&OUTER);
        let shadowed = Shadowed::new(false);
        let inner = enter(&INNER);
        assert_eq!(sites(shadowed.stack()), [&INNER]);
        drop(inner);
        drop(outer);
        assert_eq!(shadowed.stack().look(), Seen::default());
    }

    #[test]
    fn a_scope_that_outlasts_its_watch_does_not_disturb_the_next() {
        let first = Shadowed::new(false);
        let outer = enter(&OUTER);
        let inner = enter(&INNER);
        drop(first);
        let second = Shadowed::new(false);
        let own = enter(&OUTER);
        drop(own);
        drop(inner);
        assert_eq!(second.stack().look(), Seen::default());
        let own = enter(&INNER);
        assert_eq!(sites(second.stack()), [&INNER]);
        drop(own);
        drop(outer);
        assert_eq!(current_site(), None);
    }

    #[test]
    fn the_smallest_budget_is_kept() {
        let shadowed = Shadowed::new(false);
        drop(enter(&OUTER));
        assert_eq!(shadowed.stack().finest(), None);
        drop(enter(&INNER));
        assert_eq!(shadowed.stack().finest(), Some(1500));
    }

    #[test]
    fn a_reader_never_sees_a_mixture() {
        // Even entries at depth 1 are `INNER`'s, odd ones `OUTER`'s, and a look never says otherwise.
        let shadowed = Shadowed::new(false);
        let stack = shadowed.stack();
        let over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            let reader = threads.spawn(|| {
                let mut looks = 0;
                while !over.load(Relaxed) {
                    let seen = stack.look();
                    if let [_, (entered, site)] = seen.frames[..] {
                        assert_eq!(site.name() == "inner", entered % 2 == 0, "{entered} {site}");
                        looks += 1;
                    }
                }
                looks
            });
            let _outer = enter(&OUTER);
            let base = stack.frames[1].entered.load(Relaxed);
            for turn in 1..200_000_usize {
                let even = base.wrapping_add(turn) % 2 == 0;
                drop(enter(if even { &INNER } else { &OUTER }));
            }
            over.store(true, Relaxed);
            crate::allow_blocking("the test waits for its thread", || reader.join().unwrap());
        });
    }
}
