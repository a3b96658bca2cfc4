//! The watch, with threads that really hold their loops.
//!
//! A function that is to be reported holds its loop until the report has come, so no test depends on how fast the
//! machine is. One that is not to be reported runs under a threshold that no machine is slow enough for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use onloop::__private::{Kind, Site, enter};
use onloop::watch;
use onloop::watch::{EnterError, Report, ReportEvent, Watch, WatchBuilder};

/// What a function may take that is to be reported.
const SHORT: Duration = Duration::from_millis(4);

/// What a function may take that is not.
const NEVER: Duration = Duration::from_secs(3600);

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

static DOOMED: Site = Site::new("doomed", Kind::Callback, file!(), line!());
static LAST_WORDS: Site = Site::new("last words", Kind::Callback, file!(), line!());
static SLOW_AND_WRONG: Site = Site::new("slow and wrong", Kind::Callback, file!(), line!());
static SLOW_TEST: Site = Site::new("slow test", Kind::Callback, "src/house.rs", 9);
static STUCK_HOOK: Site = Site::new("stuck hook", Kind::Callback, file!(), line!());
static UNWATCHED: Site = Site::new("unwatched", Kind::Callback, file!(), line!());
static OUTER: Site = Site::new("house::outer", Kind::Coroutine, "src/house.rs", 4);
static INNER: Site = Site::new("house::inner", Kind::Callback, "src/house.rs", 4);

/// Where the reports of a watch arrive.
struct Reports(Receiver<Report>);

/// A watch that reports soon, and its reports.
fn reporting(builder: WatchBuilder) -> (WatchBuilder, Reports) {
    let (send, receive) = channel();
    let send: Mutex<Sender<Report>> = Mutex::new(send);
    let hook = move |report: &Report| {
        // The test may be over.
        let _ = send.lock().unwrap().send(report.clone());
    };
    (builder.threshold(SHORT).on_report(hook), Reports(receive))
}

fn started() -> (Watch, Reports) {
    let (builder, reports) = reporting(watch());
    (builder.start().expect("a thread can be had"), reports)
}

/// Waits for what must come, in annotated functions too.
#[track_caller]
fn wait<T>(receiver: &Receiver<T>) -> T {
    onloop::allow_blocking("the watch is to see it", || receiver.recv_timeout(PATIENCE)).expect("it comes")
}

impl Reports {
    #[track_caller]
    fn next(&self) -> Report {
        wait(&self.0)
    }

    #[track_caller]
    fn next_is(&self, event: ReportEvent, site: &str) -> Report {
        let report = self.next();
        assert_eq!((report.event, report.site.name()), (event, site), "{report}");
        report
    }

    /// Holds the loop in a callback until the report of that has come.
    #[track_caller]
    fn hold(&self) -> Report {
        static SITE: Site = Site::new("hold", Kind::Callback, "src/house.rs", 12);
        let _scope = enter(&SITE);
        self.next_is(ReportEvent::Stalled, "hold")
    }

    #[track_caller]
    fn hold_and_let_go(&self) -> (Report, Report) {
        (self.hold(), self.next_is(ReportEvent::Ended, "hold"))
    }
}

#[test]
fn a_stall_is_reported_while_it_lasts_and_when_it_ends() {
    let (watch, reports) = started();
    let _watched = watch.enter().unwrap();
    let (stall, end) = reports.hold_and_let_go();
    assert_eq!((stall.site.kind(), stall.site.file(), stall.site.line()), (Kind::Callback, "src/house.rs", 12));
    assert_eq!((stall.limit, stall.count, stall.deeper), (SHORT, 1, 0));
    assert!(stall.held >= SHORT, "{:?}", stall.held);
    assert_eq!(Some(stall.thread.as_str()), thread::current().name());
    assert_eq!(stall.task, None);
    assert!(end.held >= stall.held, "{:?}", end.held);
    assert_eq!((end.count, end.thread), (1, stall.thread));
    let (again, _) = reports.hold_and_let_go();
    assert_eq!(again.count, 2);
}

#[test]
fn the_chain_has_the_outermost_function_first() {
    static POLL: Site = Site::new("poll", Kind::Coroutine, "src/house.rs", 1);
    let (watch, reports) = started();
    let _watched = watch.enter().unwrap();
    let report = {
        let _scope = enter(&POLL);
        reports.hold()
    };
    assert_eq!(report.chain.iter().map(|site| site.name()).collect::<Vec<_>>(), ["poll", "hold"]);
}

