//! What is known before any code is read: the catalogue of blocking calls, and the project's `onloop.toml`.

pub mod catalogue;
pub(crate) mod config;
pub(crate) mod exempt;
pub(crate) mod keepers;
pub(crate) mod polling;
pub(crate) mod project;
pub(crate) mod toolbox;
