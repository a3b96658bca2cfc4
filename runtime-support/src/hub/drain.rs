//! Waiting until the work is done.

use std::fmt::Write as _;
use std::pin::pin;
use std::time::Duration;

use super::label::Label;
use super::shared::{Hub, Shared};
use super::work_table::Group;
use crate::log::log;

/// How long a wait lasts before the log tells what it waits for, each time anew. The reference's figure.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many names one log line holds.
const MAX_NAMES: usize = 20;

impl Hub {
    /// Waits until no tracked work is left: neither tasks nor executor jobs, nor those that they make meanwhile, nor what
    /// was handed to a [`Remote`][super::Remote] and has not run.
    ///
    /// It lets the loop turn once, then returns as soon as nothing is left. It does not wait for the task it is
    /// called from, nor for others that wait in here themselves, for those would wait for each other. Background
    /// tasks and their jobs are left out. After 60 s, and every 60 s from then on, it logs at debug level what it
    /// still waits for. When the hub begins to stop it returns: what it waited for is left behind. With work that
    /// makes new work without end it does not return: put a [`timeout`][crate::timeout()] around it.
    ///
    /// This is Home Assistant's `async_block_till_done`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only watches.
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// Hub::run(async |hub| {
    ///     let task = hub.create_task(async { tokio::task::yield_now().await });
    ///     hub.block_till_done().await;
    ///     assert!(task.is_finished());
    /// });
    /// ```
    pub async fn block_till_done(&self) {
        self.shared.drain(&[Group::Tracked]).await;
    }

    /// Waits as [`block_till_done`][Hub::block_till_done] does, for background tasks and their jobs as well.
    ///
    /// Most background tasks run for as long as the hub does: this is for tests, and for hubs whose background tasks
    /// are known to end.
    pub async fn block_till_done_with_background(&self) {
        self.shared.drain(Group::FRESH).await;
    }
}

impl Shared {
    async fn drain(&self, groups: &[Group]) {
        let _aside = self.step_aside();
        tokio::task::yield_now().await;
        let mut idle = pin!(self.idle(groups, groups));
        while tokio::time::timeout(PATIENCE, &mut idle).await.is_err() {
            let names = self.names(groups, groups);
            log!(DEBUG, "hub `{}` still waits for {names}", self.name);
        }
    }

    /// Completes when there is neither a task nor a job in these groups.
    pub(super) async fn idle(&self, tasks: &[Group], jobs: &[Group]) {
        let _watch = Watch::new(self);
        let mut seen = None;
        loop {
            let mut progress = pin!(self.executor.jobs.progress.notified());
            // From here on nothing is missed, so looking comes after.
            progress.as_mut().enable();
            let is_idle = self.tasks.borrow().is_idle(tasks) && self.executor.jobs.table().is_idle(jobs);
            if is_idle && self.has_served_remotes(&mut seen) {
                return;
            }
            progress.await;
        }
    }

    /// Whether what remotes were handed has run. What work of the hub's has handed over always counts. Of other threads'
    /// what was there at the first look does: one that sends without end holds nobody up.
    fn has_served_remotes(&self, seen: &mut Option<Seen>) -> bool {
        let (taken, waiting) = self.inbox.taken();
        if waiting == 0 {
            return true;
        }
        let begun = [self.tasks.borrow().count_of_all(), self.executor.jobs.table().count_of_all()];
        match seen {
            Some(seen) if seen.begun == begun => taken - waiting >= seen.taken,
            _ => {
                *seen = Some(Seen { taken, begun });
                false
            }
        }
    }

    /// Called whenever a task has ended or stepped aside. Every wait needs the tracked group empty, so while it is
    /// not, nobody has to look.
    pub(super) fn notify_drains(&self) {
        if self.drains.get() > 0 && self.tasks.borrow().is_idle(&[Group::Tracked]) {
            self.executor.jobs.progress.notify_waiters();
        }
    }

    /// Takes the current task out of what is waited for, while the guard lives.
    pub(super) fn step_aside(&self) -> Option<Aside<'_>> {
        let id = self.current.get()?;
        self.tasks.borrow_mut().step_aside(id);
        self.notify_drains();
        Some(Aside { shared: self, id })
    }

    /// What is alive in these groups, for the log.
    pub(super) fn names(&self, tasks: &[Group], jobs: &[Group]) -> String {
        let tasks = self.tasks.borrow().labels(tasks);
        let jobs = self.executor.jobs.table().labels(jobs);
        list(&[("task", &tasks), ("executor job", &jobs)])
    }
}

/// What a wait has seen when nothing was left but what remotes were handed.
struct Seen {
    /// How many jobs remotes had taken.
    taken: u64,
    /// How many tasks and executor jobs there had been. If there are more, they may have handed something over.
    begun: [u64; 2],
}

/// The current task stands aside.
pub(super) struct Aside<'a> {
    shared: &'a Shared,
    id: u64,
}

impl Aside<'_> {
    pub(super) fn id(&self) -> u64 {
        self.id
    }
}

impl Drop for Aside<'_> {
    fn drop(&mut self) {
        self.shared.tasks.borrow_mut().step_back(self.id);
    }
}

/// A wait is under way.
struct Watch<'a> {
    shared: &'a Shared,
}

impl<'a> Watch<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.drains.update(|drains| drains + 1);
        Self { shared }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.shared.drains.update(|drains| drains - 1);
    }
}

/// Names of all kinds for the log, as many as one line holds.
pub(super) fn list(kinds: &[(&str, &[Label])]) -> String {
    let mut named = kinds.iter().flat_map(|(kind, labels)| labels.iter().map(move |label| (kind, label)));
    let mut text = String::new();
    for (kind, label) in named.by_ref().take(MAX_NAMES) {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{kind} {label}");
    }
    let more = named.count();
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut() {
        let labels = vec![Label::given("x".into()); 15];
        let text = list(&[("task", &labels), ("executor job", &labels)]);
        assert_eq!(text.matches("task `x`").count(), 15);
        assert_eq!(text.matches("executor job `x`").count(), 5);
        assert!(text.ends_with(" and 10 more"), "{text}");
    }
}
