//! Methods that traits of the crate give to types of other crates.

use crate::testing::{Kind, check_file, findings_of};

#[test]
fn a_trait_of_the_crate_on_a_type_of_std() {
    check_file(
        Kind::Callback,
        "
        use std::path::{Path, PathBuf};
        trait Store { fn load(&self) -> String; fn name(&self) -> String; }
        impl Store for Path {
            fn load(&self) -> String { std::fs::read_to_string(self).unwrap() }
            fn name(&self) -> String { self.display().to_string() }
        }
        impl Store for u32 {
            fn load(&self) -> String { std::fs::read_to_string(\"number\").unwrap() }
            fn name(&self) -> String { String::new() }
        }
        impl Store for str {
            fn load(&self) -> String { self.to_owned() }
            fn name(&self) -> String { self.to_owned() }
        }
        trait Sync { fn sync_to(&self) -> PathBuf; }
        impl<T> Sync for Vec<T> { fn sync_to(&self) -> PathBuf { std::fs::write(a, b); PathBuf::new() } }

        fn on_press(path: &Path, file: PathBuf, number: u32, text: &str, all: Vec<u8>) {
            path.load();
               //^^^^ `path.load()` blocks the event loop: it calls `std::fs::read_to_string`
            file.load();
               //^^^^ `file.load()` blocks the event loop: it calls `std::fs::read_to_string`
            file.join(text).load();
                          //^^^^ `load()` blocks the event loop: it calls `std::fs::read_to_string`
            number.load();
                 //^^^^ `number.load()` blocks the event loop: it calls `std::fs::read_to_string`
            3u32.load();
               //^^^^ `load()` blocks the event loop: it calls `std::fs::read_to_string`
            Store::load(&file);
          //^^^^^ `Store::load(..)` blocks the event loop: it calls `std::fs::read_to_string`
            all.sync_to();
              //^^^^^^^ `all.sync_to()` blocks the event loop: it calls `std::fs::write`
            text.load();
            String::new().load();
            Store::load(text);
            path.name();
            number.name();
            Store::name(path);
        }
        ",
    );
}

#[test]
fn a_trait_of_the_body_on_a_type_of_std() {
    check_file(
        Kind::Callback,
        "
        fn on_press(number: u32, text: &str) {
            trait Slow { fn slow(&self); }
            impl Slow for u32 { fn slow(&self) { std::fs::read(\"x\"); } }
            impl Slow for String { fn slow(&self) { std::fs::read(\"x\"); } }
            number.slow();
                 //^^^^ `number.slow()` blocks the event loop: it calls `std::fs::read`
            String::new().slow();
                        //^^^^ `slow()` blocks the event loop: it calls `std::fs::read`
        }
        ",
    );
}

#[test]
fn a_method_that_may_be_another_one_is_left_alone() {
    for (items, body) in [
        // Of another type.
        ("trait Store { fn load(&self); } impl Store for String { fn load(&self) { sync() } }", "number.load();"),
        ("trait Store { fn load(&self); } impl Store for [u8] { fn load(&self) { sync() } }", "number.load();"),
        // Of a type of that name.
        (
            "struct PathBuf; trait Store { fn load(&self); } impl Store for PathBuf { fn load(&self) { sync() } }",
            "file.load();",
        ),
        // Of other arguments.
        ("trait Store { fn load(&self); } impl Store for Vec<String> { fn load(&self) { sync() } }", "all.load();"),
        // Of one of two traits.
        (
            "trait Store { fn load(&self); } impl Store for u32 { fn load(&self) { sync() } }
             trait Quick { fn load(&self); } impl Quick for u32 { fn load(&self) {} }",
            "number.load();",
        ),
        // What holds something may have the method from that.
        ("trait Store { fn load(&self); } impl Store for Box<dyn Any> { fn load(&self) { sync() } }", "boxed.load();"),
        // A parameter, and a bound that the text does not follow.
        ("trait Store { fn load(&self); } impl<T: Copy> Store for T { fn load(&self) { sync() } }", "number.load();"),
        // Not surely there.
        (
            "trait Store { fn load(&self); } #[cfg(unknown)] impl Store for u32 { fn load(&self) { sync() } }",
            "number.load();",
        ),
        // A trait of another crate.
        ("use other::Store; impl Store for u32 { fn load(&self) { sync() } }", "number.load();"),
        // A trait that is not in sight.
        (
            "fn far() { trait Store { fn load(&self); } impl Store for u32 { fn load(&self) { sync() } } }",
            "number.load();",
        ),
        // Where it does not block.
        (
            "trait Store { fn load(&self); } impl Store for u32 { fn load(&self) {} } impl Store for String { fn load(&self) { sync() } }",
            "number.load();",
        ),
    ] {
        let text = format!(
            "{items} fn sync() {{ std::thread::park() }}
            fn on_press(number: u32, file: std::path::PathBuf, all: Vec<u8>, boxed: Box<u8>) {{ {body} }}"
        );
        let found = findings_of(Kind::Callback, &text);
        assert!(found.is_empty(), "{items}: {:?}", found.iter().map(|found| &found.message).collect::<Vec<_>>());
    }
}
