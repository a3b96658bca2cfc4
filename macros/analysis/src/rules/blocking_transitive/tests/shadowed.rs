//! Functions of one name in several blocks of a body.

use crate::testing::{Kind, check_file};

#[test]
fn a_function_is_that_of_the_innermost_block() {
    check_file(
        Kind::Callback,
        "
        fn on_press() {
            fn load() { std::fs::read(\"x\"); }
            load();
          //^^^^ `load()` blocks the event loop: it calls `std::fs::read`
            {
                fn load() {}
                load();
                {
                    fn load() { std::fs::read(\"y\"); }
                    load();
                  //^^^^ `load()` blocks the event loop: it calls `std::fs::read`
                }
            }
            load();
          //^^^^ `load()` blocks the event loop: it calls `std::fs::read`
        }
        ",
    );
}

#[test]
fn which_of_two_blocks_it_is_may_stay_open() {
    check_file(
        Kind::Callback,
        "
        fn on_press(is_late: bool) {
            fn load() { std::fs::read(\"x\"); }
            if is_late {
                fn load() {}
                load();
            } else {
                fn load() { std::fs::read(\"y\"); }
                load();
                { fn load() {} load(); }
            }
            let later = || { fn load() {} load() };
            later();
            load();
          //^^^^ `load()` blocks the event loop: it calls `std::fs::read`
        }
        ",
    );
}
