//! # What it does
//! Reports a future that is created and thrown away: a statement `f();`, `let _ = f();` or `_ = f();` where `f` is
//! async or returns a future, and `drop(f())` of an `async fn`. It also reports an `Unsubscribe`, or a guard of the
//! watch or the trap, that is dropped at once: `let _ = hub.bus().listen(..)` ends the listener immediately.
//!
//! # Why is this bad
//! A future does nothing until it is polled. The code reads as if the work were done, and nothing has happened.
//!
//! # Limits
//! Known are: async functions and methods of the crate (those of its traits too), functions that say they return a
//! future, async blocks, and the async functions that the catalogue recommends (`tokio::time::sleep`). Methods such as
//! `Sender::send` are known where the text shows the receiver's type. For all others rustc's own `unused_must_use`
//! warns. A closure for the executor that gives a future counts where nobody looks at what the job gives:
//! `spawn_blocking(|| async { .. }).await?;` runs nothing of it. So does a task that ends in one:
//! `spawn(async { save() }).await?;`. Futures in `join_all(..)` and its kin, in `vec![..]`, and those that the `map` of an
//! `Option`, a `Result` or an iterator makes are lost with the value that they are in.
//!
//! A future that is bound to a name counts as used, unless the name begins with `_` and does not occur again.
//! `drop(f())` of a function that is not `async` itself is left alone, because the function may do something at once.
//! Statements inside macros are checked only in the macros of std and in `select!`. A value of another crate's type
//! that happens to be a future is left alone: many such types are handles of work that runs already.
//!
//! # Example
//! ```compile_fail
//! #[onloop::coroutine]
//! async fn poll() {
//!     tokio::task::yield_now();
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::coroutine]
//! async fn poll() {
//!     tokio::task::yield_now().await;
//! }
//! ```

use super::Rule;
use crate::facts::model::Model;
use crate::facts::sign::Sign;
use crate::knowledge::keepers::Ends;
use crate::rules::finding::Report;
use crate::rules::help;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "dropped_future", kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::DroppedFuture], check };

fn check(model: &Model, report: &mut Report) {
    for found in &model.dropped {
        if let Some(ends) = found.ends {
            let written = found.written.as_deref().unwrap_or_default();
            let (message, help) = ends_at_once(written, ends);
            report.push(&RULE, &found.context, &found.tokens, message, vec![help]);
            continue;
        }
        let what = match &found.written {
            Some(written) => format!("the future of `{written}`"),
            None => "this async block".to_owned(),
        };
        let message = format!("{what} is never polled, so it does nothing");
        let help = match model.kind {
            Kind::Coroutine => format!("`.await` it, or give it to {}", model.tools.tracked_task()),
            Kind::Callback | Kind::Blocking => help::awaited(model, ", and `.await` it"),
        };
        report.push(&RULE, &found.context, &found.tokens, message, vec![help]);
    }
}