#[test]
#[cfg(all(feature = "stacks", target_os = "linux"))]
fn the_stack_leads_from_where_the_thread_is_to_the_function() {
    #[inline(never)]
    fn helper(reports: &Reports) -> Report {
        std::hint::black_box(reports.next())
    }
    #[onloop::callback]
    #[onloop::allow(blocking_transitive, reason = "it is to be caught by the watch")]
    fn on_tick(reports: &Reports) -> Report {
        helper(reports)
    }
    let (watch, reports) = started();
    let _watched = watch.enter().unwrap();
    let report = on_tick(&reports);
    let stack = report.stack.as_ref().expect("the thread is still there");
    let functions: Vec<_> = stack.frames().iter().filter_map(|frame| frame.function.as_deref()).collect();
    let [.., helper, on_tick] = &functions[..] else { panic!("{functions:?}") };
    assert!(helper.ends_with("::helper") && on_tick.ends_with("::on_tick"), "{functions:?}");
    assert!(functions.iter().any(|name| name.contains("recv_timeout")), "{functions:?}");
    assert!(report.to_string().contains("it is in, the innermost first:\n"), "{report}");
}

#[test]
fn a_function_with_a_budget_has_that_limit() {
    #[onloop::callback(budget = "1ms")]
    #[onloop::allow(blocking_transitive, reason = "it is to be caught by the watch")]
    fn on_tick(reports: &Reports) -> Report {
        reports.next()
    }
    let (builder, reports) = reporting(watch());
    let watch = builder.threshold(NEVER).start().unwrap();
    let _watched = watch.enter().unwrap();
    // The watch looks seldom until a function with a budget has run; it may miss the first run, and this one is seen
    // for as long as it takes.
    let report = on_tick(&reports);
    assert_eq!(report.limit, Duration::from_millis(1));
    assert!(report.site.name().ends_with("::on_tick"), "{report}");
    assert_eq!(report.site.budget(), Some(report.limit));
}

#[test]
fn a_coroutine_has_a_budget_too_and_waiting_does_not_count() {
    #[onloop::coroutine(budget = "2ms")]
    async fn poll() -> u8 {
        std::future::ready(1).await
    }
    let _no_stalls = watch().threshold(NEVER).fail_on_stall();
    let mut future = std::pin::pin!(poll());
    let waker = std::task::Waker::noop();
    assert!(future.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_ready());
}

#[test]
fn a_thread_has_one_watch() {
    let (first, reports) = started();
    let (second, others) = started();
    let watched = first.enter().unwrap();
    assert_eq!(first.enter().unwrap_err(), EnterError::AlreadyWatched);
    assert_eq!(second.enter().unwrap_err(), EnterError::AlreadyWatched);
    assert_eq!(second.watch_thread(), Err(EnterError::AlreadyWatched));
    assert_eq!(EnterError::AlreadyWatched.to_string(), "this thread is watched already");
    reports.hold_and_let_go();
    drop(watched);
    let _watched = second.enter().unwrap();
    others.hold_and_let_go();
    assert!(reports.0.try_recv().is_err());
}

#[test]
fn two_watches_watch_two_threads() {
    let both = [(); 2].map(|()| {
        thread::spawn(|| {
            let (watch, reports) = started();
            let _watched = watch.enter().unwrap();
            reports.hold_and_let_go()
        })
    });
    for thread in both {
        assert_eq!(thread.join().unwrap().1.count, 1);
    }
}

#[test]
fn one_watch_watches_many_threads_and_counts_for_all() {
    let (watch, reports) = started();
    // One after the other, each with the reports to itself.
    let mut counts = Vec::new();
    let mut names = Vec::new();
    let reports = Arc::new(Mutex::new(reports));
    for turn in 0..3 {
        let (watch, reports) = (watch.clone(), Arc::clone(&reports));
        let thread = thread::Builder::new().name(format!("worker {turn}"));
        let held = thread.spawn(move || {
            watch.watch_thread().unwrap();
            reports.lock().unwrap().hold_and_let_go().0
        });
        let report = held.unwrap().join().unwrap();
        counts.push(report.count);
        names.push(report.thread);
    }
    assert_eq!(counts, [1, 2, 3]);
    assert_eq!(names, ["worker 0", "worker 1", "worker 2"]);
}

