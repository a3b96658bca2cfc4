//! Checks the executor's queue for jobs that wait because all threads are busy.

use super::drain::list;
use super::shared::Hub;
use crate::patience::Lasting;

impl Hub {
    /// Logs jobs that wait too long for a thread. It looks only while there are jobs, and ends with the loop.
    pub(super) async fn watch_queue(self) {
        let jobs = &self.shared.executor.jobs;
        loop {
            jobs.some().await;
            let mut lasting: Option<Lasting<'_>> = None;
            let mut known = jobs.table().count_of_all();
            while !jobs.table().is_empty() {
                tokio::time::sleep(self.patience()).await;
                // Those that were there at the last look.
                let (waiting, begun) = jobs.queue(known);
                known = jobs.table().count_of_all();
                let Some(first) = waiting.first() else {
                    lasting = None;
                    continue;
                };
                let lasting = lasting.get_or_insert_with(|| Lasting::since(&self, self.patience()));
                if !lasting.is_logged() {
                    let (more, begun) = (waiting.len() - 1, list(&[("executor job", &begun)]));
                    lasting.log(format!(
                        "executor job {first} waits for a thread, and so do {more} more; those there are have {begun}"
                    ));
                }
            }
        }
    }
}
