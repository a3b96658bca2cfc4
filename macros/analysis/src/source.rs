//! The crate's own files, and those of its path dependencies: outlines, `cfg`s and the index over them.

mod cfg;
mod declared;
mod externs;
mod graph;
mod impls;
mod index;
mod macro_rules;
pub(crate) mod outline;
mod reader;
mod surface;

pub use cfg::{Cfg, Edition, Settings, settings_of_host, settings_of_target};
pub(crate) use declared::LazyInit;
pub use graph::Source;
pub(crate) use impls::ImplId;
pub(crate) use index::{FunctionId, Here, ModuleId, parse, parse_block};
pub use index::{Index, Place};
pub(crate) use macro_rules::arms;
pub use surface::surface;
