//! A queue that other threads fill and the loop empties.
//!
//! Its lock is a leaf: nothing else is locked, borrowed or called while it is held.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use crate::lock::lock;

/// The queue keeps room for so many jobs even when it is empty.
const ROOM_TO_KEEP: usize = 1024;

/// The jobs of other threads, until they run.
pub(super) struct Inbox<J> {
    waiting: Mutex<Waiting<J>>,
    /// Told for each job.
    arrived: Notify,
}

struct Waiting<J> {
    open: bool,
    jobs: VecDeque<J>,
    /// How many there were ever.
    taken: u64,
}

impl<J> Inbox<J> {
    pub(super) fn new() -> Arc<Self> {
        let waiting = Waiting { open: true, jobs: VecDeque::new(), taken: 0 };
        Arc::new(Self { waiting: Mutex::new(waiting), arrived: Notify::new() })
    }

    /// Takes a job, or gives it back if the inbox is closed.
    #[inline]
    pub(super) fn push(&self, job: J) -> Result<(), J> {
        let mut waiting = lock(&self.waiting);
        if !waiting.open {
            return Err(job);
        }
        waiting.jobs.push_back(job);
        waiting.taken += 1;
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// The next job. After a peak the memory for it goes.
    #[inline]
    pub(super) fn pop(&self) -> Option<J> {
        let jobs = &mut lock(&self.waiting).jobs;
        let next = jobs.pop_front();
        let room = jobs.capacity();
        if room > ROOM_TO_KEEP && jobs.len() < room / 8 {
            jobs.shrink_to(ROOM_TO_KEEP.max(room / 4));
        }
        next
    }

    /// Waits until a job has come.
    pub(super) async fn arrival(&self) {
        self.arrived.notified().await;
    }

    /// How many jobs were ever taken, and how many of them have not run.
    pub(super) fn taken(&self) -> (u64, u64) {
        let waiting = lock(&self.waiting);
        (waiting.taken, waiting.jobs.len() as u64)
    }

    /// Refuses what comes from now on.
    pub(super) fn close(&self) {
        lock(&self.waiting).open = false;
    }

    /// Refuses what comes from now on, and gives what has come.
    pub(super) fn close_and_drain(&self) -> VecDeque<J> {
        let mut waiting = lock(&self.waiting);
        waiting.open = false;
        std::mem::take(&mut waiting.jobs)
    }
}
