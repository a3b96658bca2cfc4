//! A module of an integration, in a file of its own.

pub mod disk {
    pub use std::fs::read as load;
}

pub mod store {
    #[onloop::blocking]
    pub fn open() {}
}