#[test]
fn a_loop_that_ends_in_a_stall_ends_the_stall() {
    let (watch, reports) = started();
    let watched = watch.enter().unwrap();
    let scope = enter(&LAST_WORDS);
    reports.next_is(ReportEvent::Stalled, "last words");
    drop(watched);
    reports.next_is(ReportEvent::Ended, "last words");
    drop(scope);
    // The watch is there for the next loop.
    let _watched = watch.enter().unwrap();
    reports.hold_and_let_go();
}

#[test]
fn a_thread_that_ends_is_watched_no_longer() {
    let (watch, reports) = started();
    for _ in 0..20 {
        let watch = watch.clone();
        thread::spawn(move || watch.watch_thread().unwrap()).join().unwrap();
    }
    let _watched = watch.enter().unwrap();
    assert_eq!(reports.hold_and_let_go().0.count, 1);
}

#[test]
fn a_watch_that_was_stopped_watches_nobody() {
    let (watch, reports) = started();
    let watched = watch.enter().unwrap();
    let scope = enter(&UNWATCHED);
    reports.next_is(ReportEvent::Stalled, "unwatched");
    watch.stop();
    assert_eq!(reports.0.try_recv().unwrap().event, ReportEvent::Ended, "the stop has told all");
    drop(scope);
    drop(watched);
    assert_eq!(watch.enter().unwrap_err(), EnterError::Stopped);
    assert_eq!(watch.watch_thread(), Err(EnterError::Stopped));
    watch.stop();
}

#[test]
fn a_thread_whose_watch_has_ended_can_be_watched_anew() {
    let (first, _) = started();
    first.watch_thread().unwrap();
    assert_eq!(first.enter().unwrap_err(), EnterError::AlreadyWatched);
    drop(first);
    let (second, reports) = started();
    let _watched = second.enter().unwrap();
    reports.hold_and_let_go();
}

#[test]
fn a_hook_that_panics_is_called_again_and_the_others_are_called() {
    let calls = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&calls);
    let builder = watch().on_report(move |_| {
        *counted.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += 1;
        panic!("this hook always does");
    });
    let (builder, reports) = reporting(builder);
    let watch = builder.start().unwrap();
    let watched = watch.enter().unwrap();
    reports.hold_and_let_go();
    reports.hold_and_let_go();
    drop(watched);
    watch.stop();
    assert_eq!(*calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner), 4);
}

#[test]
fn a_hook_whose_panic_panics_again_takes_nothing_down() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            std::panic::panic_any(Bomb);
        }
    }
    let (builder, reports) = reporting(watch().on_report(|_| std::panic::panic_any(Bomb)));
    let watch = builder.start().unwrap();
    let _watched = watch.enter().unwrap();
    reports.hold_and_let_go();
    reports.hold_and_let_go();
}

#[test]
fn a_hook_that_never_returns_is_left_behind() {
    let (entered, hook_runs) = channel();
    let entered = Mutex::new(entered);
    let (_open, never) = channel::<()>();
    let never = Mutex::new(never);
    let watch = watch().threshold(SHORT).on_report(move |_| {
        entered.lock().unwrap().send(()).unwrap();
        let _ = never.lock().unwrap().recv();
    });
    let watch = watch.start().unwrap();
    let watched = watch.enter().unwrap();
    let scope = enter(&STUCK_HOOK);
    wait(&hook_runs);
    drop(scope);
    drop(watched);
    // Returns, and that is the test.
    watch.stop();
}

#[test]
fn a_hook_may_stop_its_own_watch() {
    let own: Arc<Mutex<Option<Watch>>> = Arc::default();
    let stopped = Arc::clone(&own);
    let (builder, reports) = reporting(watch().on_report(move |_| {
        if let Some(watch) = stopped.lock().unwrap().take() {
            watch.stop();
        }
    }));
    let watch = builder.start().unwrap();
    *own.lock().unwrap() = Some(watch.clone());
    let _watched = watch.enter().unwrap();
    reports.hold_and_let_go();
    assert_eq!(watch.enter().unwrap_err(), EnterError::Stopped);
}

#[test]
fn a_function_that_panics_lets_the_loop_go() {
    let (watch, reports) = started();
    let _watched = watch.enter().unwrap();
    let held = catch_unwind(AssertUnwindSafe(|| {
        let _scope = enter(&DOOMED);
        reports.next_is(ReportEvent::Stalled, "doomed");
        panic!("on purpose");
    }));
    assert!(held.is_err());
    reports.next_is(ReportEvent::Ended, "doomed");
}

