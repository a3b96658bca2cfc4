mod light {
    pub use std::thread;

    pub mod strip {
        use std::fs;

        #[onloop::callback]
        fn on_press() {
            super::thread::park();
            drop(self::fs::read("strip.bin"));
        }
    }
}

fn main() {}
