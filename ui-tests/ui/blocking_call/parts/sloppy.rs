//! A module that makes its mistake in a file of its own.

use std::thread;

#[onloop::callback]
fn on_press() {
    thread::park();
}
