//! What derived functions, lazies behind aliases and iterators without a name do.

use crate::testing::{Kind, check_callback, findings_of};

/// How often a body, of a function that returns what is given, blocks through a helper.
fn count(file: &str, head: &str, body: &str) -> usize {
    findings_of(Kind::Coroutine, &format!("{file} async fn poll{head} {{ {body} }}")).len()
}

#[test]
fn derived_functions_run_those_of_the_fields() {
    let file = "
        use std::{fmt, sync::Arc, collections::{HashMap, HashSet}};
        struct Blob { path: String }
        impl Clone for Blob { fn clone(&self) -> Blob { std::fs::copy(\"a\", \"b\"); todo!() } }
        impl fmt::Debug for Blob { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { std::fs::read(&self.path); Ok(()) } }
        impl PartialEq for Blob { fn eq(&self, other: &Blob) -> bool { std::fs::read(\"x\").is_ok() } }
        impl std::hash::Hash for Blob { fn hash<H: Hasher>(&self, state: &mut H) { std::fs::read(\"x\"); } }
        impl Default for Blob { fn default() -> Blob { std::fs::read(\"x\"); todo!() } }
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)] struct Message { blob: Blob, id: u32 }
        #[derive(Clone, Debug, Default)] struct Outer { message: Box<Message>, name: String }
        #[derive(Clone, Debug)] struct View<'a> { blob: &'a Blob, shared: Arc<Blob> }
        #[derive(Clone, Debug, Default)] struct Part<T> { held: T }
        #[derive(Clone, Debug, Default)] struct Maybe { blob: Option<Blob> }
    ";
    let head = "(message: &Message, outer: Outer, view: View<'_>, all: &HashSet<Message>, map: &mut HashMap<u8, Message>, maybe: Maybe)";
    for body in [
        "let copy = message.clone(); keep(copy);",
        "keep(outer.clone());",
        "println!(\"{message:?}\");",
        "tracing::info!(?outer, \"got\");",
        "log::debug!(\"{:#?}\", outer.message);",
        "format!(\"{:?}\", view);",
        "dbg!(&message);",
        "if *message == other {}",
        "assert_ne!(message, other);",
        "all.contains(message);",
        "map.entry(1).or_default().id = 2;",
        "Outer::default();",
        "let part: Part<Blob> = Default::default();",
        "Part::<Blob>::default();",
        "let shared: Arc<Message> = Arc::default();",
    ] {
        assert_eq!(count(file, head, body), 1, "{body}");
    }
    for body in [
        "keep(view.clone());",
        "keep(maybe.clone());",
        "println!(\"{maybe:?} {}\", outer.name);",
        "Part::<u32>::default();",
        "let part: Part<String> = Default::default();",
        "Maybe::default();",
        "println!(\"{:?}\", message.id);",
        "if message.id == 3 {}",
        "keep(view.shared.clone());",
    ] {
        assert_eq!(count(file, head, body), 0, "{body}");
    }
}

#[test]
fn what_changes_a_value_runs_deref_mut_and_index_mut() {
    check_callback(
        "
        use std::ops::{Deref, DerefMut, Index, IndexMut};
        struct Cached { text: Vec<u8> }
        impl Deref for Cached { type Target = Vec<u8>; fn deref(&self) -> &Vec<u8> { &self.text } }
        impl DerefMut for Cached { fn deref_mut(&mut self) -> &mut Vec<u8> { std::fs::read(\"x\"); &mut self.text } }
        struct Rows { rows: Vec<String> }
        impl Index<usize> for Rows { type Output = String; fn index(&self, n: usize) -> &String { &self.rows[n] } }
        impl IndexMut<usize> for Rows { fn index_mut(&mut self, n: usize) -> &mut String { std::fs::read(\"x\"); &mut self.rows[n] } }

        fn on_tick(cached: &mut Cached, rows: &mut Rows) -> usize {
            cached.push(1);
                 //^^^^ `cached.push(..)` blocks the event loop: it calls `Cached::deref_mut`, which calls `std::fs::read`
            rows[1] = String::new();
          //^^^^ `rows[..]` blocks the event loop: it calls `Rows::index_mut`, which calls `std::fs::read`
            rows[1].push_str(\"x\");
          //^^^^ `rows[..]` blocks the event loop: it calls `Rows::index_mut`, which calls `std::fs::read`
            rows[1] += \"x\";
          //^^^^ `rows[..]` blocks the event loop: it calls `Rows::index_mut`, which calls `std::fs::read`
            let row = &mut rows[0];
                         //^^^^ `rows[..]` blocks the event loop: it calls `Rows::index_mut`, which calls `std::fs::read`
            cached.len() + rows[1].len()
        }
        ",
    );
}

#[test]
fn a_question_mark_converts_the_error() {
    let file = "
        struct Fault(String);
        struct Logged; struct Quiet;
        impl From<Fault> for Logged { fn from(fault: Fault) -> Self { std::fs::write(\"log\", fault.0); Logged } }
        impl From<Fault> for Quiet { fn from(_: Fault) -> Self { Quiet } }
        type Outcome<T> = Result<T, Logged>;
        fn check(n: u32) -> Result<u32, Fault> { Ok(n) }
        async fn ask(n: u32) -> Result<u32, Fault> { Ok(n) }
        fn logged(n: u32) -> Result<u32, Logged> { Ok(n) }
        fn number(text: &str) -> Result<u32, std::num::ParseIntError> { text.parse() }
    ";
    for (output, body) in [
        ("Result<u32, Logged>", "Ok(check(1)? + 1)"),
        ("Result<u32, Logged>", "ask(1).await?; Ok(1)"),
        ("Outcome<u32>", "let n = check(1)?; Ok(n)"),
        ("Result<u32, Logged>", "check(1).map_err(Into::into)"),
        ("Result<u32, Logged>", "if true { return Err(Fault(String::new()).into()); } Ok(1)"),
    ] {
        assert_eq!(count(file, &format!("() -> {output}"), body), 1, "{output}: {body}");
    }
    for (output, body) in [
        ("Result<u32, Quiet>", "Ok(check(1)? + 1)"),
        ("Result<u32, Fault>", "Ok(check(1)? + 1)"),
        ("Result<u32, Logged>", "Ok(logged(1)?)"),
        ("Result<u32, Logged>", "Ok(unknown(1)?)"),
        // It is another error by then, and for others there may be a conversion that a derive makes.
        ("Result<u32, Logged>", "Ok(check(1).map_err(|_| Logged)?)"),
        ("Result<u32, Logged>", "Ok(check(1).ok().ok_or(Logged)?)"),
        ("Result<u32, Logged>", "Ok(number(\"1\")?)"),
        ("Result<u32, Logged>", "let job = async { check(1)?; Ok::<_, Fault>(1) }; keep(job); Ok(1)"),
    ] {
        assert_eq!(count(file, &format!("() -> {output}"), body), 0, "{output}: {body}");
    }
}

#[test]
fn an_iterator_without_a_name_waits_where_something_is_taken() {
    let file = "
        use std::path::{Path, PathBuf};
        struct Pages { at: u32 }
        impl Iterator for Pages { type Item = Vec<u8>; fn next(&mut self) -> Option<Vec<u8>> { std::fs::read(\"page\").ok() } }
        fn texts(dirs: Vec<PathBuf>) -> impl Iterator<Item = String> { dirs.into_iter().map(|dir| std::fs::read_to_string(dir).unwrap()) }
        fn pages() -> impl Iterator<Item = Vec<u8>> { Pages { at: 0 } }
        fn boxed() -> Box<dyn Iterator<Item = Vec<u8>> + Send> { Box::new(Pages { at: 0 }.take(3)) }
        fn sizes() -> impl Iterator<Item = usize> { pages().map(|page| page.len()).take(3) }
        fn existing(all: Vec<PathBuf>) -> std::io::Result<impl Iterator<Item = PathBuf>> { Ok(all.into_iter().filter(|path| path.exists())) }
        fn names(text: &str) -> impl Iterator<Item = String> + '_ { text.split(',').map(|name| name.to_owned()) }
        fn eager() -> impl Iterator<Item = u32> { let all: Vec<u32> = vec![1]; all.into_iter() }
        fn early(all: Vec<PathBuf>) -> Box<dyn Iterator<Item = bool>> {
            if all.is_empty() { return Box::new(std::iter::empty()); }
            Box::new(all.into_iter().map(|path| path.is_dir()))
        }
        struct Store;
        impl Store { fn rows(&self) -> impl Iterator<Item = Vec<u8>> { Pages { at: 0 } } }
        fn total() -> usize { sizes().sum() }
    ";
    let head = "(dirs: Vec<PathBuf>, store: &Store) -> std::io::Result<()>";
    for body in [
        "for text in texts(dirs) {}",
        "let all: Vec<_> = texts(dirs).collect();",
        "let mut all = pages(); all.next();",
        "let mut all = pages(); while let Some(page) = all.next() {}",
        "boxed().count();",
        "for page in boxed() {}",
        "sizes().sum::<usize>();",
        "existing(dirs)?.count();",
        "for path in existing(dirs)? {}",
        "list.extend(texts(dirs));",
        "store.rows().filter(|row| row.is_empty()).last();",
        "early(dirs).all(|is_dir| is_dir);",
        "total();",
        "lists.iter().flat_map(|list| texts(list.clone())).count();",
    ] {
        assert_eq!(count(file, head, body), 1, "{body}");
    }
    for body in [
        "let all = texts(dirs); keep(all);",
        "names(\"a,b\").count();",
        "for n in eager() {}",
        "let all = pages(); tokio::task::spawn_blocking(move || all.count()).await;",
        "keep(pages().map(|page| page.len()));",
        "let all = store.rows(); all.size_hint();",
    ] {
        assert_eq!(count(file, head, body), 0, "{body}");
    }
}

#[test]
fn lazies_have_aliases_and_other_modules() {
    let file = "
        mod globals {
            pub type Global<T> = std::sync::LazyLock<T>;
            pub static TOKEN: Global<String> = Global::new(|| std::fs::read_to_string(\"x\").unwrap());
            pub static NUMBERS: Global<Vec<u32>> = Global::new(|| vec![1]);
            thread_local! { pub static BUFFER: std::cell::RefCell<Vec<u8>> = std::cell::RefCell::new(std::fs::read(\"x\").unwrap()); }
        }
        type Once<T> = once_cell::sync::Lazy<T>;
        fn load() -> String { std::fs::read_to_string(\"x\").unwrap() }
        static ONCE: Once<String> = Once::new(load);
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    ";
    for body in [
        "globals::TOKEN.len();",
        "println!(\"{}\", *globals::TOKEN);",
        "ONCE.to_string();",
        "globals::BUFFER.with_borrow(|buffer| buffer.len());",
    ] {
        assert_eq!(count(file, "()", body), 1, "{body}");
    }
    for body in [
        "globals::NUMBERS.len();",
        "globals::BUFFER.set(Vec::new());",
        "COUNT.load(Ordering::Relaxed);",
        "tokio::task::spawn_blocking(|| globals::TOKEN.len()).await;",
    ] {
        assert_eq!(count(file, "()", body), 0, "{body}");
    }
}