/// What is said of a value that is dropped at once, and with which something ends.
fn ends_at_once(written: &str, ends: Ends) -> (String, String) {
    match ends {
        Ends::Subscription(what) => (
            format!("what `{written}` returns is dropped at once, which ends the {what}"),
            format!(
                "keep it for as long as you want the {what}, or call `.detach()` to keep the {what} as long as the hub"
            ),
        ),
        Ends::Guard(what) => (
            format!("what `{written}` returns is dropped at once, but it {what} only as long as it lives"),
            "keep it in a variable: `let _guard = ..`".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Kind, check_coroutine, check_file};

    #[test]
    fn what_ends_with_its_value_is_kept() {
        check_file(
            Kind::Coroutine,
            "
            use onloop::{Hub, trap};

            async fn start(hub: &Hub, server: Server) -> Unsubscribe {
                let _ = hub.bus().listen(&DOOR, on_door);
                                //^^^^^^ what `listen(..)` returns is dropped at once, which ends the listener
                hub.call_later(MINUTE, on_late);
                  //^^^^^^^^^^ what `hub.call_later(..)` returns is dropped at once, which ends the timer
                let _ = onloop::watch().fail_on_stall();
                                      //^ what `fail_on_stall(..)` returns is dropped at once, but it watches for stalls only as long as it lives
                let _ = trap::fail_on_violation();
                      //^^^^ what `trap::fail_on_violation(..)` returns is dropped at once, but it looks for calls that block only as long as it lives
                let _listener = hub.bus().listen(&DOOR, on_door);
                hub.bus().listen(&DOOR, on_door).detach();
                let _ = server.listen(8080);
                hub.on_stop(on_stop)
            }
            ",
        );
    }

    #[test]
    fn a_map_that_is_no_iterator_keeps_what_it_is_given() {
        check_coroutine(
            "
            struct Routes;
            impl Routes { fn map<F>(&mut self, handler: F) { self.push(handler) } }
            async fn handle(n: u8) {}
            async fn serve(mut routes: Routes, mut server: Server) {
                routes.map(handle);
                server.map(|n| handle(n));
            }
            ",
        );
    }

    #[test]
    fn a_future_that_nobody_looks_at_is_thrown_away() {
        check_file(
            Kind::Coroutine,
            "
            async fn notify(user: &str) {}

            async fn poll() {
                let _later = notify(user);
                           //^^^^^^ the future of `notify(..)` is never polled, so it does nothing
                let _now = notify(user);
                _now.await;
            }
            ",
        );
        check_coroutine("async fn poll() { let _first = rx.recv(); tick().await; }");
    }

    #[test]
    fn a_future_is_not_thrown_away() {
        check_file(
            Kind::Coroutine,
            "
            async fn notify(user: &str) {}
            fn save() -> BoxFuture<'static, bool> { todo!() }
            fn later() -> impl Future<Output = ()> { async {} }
            fn now() -> usize { 1 }
            struct Light;
            impl Light { async fn publish(&self) {} }

            async fn poll(light: &Light) {
                notify(user);
              //^^^^^^ the future of `notify(..)` is never polled, so it does nothing
                let _ = save();
                      //^^^^ the future of `save(..)` is never polled, so it does nothing
                later();
              //^^^^^ the future of `later(..)` is never polled, so it does nothing
                light.publish();
                    //^^^^^^^ the future of `light.publish(..)` is never polled, so it does nothing
                async { 1 };
              //^^^^^ this async block is never polled, so it does nothing
                tokio::time::sleep(SECOND);
              //^^^^^ the future of `tokio::time::sleep(..)` is never polled, so it does nothing
                if quick { notify(user); }
                         //^^^^^^ the future of `notify(..)` is never polled, so it does nothing
            }
            ",
        );
    }

    #[test]
    fn each_way_to_throw_it_away() {
        check_file(
            Kind::Callback,
            "
            trait Device { async fn refresh(&self); fn poll(&self) -> BoxFuture<'_, ()>; fn name(&self) -> u8; }
            struct Lamp; struct Fan; struct Home { device: Box<dyn Device>, lamp: Lamp }
            impl Device for Lamp {}
            impl Device for Fan {}
            impl Lamp { fn dim(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> { todo!() } }
            impl Home { async fn sync(&self) {} fn start(&self) -> impl Future<Output = ()> { async {} } }
            async fn notify() {}
            fn later() -> impl Future<Output = ()> { async {} }

            fn on_tick<D: Device>(home: &Home, any: &D) {
                _ = notify();
                  //^^^^^^ the future of `notify(..)` is never polled, so it does nothing
                _ = home.sync();
                       //^^^^ the future of `home.sync(..)` is never polled, so it does nothing
                drop(notify());
                   //^^^^^^ the future of `notify(..)` is never polled, so it does nothing
                std::mem::drop(home.sync());
                                  //^^^^ the future of `home.sync(..)` is never polled, so it does nothing
                home.start();
                   //^^^^^ the future of `home.start(..)` is never polled, so it does nothing
                let _ = home.lamp.dim();
                                //^^^ the future of `home.lamp.dim(..)` is never polled, so it does nothing
                home.device.refresh();
                          //^^^^^^^ the future of `home.device.refresh(..)` is never polled, so it does nothing
                any.poll();
                  //^^^^ the future of `any.poll(..)` is never polled, so it does nothing
                Home::sync(home);
              //^^^^ the future of `Home::sync(..)` is never polled, so it does nothing
                match home { Some(_) => { notify(); } None => {} }
                                        //^^^^^^ the future of `notify(..)` is never polled, so it does nothing
                _ = later;
                drop(later());
                home.device.name();
                let kept = home.sync();
                tasks.push(home.sync());
                any.name();
                let thread = std::thread::spawn(|| { notify(); });
            }
            ",
        );
    }

    #[test]
    fn methods_that_the_catalogue_says_to_await() {
        check_file(
            Kind::Callback,
            "
            use tokio::sync::mpsc::{self, UnboundedSender};
            struct Home { out: mpsc::Sender<u8>, log: tokio::fs::File, bell: std::sync::Arc<tokio::sync::Notify> }
            fn on_tick(home: &mut Home, ui: UnboundedSender<u8>, old: std::sync::mpsc::Sender<u8>) {
                home.out.send(1);
                       //^^^^ the future of `home.out.send(..)` is never polled, so it does nothing
                let _ = home.log.write_all(line);
                               //^^^^^^^^^ the future of `home.log.write_all(..)` is never polled, so it does nothing
                home.bell.notified();
                        //^^^^^^^^ the future of `home.bell.notified(..)` is never polled, so it does nothing
                home.bell.notify_one();
                home.out.try_send(1);
                ui.send(1);
                let _ = old.send(1);
                tasks.push(home.bell.notified());
                home.unknown.send(1);
                let mut options = tokio::fs::OpenOptions::new();
                options.read(true);
                options.write(true).create(true);
            }
            ",
        );
    }

    #[test]
    fn what_is_awaited_kept_or_no_future_is_fine() {
        check_file(
            Kind::Coroutine,
            "
            async fn notify(user: &str) {}
            fn later_on() -> impl Future<Output = ()> { start(); async {} }
            fn now() -> usize { 1 }
            #[tokio::main(flavor = \"current_thread\")]
            async fn once() {}
            async fn poll() -> impl Future {
                once();
                notify(user).await;
                let later = notify(user);
                hub.create_task(notify(user));
                drop(later_on());
                now();
                let _ = now();
                other(notify);
                one_after_the_other! { notify(user); let _ = notify(user); }
                notify(user)
            }
            ",
        );
    }

    #[test]
    fn adaptors_drop_what_they_are_given() {
        check_file(
            Kind::Coroutine,
            "
            use futures::FutureExt;
            async fn work(n: u32) -> u32 { n }
            fn sync(n: u32) -> Option<u32> { None }
            async fn poll(gate: &tokio::sync::Mutex<u32>) {
                work(1).map(drop);
              //^^^^ the future of `work(..)` is never polled, so it does nothing
                (0..3).map(|n| work(n)).for_each(drop);
                             //^^^^ the future of `work(..)` is never polled, so it does nothing
                work(2).boxed().now_or_never();
              //^^^^ the future of `work(..)` is never polled, so it does nothing
                let _later = work(3);
                           //^^^^ the future of `work(..)` is never polled, so it does nothing
                work(4).map(drop).await;
                sync(5).map(drop);
                (0..3).map(|n| sync(n)).for_each(drop);
                let _other = work(6);
                _other.await;
                let done = work(7).now_or_never();
            }
            ",
        );
    }

    #[test]
    fn the_executor_polls_no_future() {
        check_file(
            Kind::Coroutine,
            "
            use tokio::{runtime::Handle, task::spawn_blocking, time::sleep};
            async fn work(n: u32) -> u32 { n }
            fn sync(n: u32) -> u32 { n }
            async fn poll(rt: &Handle) -> Result<(), JoinError> {
                spawn_blocking(|| async { work(1).await }).await?;
                             //^ the future of `|| async { .. }` is never polled, so it does nothing
                spawn_blocking(async || work(2).await).await.unwrap();
                             //^^^^^ the future of `|| async { .. }` is never polled, so it does nothing
                let _ = spawn_blocking(move || work(3)).await;
                                     //^^^^ the future of `|| async { .. }` is never polled, so it does nothing
                rt.spawn_blocking(move || { let n = 4; async move { work(n).await } }).await.ok();
                                //^^^^ the future of `|| async { .. }` is never polled, so it does nothing
                let _ = Box::pin(work(5));
                               //^^^^ the future of `work(..)` is never polled, so it does nothing
                (0..3).map(work).for_each(drop);
                         //^^^^ the future of `work(..)` is never polled, so it does nothing
                let _pause = sleep(LONG);
                           //^^^^^ the future of `sleep(..)` is never polled, so it does nothing
                spawn_blocking(|| sync(1)).await?;
                spawn_blocking(|| async { work(1).await }).await?.await;
                let later = spawn_blocking(|| work(1)).await?;
                later.await;
                let handle = rt.clone();
                spawn_blocking(move || handle.block_on(async { work(1).await })).await?;
                let boxed = Box::pin(work(5));
                boxed.await;
                (0..3).map(sync).for_each(drop);
                let _paused = sleep(LONG).await;
                Ok(())
            }
            ",
        );
    }

    fn count(body: &str) -> usize {
        let text = format!(
            "use futures::future::{{join, join_all, FutureExt}};
            async fn work(n: u32) -> u32 {{ n }}
            fn sync(n: u32) -> u32 {{ n }}
            struct Store;
            impl Store {{ async fn flush(&self) {{}} }}
            async fn poll(user: Option<u32>, store: &'static Store, set: &mut tokio::task::JoinSet<u32>, out: &tokio::sync::mpsc::Sender<u8>) {{ {body} }}"
        );
        crate::testing::findings_of(Kind::Coroutine, &text).len()
    }

    #[test]
    fn futures_in_others_and_in_collections_are_lost_with_them() {
        for body in [
            "drop(Box::pin(work(1)));",
            "Box::pin(work(1));",
            "let _ = Box::pin(work(1));",
            "let _ = Some(work(1));",
            "let _: Vec<_> = (0..3).map(work).collect();",
            "join_all(vec![work(1)]);",
            "let _ = join_all((0..3).map(work));",
            "let _ = futures::future::try_join(store.flush(), store.flush());",
            "let _ = vec![work(1)];",
            "let _ = (0..3).map(|n| work(n)).collect::<Vec<_>>();",
            "(0..3).map(work).collect::<Vec<_>>();",
            "let _ = users.iter().filter(|user| user.is_on()).map(|user| work(user.id)).collect::<Vec<_>>();",
            "user.map(|n| work(n));",
            "let _ = user.map(|n| async move { work(n).await });",
            "tokio::spawn(async { work(1) }).await.unwrap();",
            "let _ = tokio::spawn(async move { prepare(); store.flush() }).await;",
            "let _ = tokio::spawn(async { async { work(1).await } }).await;",
            "let _ = out.reserve();",
            "set.shutdown();",
        ] {
            assert_eq!(count(body), 1, "{body}");
        }
    }

    #[test]
    fn what_somebody_takes_is_not_lost() {
        for body in [
            "join(work(1), work(2)).await;",
            "let all = (0..3).map(work).collect::<Vec<_>>(); join_all(all).await;",
            "let _ = join_all((0..3).map(work)).await;",
            "let _: Vec<u32> = futures::stream::iter((0..3).map(work)).buffered(2).collect().await;",
            "if let Some(later) = user.map(work) { later.await; }",
            "user.map(sync);",
            "let _ = vec![sync(1)];",
            "let _ = (0..3).map(sync).collect::<Vec<_>>();",
            "tokio::spawn(async { work(1) }).await.unwrap().await;",
            "let later = tokio::spawn(async { work(1) }).await.unwrap(); later.await;",
            "tokio::spawn(async { work(1).await }).await.unwrap();",
            "tokio::spawn(async { sync(1) }).await.unwrap();",
            "let _permit = out.reserve().await;",
            "set.shutdown().await;",
            "user.map(|n| { let later = work(n); keep(later); });",
        ] {
            assert_eq!(count(body), 0, "{body}");
        }
    }
}
