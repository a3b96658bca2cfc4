//! What is exempt, and where that ends.

use crate::testing::{Kind, check_callback, check_file};

#[test]
fn exemptions_take_findings() {
    check_callback(
        "
        #[onloop::allow(untracked_spawn, reason = \"another rule\")]
        fn on_tick() {
            #[onloop::allow(blocking_call, reason = \"x\")]
            std::thread::sleep(SECOND);
            #[onloop::allow(blocking_call, reason = \"x\")]
            let text = std::fs::read(name);
            #[onloop::expect(blocking_call, reason = \"x\")]
            { std::fs::read(name); }
            let text = #[onloop::allow(blocking_call, reason = \"x\")] std::fs::read(name);
            #[onloop::allow(blocking_call, reason = \"x\")]
            text = std::fs::read(name);
            std::fs::read(name);
          //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn a_closure_that_says_why_is_exempt() {
    check_file(
        Kind::Coroutine,
        "
        use onloop::{self as ol, allow_blocking, allow_blocking as quick};
        use crate::own::short;
        mod own { pub use onloop::allow_blocking as short; }

        async fn poll(hub: &Hub) {
            onloop::allow_blocking(\"in memory\", || std::fs::read(name));
            ::onloop::allow_blocking(\"in memory\", || { std::fs::read(name)?; all.iter().map(std::fs::read).collect() });
            ol::allow_blocking(\"in memory\", move || -> bool { std::fs::read(name).is_ok() });
            allow_blocking(\"in memory\", (|| std::fs::read(name)));
            let text = quick(WHY, std::fs::read_dir)?;
            short(\"in memory\", || receiver.blocking_recv());
            let read = || std::fs::read(name);
            quick(\"in memory\", read);
            quick(\"in memory\", Box::new(|| std::fs::read(name)));
            tokio::join!(late(quick(\"in memory\", || std::fs::read(name))));
        }
        ",
    );
    // A name that another crate's glob may have brought.
    check_file(
        Kind::Callback,
        "
        use parts::*;
        fn on_tick() { allow_blocking(\"in memory\", || std::fs::read(name)); }
        ",
    );
}

#[test]
fn nothing_else_is_exempt_by_that() {
    check_file(
        Kind::Coroutine,
        "
        async fn poll(hub: &Hub) {
            onloop::allow_blocking(std::fs::read_to_string(name)?.leak(), || 1);
                                 //^^^ `std::fs::read_to_string` blocks the event loop
            onloop::allow_blocking(\"in memory\", reader(std::fs::read(name)));
                                                     //^^^ `std::fs::read` blocks the event loop
            onloop::allow_blocking(\"in memory\", || 1).set(std::fs::read(name));
                                                        //^^^ `std::fs::read` blocks the event loop
            onloop::allow_blocking(\"in memory\", || std::fs::read(name), std::fs::read(name));
                                                                      //^^^ `std::fs::read` blocks the event loop
            // Polled later, and not there.
            onloop::allow_blocking(\"in memory\", || async { std::fs::read(name) }).await;
                                                         //^^^ `std::fs::read` blocks the event loop
            onloop::allow_blocking(\"in memory\", async || std::fs::read(name))().await;
                                                       //^^^ `std::fs::read` blocks the event loop
            // Run later, and not there.
            onloop::allow_blocking(\"in memory\", || hub.listen(#[callback] |_: &E| std::fs::read(name)));
                                                                                //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
    check_file(
        Kind::Callback,
        "
        fn allow_blocking<R>(_: &str, run: impl FnOnce() -> R) -> R { run() }

        fn on_tick() {
            allow_blocking(\"own\", || std::fs::read(name));
                                   //^^^ `std::fs::read` blocks the event loop
            other::allow_blocking(\"of another crate\", || std::fs::read(name));
                                                       //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn other_rules_go_on_in_a_closure_that_says_why() {
    check_file(
        Kind::Callback,
        "
        async fn late() {}

        fn on_tick() {
            onloop::allow_blocking(\"in memory\", || {
                late();
              //^^^^ the future of `late(..)` is never polled, so it does nothing
                late().await;
                     //^^^^^ `on_tick` is a callback, which must return without waiting
                std::thread::spawn(work);
              //^^^ the handle of this thread is dropped: nobody sees its panic, and shutdown cannot wait for it
                loop { step(); }
              //^^^^ this loop never ends and never awaits: nothing else on the event loop ever runs again
            });
        }
        ",
    );
}

#[test]
fn own_wrappers_of_it_are_trusted() {
    check_file(
        Kind::Callback,
        "
        fn quick<R>(run: impl FnOnce() -> R) -> R { onloop::allow_blocking(\"in memory\", run) }
        macro_rules! quick { ($code:expr) => { onloop::allow_blocking(\"in memory\", || $code) } }

        fn on_tick() {
            quick(|| std::fs::read(name));
            quick!(std::fs::read(name));
        }
        ",
    );
}
