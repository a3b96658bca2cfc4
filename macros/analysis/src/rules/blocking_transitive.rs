//! # What it does
//! Reports a call to a function of this crate that bears no attribute and blocks inside, at any depth. The message
//! names the functions on the way and the place of the call that blocks in the end.
//!
//! # Why is this bad
//! The loop does not care how deep the call is that stops it. A helper that looks harmless and reads a file three
//! calls further down is how most stalls come into a program.
//!
//! # Limits
//! Functions and inherent methods of this crate are followed, not those of other crates, nor methods of traits whose
//! implementation the text does not tell. A function with an attribute of onloop is not followed: it answers for
//! itself. Neither is one with `#[onloop::allow(blocking_call, ..)]`, one that `onloop.toml` calls harmless, nor
//! statements under a `cfg`.
//!
//! # Example
//! ```ignore (a doctest has no file in which the helper could be found)
//! fn load(name: &str) -> String {
//!     std::fs::read_to_string(name).unwrap_or_default()
//! }
//!
//! #[onloop::coroutine]
//! async fn refresh() -> usize {
//!     load("table").len()
//! }
//! ```
//!
//! # Use instead
//! Hand the helper to the executor, and mark it, so that nobody else calls it on the loop:
//! ```
//! #[onloop::blocking]
//! fn load(name: &str) -> String {
//!     std::fs::read_to_string(name).unwrap_or_default()
//! }
//!
//! #[onloop::coroutine]
//! async fn refresh(hub: &onloop::Hub) -> usize {
//!     hub.add_executor_job(|| load("table")).await.len()
//! }
//! ```

use super::Rule;
use crate::Kind;
use crate::catalogue;
use crate::finding::Report;
use crate::model::{Form, Model};

pub(crate) const RULE: Rule = Rule { id: "blocking_transitive", kinds: &[Kind::Callback, Kind::Coroutine], check };

