macro_rules! listener {
    ($name:ident, $body:block) => {
        #[onloop::callback]
        fn $name() $body
    };
}

listener!(on_motion, {
    std::thread::park();
});

fn main() {}
