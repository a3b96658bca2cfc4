//! The crate's own files, and those of its path dependencies: outlines, `cfg`s and the index over them.

mod cfg;
mod declaration;
mod declared;
mod externs;
mod functions;
mod graph;
mod ids;
mod impls;
mod index;
mod krate;
mod macro_rules;
pub(crate) mod outline;
mod parse;
mod reader;
mod surface;
mod tree;

pub use cfg::{Cfg, Edition, Settings, settings_of_host, settings_of_target};
pub(crate) use declaration::Fields;
pub(crate) use declared::{LazyInit, may_refer};
pub use graph::Source;
pub use ids::Place;
pub(crate) use ids::{FunctionId, Here, ImplId, ModuleId};
pub use index::Index;
pub(crate) use macro_rules::arms;
pub(crate) use parse::{parse, parse_block};
pub use surface::surface;
