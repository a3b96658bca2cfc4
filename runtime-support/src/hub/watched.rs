//! Connects the hub with the watch of its loop.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex, MutexGuard};

use super::label::Label;
use super::pages;
use crate::lock::lock;
use crate::log::log;
use crate::serial::SerialHasher;
use crate::watch::{NamedTasks, Watch, WatchBuilder, Watched};

/// What the tasks of a watched loop are called, where the watch can read it.
///
/// The lock is a leaf: nothing else is locked, borrowed or called while it is held.
#[derive(Debug, Default)]
pub(super) struct TaskNames {
    labels: Mutex<HashMap<u64, Label, BuildHasherDefault<SerialHasher>>>,
}

impl TaskNames {
    fn labels(&self) -> MutexGuard<'_, HashMap<u64, Label, BuildHasherDefault<SerialHasher>>> {
        lock(&self.labels)
    }

    pub(super) fn insert(&self, id: u64, label: Label) {
        self.labels().insert(id, label);
    }

    pub(super) fn remove(&self, id: u64) {
        let mut labels = self.labels();
        let label = labels.remove(&id);
        pages::shrink(&mut labels);
        drop(labels);
        drop(label);
    }

    fn name(&self, task: usize) -> Option<String> {
        let id = u64::try_from(task).ok()?;
        let label = self.labels().get(&id).cloned();
        label.map(|label| label.to_string())
    }
}

/// The watch of a hub's loop, for as long as the loop runs.
pub(super) struct HubWatch {
    tasks: Option<Arc<TaskNames>>,
    // Dropped in this order: the loop is watched no longer, then the watch ends.
    _asks: NamedTasks,
    _watched: Option<Watched>,
    own: Option<StopsWhenDropped>,
}

struct StopsWhenDropped(Watch);

impl Drop for StopsWhenDropped {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl HubWatch {
    /// Starts the watch that was asked for. Without one, tasks have names if somebody else watches this thread.
    pub(super) fn start(builder: Option<WatchBuilder>) -> Self {
        let own = builder.and_then(|builder| {
            let started = builder.start().map_err(|error| error.to_string());
            let entered = started.and_then(|watch| {
                let watched = watch.enter().map_err(|error| error.to_string())?;
                Ok((watch, watched))
            });
            entered.map_err(|error| log!(WARN, "the hub runs without its watch: {error}")).ok()
        });
        let (own, watched) = own.map(|(watch, watched)| (StopsWhenDropped(watch), watched)).unzip();
        let tasks = NamedTasks::are_wanted().then(|| Arc::new(TaskNames::default()));
        let asked = tasks.clone();
        let asks = NamedTasks::new(move |task| asked.as_ref().and_then(|names| names.name(task)));
        Self { tasks, _asks: asks, _watched: watched, own }
    }

    pub(super) fn watch(&self) -> Option<Watch> {
        self.own.as_ref().map(|own| own.0.clone())
    }

    pub(super) fn task_names(&self) -> Option<Arc<TaskNames>> {
        self.tasks.clone()
    }
}