#[test]
fn a_test_whose_loop_stalls_fails_with_the_place() {
    let (send, told) = channel();
    let send = Mutex::new(send);
    let hook = move |report: &Report| send.lock().unwrap().send(report.event).unwrap_or(());
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let _no_stalls = watch().threshold(SHORT).on_report(hook).fail_on_stall();
        let _scope = enter(&SLOW_TEST);
        wait(&told);
    }));
    let message = *outcome.unwrap_err().downcast::<String>().unwrap();
    let start = "the loop stalled:\ncallback `slow test` (src/house.rs:9) held the loop on thread `";
    assert!(message.starts_with(start), "{message}");
    assert_eq!(message.lines().count(), 2, "{message}");
}

#[test]
fn a_test_that_fails_already_keeps_its_own_message() {
    let (send, told) = channel();
    let send = Mutex::new(send);
    let hook = move |report: &Report| send.lock().unwrap().send(report.event).unwrap_or(());
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let _no_stalls = watch().threshold(SHORT).on_report(hook).fail_on_stall();
        let _scope = enter(&SLOW_AND_WRONG);
        wait(&told);
        panic!("its own message");
    }));
    assert_eq!(*outcome.unwrap_err().downcast::<&str>().unwrap(), "its own message");
}

#[test]
#[should_panic(expected = "the threshold of the watch is zero")]
fn a_threshold_of_nothing_is_refused() {
    let _ = watch().threshold(Duration::ZERO);
}

#[test]
fn runs_are_profiled_also_of_threads_that_ended() {
    static TICK: Site = Site::new("profiled", Kind::Callback, "src/house.rs", 3);
    let watch = watch().threshold(NEVER).profile(true).start().unwrap();
    let run = |times: usize| (0..times).for_each(|_| drop(enter(&TICK)));
    let entered = watch.clone();
    thread::spawn(move || {
        entered.watch_thread().unwrap();
        run(3);
    })
    .join()
    .unwrap();
    let watched = watch.enter().unwrap();
    run(4);
    let runs = |watch: &Watch| watch.profile().rows.iter().map(|row| (row.site.name(), row.runs)).collect::<Vec<_>>();
    assert_eq!(runs(&watch), [("profiled", 7)]);
    let row = watch.profile().rows[0];
    assert_eq!(row.histogram.iter().sum::<u64>(), 7);
    assert!(row.longest <= row.total);
    drop(watched);
    run(5);
    assert_eq!(runs(&watch), [("profiled", 7)], "unwatched, nobody counts");
    let table = watch.profile().to_string();
    assert!(table.ends_with("callback profiled (src/house.rs:3)"), "{table}");
}

#[test]
fn without_being_asked_for_there_is_no_profile() {
    let watch = watch().threshold(NEVER).start().unwrap();
    let _watched = watch.enter().unwrap();
    drop(enter(&INNER));
    assert!(watch.profile().rows.is_empty());
}

/// Keeps the names of the spans that are entered and left.
mod spans {
    use std::sync::{Arc, Mutex};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    #[derive(Clone, Default)]
    pub(super) struct Keeper {
        pub(super) names: Arc<Mutex<Vec<&'static str>>>,
        pub(super) steps: Arc<Mutex<Vec<String>>>,
        /// Whether the subscriber does everything wrong.
        pub(super) panics: bool,
    }

    impl Keeper {
        fn step(&self, what: &str, id: &Id) {
            let index = usize::try_from(id.into_u64()).unwrap() - 1;
            let name = self.names.lock().unwrap()[index];
            self.steps.lock().unwrap().push(format!("{what} {name}"));
        }
    }

    impl Subscriber for Keeper {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "onloop::span"
        }

        fn new_span(&self, span: &Attributes<'_>) -> Id {
            assert!(!self.panics, "this subscriber always panics");
            assert_eq!((span.metadata().file(), span.metadata().line()), (Some("src/house.rs"), Some(4)));
            let mut names = self.names.lock().unwrap();
            names.push(span.metadata().name());
            Id::from_u64(names.len() as u64)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &Event<'_>) {}

        fn enter(&self, id: &Id) {
            self.step("enter", id);
        }

        fn exit(&self, id: &Id) {
            self.step("exit", id);
        }
    }
}

