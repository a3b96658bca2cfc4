//! Structs with parameters, the last owner of a shared value, and pinned ones.

use super::rules;
use crate::testing::{Kind, findings_in};

fn count(body: &str) -> usize {
    rules(body).iter().filter(|rule| **rule == "blocking_drop").count()
}

#[test]
fn a_struct_drops_what_its_parameters_are() {
    for body in [
        "let held = Held { inner: Driver::start(), n: 1 }; held.n",
        "let _ = Held { inner: Driver::start(), n: 1 }; 1",
        "let held = Held::new(Driver::start()); held.n",
        "let pair = Pair(1, Driver::start()); pair.0",
        "drop(Held { inner: Driver::start(), n: 1 }); 1",
        "if let Ok(driver) = Arc::try_unwrap(Driver::shared()) { driver.title().len(); } 1",
        "drop(Arc::into_inner(Driver::shared())); 1",
        "let driver = std::sync::Mutex::new(Driver::start()); 1",
        "let driver = Arc::try_unwrap(Driver::shared()).ok().unwrap(); driver.title().len()",
    ] {
        assert_eq!(count(body), 1, "{body}");
    }
}

#[test]
fn a_helper_that_disarms_a_value_does_not_block() {
    let count = |body: &str| {
        let text = format!(
            "use std::thread::JoinHandle;
            struct Join(Option<JoinHandle<()>>);
            impl Drop for Join {{ fn drop(&mut self) {{ if let Some(thread) = self.0.take() {{ let _ = thread.join(); }} }} }}
            impl Join {{ fn end(mut self) {{ {body} }} }}
            async fn poll(join: Join) {{ join.end(); }}"
        );
        findings_in(Kind::Coroutine, "", "src/lib.rs", vec![("src/lib.rs", text)])
            .iter()
            .filter(|found| found.rule.starts_with("blocking_"))
            .count()
    };
    assert_eq!(count("let name = 1;"), 1);
    for body in [
        "self.0.take();",
        "self.0 = None;",
        "let thread = std::mem::take(&mut self.0);",
        "let thread = std::mem::replace(&mut self.0, None);",
        "std::mem::forget(self);",
        "let kept = std::mem::ManuallyDrop::new(self);",
        "let mut this = self; this.0.take();",
    ] {
        assert_eq!(count(body), 0, "{body}");
    }
}

#[test]
fn what_is_lent_or_moved_on_is_not_dropped() {
    for body in [
        "let held = Held { inner: 3, n: 1 }; held.n",
        "let held = Held { inner: given, n: 1 }; held.n",
        "let held = Held::new(given); held.n",
        "let held = Held { inner: Driver::start(), n: 1 }; keep(held)",
        "let held = Held { inner: Driver::start(), n: 1 }; tokio::task::spawn_blocking(move || drop(held)).await",
        "let pair = Pair(1, String::new()); pair.0",
        "let driver = Driver::shared(); driver.title().len()",
        "if let Ok(driver) = Arc::try_unwrap(Driver::shared()) { tokio::task::spawn_blocking(move || drop(driver)).await; } 1",
        "match std::mem::replace(&mut browser.session, None) { Some(session) => keep(session), None => 1 }; let same = &mut *browser; same.session = None; 1",
    ] {
        assert_eq!(count(body), 0, "{body}");
    }
}
