//! Closures and functions as values: where they run.

use crate::testing::{Kind, check_coroutine, check_file, findings_of};

#[test]
fn marked_closures_and_paths_run_where_the_mark_says() {
    check_coroutine(
        "
        async fn start(hub: &Hub) {
            let stored = #[callback] |event: &Event| { std::fs::read(\"x\"); };
                                                     //^^^ `std::fs::read` blocks the event loop
            let stored = #[onloop::blocking] |event: &Event| { std::fs::read(\"x\"); };
            hub.add_executor_job(#[coroutine] async || std::fs::read(\"x\"));
                                                     //^^^ `std::fs::read` blocks the event loop
            hub.listen(#[blocking] std::fs::read);
            hub.listen(#[callback] std::fs::read);
                     //^ `std::fs::read` blocks the event loop
            listen(#[callback] || hub.listen(#[blocking] || std::fs::read(\"x\")));
        }
        ",
    );
    let help = |item: &str| findings_of(Kind::Coroutine, item)[0].help[0].clone();
    assert_eq!(
        help("async fn f(hub: &Hub) { hub.listen(#[callback] std::fs::read); }"),
        "mark it so that it runs in the executor: `#[blocking] std::fs::read`"
    );
    let task = help("async fn f(hub: &Hub) { hub.listen(#[callback] || std::fs::read(x)); }");
    assert_eq!(
        task,
        "mark the closure `#[blocking]` to run it in the executor, or `#[coroutine] async` and await `tokio::fs::read(..)`"
    );
}

#[test]
fn a_function_passed_as_a_value_is_reported() {
    check_coroutine(
        "
        async fn settle() {
            let texts = names.iter().map(std::fs::read_to_string);
                                       //^^^ `std::fs::read_to_string` blocks the event loop when it is called
            let nap = std::thread::sleep;
                    //^^^ `std::thread::sleep` blocks the event loop when it is called
            nap(SECOND);
        }
        ",
    );
}

#[test]
fn closures_run_where_they_are_handed_to() {
    check_coroutine(
        "
        async fn settle(hub: &Hub) {
            hub.add_executor_job(move || std::fs::read(name)).await;
            tokio::task::spawn_blocking(|| { std::thread::sleep(SECOND); }).await;
            tokio::task::spawn_blocking(std::thread::park).await;
            some_runtime::spawn_blocking(move || { std::thread::sleep(SECOND); });
            tasks.push(std::thread::spawn(|| std::fs::read(name)));
            let job = move || std::fs::read(name);
            let boxed: Box<dyn FnOnce()> = Box::new(|| std::thread::park());
            let inner = || std::fs::read(name);
            let outer = move || inner();
            tokio::task::spawn_blocking(job).await;
            tokio::task::spawn_blocking(boxed).await;
            tokio::task::spawn_blocking(outer).await;
            let here = || std::fs::read(name);
                        //^^^ `std::fs::read` blocks the event loop
            here();
            tokio::task::spawn_blocking(here).await;
            tokio::task::spawn_blocking(make(std::fs::read(name))).await;
                                           //^^^ `std::fs::read` blocks the event loop
            names.iter().map(|name| std::fs::read(name));
                                  //^^^ `std::fs::read` blocks the event loop
            tokio::spawn(async move { std::fs::read(name) }).await;
                                    //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn closures_are_followed_through_what_hands_them_on() {
    check_coroutine(
        "
        async fn settle(hub: &Hub) {
            hub.add_executor_job({ let n = name.clone(); move || std::fs::read(n) }).await;
            hub.add_executor_job({ let n = std::fs::read(name); move || std::fs::read(n) }).await;
                                         //^^^ `std::fs::read` blocks the event loop
            let job = { let n = 1; move || std::fs::read(n) };
            hub.add_executor_job(job).await;
            let job = if quick { Box::new(|| std::fs::read(a)) as Box<dyn FnOnce()> } else { Box::new(|| std::fs::read(b)) };
            hub.add_executor_job(job).await;
            hub.add_executor_job(match kind { A => || std::fs::read(a), B => std::thread::park }).await;
            for job in names.into_iter().map(|n| move || std::fs::read(n)) { hub.add_executor_job(job).await; }
            let job = { let n = 1; move || std::fs::read(n) };
                                         //^^^ `std::fs::read` blocks the event loop
            job();
        }
        ",
    );
}

#[test]
fn an_awaited_call_may_have_an_executor_of_its_own() {
    check_file(
        Kind::Coroutine,
        "
        async fn asyncify<T>(work: impl FnOnce() -> T) -> T { tokio::task::spawn_blocking(work).await }

        async fn settle(pool: &Pool) {
            asyncify(|| std::fs::read(name)).await;
            pool.run(move || std::fs::read(name)).await?;
            retry(|| std::fs::read(name));
                   //^^^ `std::fs::read` blocks the event loop
            stream.for_each(|name| { std::fs::read(name); ready(()) }).await;
                                   //^^^ `std::fs::read` blocks the event loop
            retry(|| async { std::fs::read(name) }).await;
                           //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn the_body_of_a_stream_is_that_of_a_task() {
    check_file(
        Kind::Callback,
        "
        use async_stream::{stream, try_stream};
        fn on_tick(path: std::path::PathBuf) -> impl Stream<Item = u8> {
            let first = try_stream! {
                let text = std::fs::read(name)?;
                         //^^^ `std::fs::read` blocks the event loop
                for await line in lines(text) { path.exists(); yield line; }
                                                   //^^^^^^ `exists` blocks the event loop: it is `std::path::Path::exists`
            };
            stream! { loop { tokio::time::sleep(SECOND).await; yield 1; } }
        }
        ",
    );
}

#[test]
fn a_closure_that_takes_references_along_is_a_closure() {
    check_file(
        Kind::Callback,
        "
        use glib::clone;
        use std::path::PathBuf;
        fn on_tick(button: &Button, path: PathBuf, this: &Window) {
            button.connect_clicked(clone!(#[weak] button, #[strong(rename_to = name)] path, move |_| { name.exists(); }));
                                                                                                          //^^^^^^ `exists` blocks the event loop: it is `std::path::Path::exists`
            button.connect_clicked(clone!(@weak button, @strong path as name => move |_, _| { name.is_dir(); }));
                                                                                                 //^^^^^^ `is_dir` blocks the event loop: it is `std::path::Path::is_dir`
            let held = glib::clone!(#[weak] this, #[upgrade_or] false, move |_| std::fs::read(name));
                                                                              //^^^ `std::fs::read` blocks the event loop
            button.connect_clicked(held);
            glib::spawn_future_local(clone!(#[strong] path, async move { path.is_file(); later().await; }));
                                                                            //^^^^^^^ `is_file` blocks the event loop: it is `std::path::Path::is_file`
            std::thread::spawn(clone!(#[strong] path, move || { path.exists(); })).detach();
            path.clone();
        }
        ",
    );
}

#[test]
fn methods_that_run_their_closure_elsewhere_by_the_type_of_their_receiver() {
    check_coroutine(
        "
        async fn save(db: &tokio_rusqlite::Connection, other: &Other, mut pin: rppal::gpio::InputPin) {
            let saving = db.call(|db| std::fs::write(path, b\"x\"));
            pin.set_async_interrupt(edge, None, |event| std::fs::write(path, b\"x\"));
            other.call(|db| std::fs::write(path, b\"x\"));
                          //^^^^^ `std::fs::write` blocks the event loop
        }
        ",
    );
}

#[test]
fn a_closure_that_is_only_kept_runs_nobody_knows_where() {
    check_coroutine(
        "
        struct Job(Box<dyn FnOnce() + Send>);

        async fn plan(&mut self, jobs: &mut Vec<Job>, table: &mut HashMap<u32, Box<dyn Fn()>>, slot: &OnceLock<fn()>) {
            jobs.push(Box::new(|| { std::fs::read(\"a\"); }));
            table.insert(1, Box::new(|| { std::fs::read(\"a\"); }));
            self.hook.replace(Arc::new(|| { std::fs::read(\"a\"); }));
            slot.set(|| { std::fs::read(\"a\"); });
            let job = Job(Box::new(|| { std::fs::read(\"a\"); }));
            self.queue.push_back(job);
            list.push(std::fs::read(\"b\"));
                    //^^^^^^^^^^^^ `std::fs::read` blocks the event loop
            self.client.into_helper_thread(|token| { std::fs::read(\"a\"); });
            foreign::Interceptor::new(service, |request| { std::fs::read(\"a\"); });
            foreign::Server::with_interceptor(service, std::fs::read);
            foreign::run_in_background(|| { std::fs::read(\"a\"); });
            self.on_change(Box::new(|| { std::fs::read(\"b\"); }));
                                       //^^^^^^^^^^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}