#[test]
fn each_run_is_a_span_under_its_own_name() {
    let keeper = spans::Keeper::default();
    tracing::subscriber::with_default(keeper.clone(), || {
        let watch = watch().threshold(NEVER).spans(true).start().unwrap();
        let _watched = watch.enter().unwrap();
        for _ in 0..2 {
            let _outer = enter(&OUTER);
            let _inner = enter(&INNER);
        }
    });
    let once = ["enter house::outer", "enter house::inner", "exit house::inner", "exit house::outer"];
    assert_eq!(*keeper.steps.lock().unwrap(), [once, once].concat());
}

#[test]
fn a_watch_that_ends_within_a_scope_leaves_the_spans() {
    let keeper = spans::Keeper::default();
    tracing::subscriber::with_default(keeper.clone(), || {
        let watch = watch().threshold(NEVER).spans(true).profile(true).start().unwrap();
        let before = enter(&OUTER);
        let watched = watch.enter().unwrap();
        let outer = enter(&OUTER);
        let inner = enter(&INNER);
        drop(watched);
        drop(inner);
        drop(outer);
        drop(before);
    });
    let expected = ["enter house::outer", "enter house::inner", "exit house::inner", "exit house::outer"];
    assert_eq!(*keeper.steps.lock().unwrap(), expected);
}

#[test]
fn a_subscriber_that_panics_does_not_reach_the_function() {
    let keeper = spans::Keeper { panics: true, ..spans::Keeper::default() };
    tracing::subscriber::with_default(keeper, || {
        let watch = watch().threshold(NEVER).spans(true).profile(true).start().unwrap();
        let _watched = watch.enter().unwrap();
        drop(enter(&OUTER));
        assert_eq!(watch.profile().rows[0].runs, 1);
    });
}

/// Set in the process that is to exit while the watch reports.
const EXITS: &str = "ONLOOP_TEST_EXITS";

#[test]
fn a_process_exits_while_the_watch_reports() -> ExitCode {
    if std::env::var_os(EXITS).is_some() {
        let (entered, hook_runs) = channel();
        let entered = Mutex::new(entered);
        let watch = watch().threshold(SHORT).on_report(move |_| {
            entered.lock().unwrap().send(()).unwrap();
            loop {
                thread::park();
            }
        });
        let watch = watch.start().unwrap();
        watch.watch_thread().unwrap();
        let _scope = enter(&OUTER);
        wait(&hook_runs);
        std::process::exit(7);
    }
    let program = std::env::current_exe().expect("this is a program");
    let name = "watch::a_process_exits_while_the_watch_reports";
    let output = Command::new(program).args(["--exact", name, "--nocapture"]).env(EXITS, "1").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), errors.contains("panicked")), (Some(7), false), "{errors}");
    ExitCode::SUCCESS
}

#[cfg(feature = "hub")]
mod on_a_loop {
    use std::cell::Cell;

    use onloop::__private::coroutine;
    use onloop::Hub;
    use tokio::runtime;

    use super::*;

    static IN_A_TABLE: Site = Site::new("logged_in_a_table", Kind::Callback, "src/house.rs", 30);

    async fn hold(reports: &Mutex<Reports>) -> Report {
        static SITE: Site = Site::new("hold_in_a_poll", Kind::Coroutine, "src/house.rs", 20);
        coroutine(&SITE, async { reports.lock().unwrap().next_is(ReportEvent::Stalled, "hold_in_a_poll") }).await
    }

    #[test]
    fn a_hub_is_watched_and_its_tasks_are_named() {
        let (builder, reports) = reporting(watch());
        let reports = Arc::new(Mutex::new(reports));
        Hub::builder().watch(builder).run(async |hub| {
            let own = Arc::clone(&reports);
            let first = hub.create_task_named("freezes at once", async move { hold(&own).await });
            let report = first.await.unwrap();
            let task = report.task.expect("the hub knows");
            assert!(task.starts_with("`freezes at once` (made at "), "{task}");
            reports.lock().unwrap().next_is(ReportEvent::Ended, "hold_in_a_poll");

            let own = Arc::clone(&reports);
            let second = hub.create_task_named("freezes later", async move {
                tokio::task::yield_now().await;
                hold(&own).await
            });
            let report = second.await.unwrap();
            assert!(report.task.is_some_and(|task| task.starts_with("`freezes later`")));
            reports.lock().unwrap().next_is(ReportEvent::Ended, "hold_in_a_poll");

            let report = hold(&reports).await;
            assert_eq!((report.task, report.count), (None, 3));
        });
    }

