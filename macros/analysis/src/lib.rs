//! The engine behind onloop's attributes: what in a function blocks an event loop, read from the source.
//!
//! An ordinary library on `syn` and `proc_macro2`; the attributes themselves are a thin shell around [`Engine::expand`]. The
//! path of a function through it:
//!
//! ```text
//! arguments ─┐
//! item ──────┼─ split ── scan ──(nothing to look at)────────────────┐
//!            │            └──── parse ── collect ── rules ── report ─┴─ expand
//! source index ── names ──────────┘          catalogue ──┘
//! ```
//!
//! The modules are layers, each a folder that is to see only those below it:
//!
//! * `engine` leads a function through the others: split, locate, scan, collect, judge, expand;
//! * `expand` wraps the body, and asks the compiler what the text does not tell;
//! * [`rules`] judge the facts and ask the catalogue; `finding` says what is reported;
//! * `facts` holds the model of a function, and the only walker over syntax, which fills it;
//! * `types` knows names, and the types of expressions;
//! * `source` knows the files around the function: modules, imports, functions;
//! * `knowledge` is the [`catalogue`] and the project's `onloop.toml`, which adds to it;
//! * `syntax` takes tokens apart, and knows nothing of the rest.

mod engine;
mod expand;
mod facts;
mod knowledge;
pub mod rules;
mod source;
mod syntax;
#[cfg(test)]
mod testing;
mod types;

pub use engine::{Engine, Entry, Known, Level, Looked, ProjectConfig, Why, exempt, page};
pub use facts::model::Receiver;
pub use facts::summary::Step;
pub use knowledge::catalogue;
pub use rules::finding::Finding;
pub use source::{Cfg, Edition, Index, Place, Settings, Source, settings_of_host, settings_of_target};
pub use syntax::files::Files;
pub use syntax::kind::Kind;
pub use types::guards::guards;
