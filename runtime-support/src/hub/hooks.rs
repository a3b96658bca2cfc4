//! Hooks: jobs that the start or the stop of the hub waits for.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::drain;
use super::label::Label;
use super::limit::within;
use super::run::JobRun;
use super::shared::Hub;
use crate::argument::Argument;
use crate::listeners::Listeners;

impl Hub {
    /// Runs hooks, and those that they add, and waits for them, no longer than `limit`. Gives the names of those that
    /// run on then. The list takes no more after that.
    pub(super) async fn run_hooks(&self, hooks: &Listeners<()>, limit: Duration) -> Option<String> {
        let mut runs = Vec::new();
        let all_done = async {
            while let Some(slots) = hooks.now() {
                hooks.notify(&slots, &mut Argument::new(()), |job, argument, live| {
                    runs.push((job.name().clone(), self.run_tracked(job, argument, live)));
                });
                drop(slots);
                self.ended(&mut runs).await;
                // Hooks that add hooks without end do not hold the loop.
                tokio::task::yield_now().await;
            }
        };
        let is_late = within(limit, all_done).await.is_none();
        hooks.close();
        is_late.then(|| {
            let labels: Vec<_> = runs.into_iter().map(|(name, _)| Label::Job(name)).collect();
            drain::list(&[("hook", &labels)])
        })
    }

    /// Waits for runs, but for those that wait for the hub's stop themselves.
    async fn ended<N>(&self, runs: &mut Vec<(N, JobRun<()>)>) {
        loop {
            let mut progress = pin!(self.shared.executor.jobs.progress.notified());
            progress.as_mut().enable();
            let are_done = poll_fn(|cx| {
                runs.retain_mut(|(_, run)| run.poll_ended(cx).is_pending());
                if runs.iter().all(|(_, run)| run.task().is_some_and(|task| self.shared.awaits_stop(task))) {
                    return Poll::Ready(true);
                }
                progress.as_mut().poll(cx).map(|()| false)
            });
            if are_done.await {
                return;
            }
        }
    }
}