    #[test]
    fn a_task_within_a_task_is_the_one_that_is_named() {
        let (builder, reports) = reporting(watch());
        Hub::builder().watch(builder).run(async |hub| {
            let inner = hub.clone();
            let outer = hub.create_task_named("outer", async move {
                let reports = Arc::new(Mutex::new(reports));
                let own = Arc::clone(&reports);
                let task = inner.create_task_named("inner", async move { own.lock().unwrap().hold() });
                let reported = task.await.unwrap().task;
                reports.lock().unwrap().next_is(ReportEvent::Ended, "hold");
                (reported, reports.lock().unwrap().hold().task)
            });
            let (inner, outer) = outer.await.unwrap();
            assert!(inner.is_some_and(|task| task.starts_with("`inner`")));
            assert!(outer.is_some_and(|task| task.starts_with("`outer`")));
        });
    }

    #[test]
    fn a_hub_on_a_watched_thread_names_its_tasks_too() {
        let (watch, reports) = started();
        let _watched = watch.enter().unwrap();
        let report = Hub::run(async |hub| hub.create_task_named("guest", async move { reports.hold() }).await.unwrap());
        assert!(report.task.is_some_and(|task| task.starts_with("`guest`")));
    }

    #[test]
    fn a_hub_that_cannot_have_its_watch_runs_without() {
        crate::log::keep();
        let (outer, reports) = started();
        let _watched = outer.enter().unwrap();
        let ran = Hub::builder().watch(watch()).run(async |hub| hub.watch().is_none());
        assert!(ran);
        assert!(!crate::log::lines_with("the hub runs without its watch: this thread is watched already").is_empty());
        reports.hold_and_let_go();
    }

    #[test]
    fn the_watch_of_a_hub_ends_with_it() {
        let mut kept = None;
        let (builder, reports) = reporting(watch());
        Hub::builder().watch(builder).run(async |hub| {
            kept = hub.watch().cloned();
            reports.hold_and_let_go();
        });
        assert_eq!(kept.expect("it could start").enter().unwrap_err(), EnterError::Stopped);
        // The thread is free for the next.
        Hub::builder().watch(watch()).run(async |hub| assert!(hub.watch().is_some()));
    }

    #[test]
    fn a_hub_whose_main_panics_ends_its_watch() {
        let kept = Cell::new(None);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            Hub::builder().watch(watch()).run(async |hub| {
                kept.set(hub.watch().cloned());
                panic!("on purpose");
            });
        }));
        assert!(outcome.is_err());
        assert_eq!(kept.take().expect("it could start").enter().unwrap_err(), EnterError::Stopped);
    }

    #[test]
    fn reports_go_to_the_log() {
        crate::log::keep();
        let (builder, reports) = reporting(watch());
        thread::Builder::new()
            .name("logged loop".to_owned())
            .spawn(move || Hub::builder().watch(builder).run(async |_| drop(reports.hold_and_let_go())))
            .unwrap()
            .join()
            .unwrap();
        let lines = crate::log::lines_with("on thread `logged loop`");
        let levels: Vec<_> = lines.iter().map(|(level, _)| *level).collect();
        assert_eq!(levels, [tracing::Level::WARN, tracing::Level::INFO], "{lines:?}");
        assert!(lines[0].1.starts_with("callback `hold` (src/house.rs:12) has held the loop"), "{lines:?}");
    }

    #[test]
    fn a_profile_goes_to_the_log_when_the_hub_has_stopped() {
        crate::log::keep();
        Hub::builder().watch(watch().profile(true)).run(async |hub| {
            drop(enter(&IN_A_TABLE));
            assert_eq!(hub.watch().unwrap().profile().rows[0].runs, 1);
        });
        let lines = crate::log::lines_with("logged_in_a_table");
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].1.starts_with("how long functions held the loop\n"), "{lines:?}");
    }

    #[test]
    fn a_current_thread_runtime_is_watched() {
        let (watch, reports) = started();
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        let _watched = watch.enter().unwrap();
        let report = runtime.block_on(hold(&Mutex::new(reports)));
        assert_eq!(report.task, None);
    }

    #[test]
    fn the_workers_of_a_runtime_are_watched() {
        let (watch, reports) = started();
        let workers = watch.clone();
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("worker of a runtime")
            .on_thread_start(move || workers.watch_thread().unwrap())
            .build()
            .unwrap();
        let held = runtime.spawn(async move { reports.hold() });
        let report = runtime.block_on(held).unwrap();
        assert_eq!(report.thread, "worker of a runtime");
        drop(runtime);
        // All threads are gone; the watch waits for others.
        drop(watch.enter().unwrap());
    }
}
