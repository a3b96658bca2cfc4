mod light {
    pub use std::thread;

    pub mod strip {
        #[onloop::callback]
        fn on_press() {
            super::thread::park();
            crate::light::thread::park();
        }
    }
}

fn main() {}