fn check(model: &Model, report: &mut Report) {
    for found in &model.uses {
        let Some(chain) = &found.chain else { continue };
        let call = match (found.form, found.has_arguments) {
            (Form::Called, false) => format!("{}()", found.written),
            (Form::Called, true) => format!("{}(..)", found.written),
            (Form::Value | Form::Macro, _) => found.written.clone(),
        };
        let mut way: Vec<_> = chain.through.iter().map(|name| format!("`{name}`")).collect();
        way.push(format!("`{}`", chain.blocks.what));
        let marked = if chain.blocks.is_marked { ", marked `#[onloop::blocking]`" } else { "" };
        let when = if found.form == Form::Value { " when it is called here" } else { "" };
        let message = format!("`{call}` blocks the event loop{when}: it calls {}{marked}", way.join(", which calls "));
        let executor = "run it in the executor: `hub.add_executor_job(..)` or `tokio::task::spawn_blocking(..)`";
        let help = vec![format!("it blocks at {}", chain.blocks.place), executor.to_owned()];
        let listed = catalogue::call(&chain.blocks.what).and_then(|entry| entry.listed);
        let notes = listed.map(|listed| format!("listed in {listed}"));
        report.push_noted(&RULE, &found.context, &found.tokens, message, help, notes.into_iter().collect());
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Kind, check_crate, check_file, findings_of};

    #[test]
    fn helpers_are_followed_to_any_depth() {
        check_file(
            Kind::Coroutine,
            "
            mod layout { pub fn remove(dir: &Path) -> bool { std::fs::remove_dir_all(dir).is_ok() } }
            struct Root { path: PathBuf }
            impl Root {
                fn clean(&mut self) -> usize { layout::remove(&self.path) as usize }
                fn wipe(&mut self) -> usize { self.clean() }
                fn secret() -> String { std::fs::read_to_string(\"x\").unwrap() }
            }
            async fn late() { std::thread::sleep(SECOND) }
            fn in_memory() -> usize { 1 }

            async fn settle(root: &mut Root) {
                root.wipe();
                   //^^^^ `root.wipe()` blocks the event loop: it calls `clean`, which calls `remove`, which calls `std::fs::remove_dir_all`
                layout::remove(path);
              //^^^^^^ `layout::remove(..)` blocks the event loop: it calls `std::fs::remove_dir_all`
                Root::secret();
              //^^^^ `Root::secret()` blocks the event loop: it calls `std::fs::read_to_string`
                late().await;
              //^^^^ `late()` blocks the event loop: it calls `std::thread::sleep`
                all.iter().map(layout::remove);
                             //^^^^^^ `layout::remove` blocks the event loop when it is called here: it calls `std::fs::remove_dir_all`
                in_memory();
                spawn_blocking(move || root.wipe()).await;
            }
            ",
        );
    }

    #[test]
    fn recursion_ends() {
        check_file(
            Kind::Callback,
            "
            fn even(n: u32) { if n > 0 { odd(n - 1) } }
            fn odd(n: u32) { std::thread::sleep(n); if n > 0 { even(n - 1) } }
            fn ping(n: u32) { pong(n) }
            fn pong(n: u32) { ping(n); pong(n) }
            fn on_tick() {
                ping(1);
                even(1);
              //^^^^ `even(..)` blocks the event loop: it calls `odd`, which calls `std::thread::sleep`
            }
            ",
        );
    }

    #[test]
    fn who_answers_for_itself_or_is_exempt_is_trusted() {
        check_file(
            Kind::Callback,
            "
            #[onloop::callback] fn answers() { std::thread::park() }
            #[onloop::allow(blocking_call, reason = \"x\")] fn trusted() { std::thread::park() }
            fn hands_over() { std::thread::spawn(|| std::thread::park()); }
            fn nested() { fn inner() { std::thread::park() } }
            #[cfg(test)] fn tested() { std::thread::park() }
            fn gated() { #[cfg(unix)] std::thread::park() }
            #[onloop::blocking] fn marked() {}
            fn calls_marked() { marked() }
            fn on_tick() {
                answers(); trusted(); hands_over(); nested(); tested(); gated();
                calls_marked();
              //^^^^^^^^^^^^ `calls_marked()` blocks the event loop: it calls `marked`, marked `#[onloop::blocking]`
            }
            ",
        );
    }

    #[test]
    fn what_a_helper_only_makes_does_not_run_in_it() {
        check_file(
            Kind::Coroutine,
            "
            fn jobs() -> Vec<Box<dyn Fn()>> { vec![Box::new(|| std::thread::park())] }
            fn job() -> impl FnOnce() { || std::thread::park() }
            fn table() -> Table { Table { run: std::thread::park, stop: Box::new(|| std::thread::park()) } }
            fn in_background(f: impl FnOnce()) -> JoinHandle<()> { tokio::task::spawn_blocking(f) }
            fn all(names: &[&str]) { names.iter().for_each(|name| drop(std::fs::read(name))) }

            async fn settle() {
                jobs(); table();
                tokio::task::spawn_blocking(job()).await;
                let handle = in_background(|| std::thread::park());
                let own = Table { run: std::thread::park, stop: Box::new(|| std::thread::park()) };
                all(names);
              //^^^ `all(..)` blocks the event loop: it calls `std::fs::read`
                (|| std::thread::park())();
                  //^ `std::thread::park` blocks the event loop
            }
            ",
        );
    }

    #[test]
    fn fields_and_other_files_are_followed() {
        check_crate(
            Kind::Coroutine,
            "
            mod store;
            use store::Store;
            struct App { store: std::sync::Arc<Store> }
            fn load(app: &App) -> usize { app.store.load().len() }
            async fn settle(app: &App) {
                load(app);
              //^^^^ `load(..)` blocks the event loop: it calls `load`, which calls `std::fs::read`
                app.store.load();
                        //^^^^ `app.store.load()` blocks the event loop: it calls `std::fs::read`
                app.store.peek();
            }
            ",
            &[(
                "src/store.rs",
                "pub struct Store;\nimpl Store {\n    pub fn load(&self) -> Vec<u8> {\n        std::fs::read(\"x\").unwrap()\n    }\n    pub fn peek(&self) {}\n}",
            )],
        );
    }

    #[test]
    fn the_place_is_shown() {
        let text = "fn load() {\n    let x = 1;\n    std::fs::read(x);\n}\nfn on_tick() { load(); }";
        assert_eq!(findings_of(Kind::Callback, text)[0].help[0], "it blocks at src/lib.rs:3:5");
    }

    #[test]
    fn long_chains_are_walked_without_recursion() {
        let mut lines: Vec<_> = (0..10_000).map(|n| format!("fn f{n}() {{ f{}() }}", n + 1)).collect();
        lines.push("fn f10000() { std::thread::park() }\nfn on_tick() { f0(); }".to_owned());
        let text = lines.join("\n");
        let found = findings_of(Kind::Callback, &text);
        assert_eq!(found.len(), 1);
    }
}
