mod light {
    pub use std::thread;

    pub mod strip {
        #[onloop::callback]
        fn on_press() {
            crate::light::thread::park();
        }
    }
}

fn main() {}
