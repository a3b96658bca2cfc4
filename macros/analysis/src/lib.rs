//! The engine behind onloop's attributes: it finds in the source of a function what blocks an event loop.
//!
//! It is an ordinary library on `syn` and `proc_macro2`. The attributes themselves are a thin shell around
//! [`Engine::expand`]. The path of a function through the engine:
//!
//! ```text
//! split ── locate ── scan ──(nothing to look at)── expand
//!                      └── collect ── judge ────────┘
//! ```
//!
//! The modules are layers. Each is a folder and sees only the layers below it, and no file imports another one in a
//! circle:
//!
//! * `engine` leads a function through these steps;
//! * `expand` wraps the body, and asks the compiler what the source does not show;
//! * [`rules`] judge the facts and ask the catalogue; `finding` says what is reported;
//! * `facts` holds the model of a function, and the only walker over syntax, which fills it;
//! * `types` knows names, and the types of expressions;
//! * `source` knows the files around the function: modules, imports, functions;
//! * `knowledge` is the [`catalogue`] and the project's `onloop.toml`, which adds to it;
//! * `syntax` works on tokens, and knows nothing about the rest.

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

pub use engine::{Asked, Body, Engine, Entry, Known, Level, Looked, ProjectConfig, Question, Why, exempt, page};
pub use facts::model::{Receiver, Step};
pub use knowledge::catalogue;
pub use rules::finding::{Finding, named};
pub use source::{Cfg, Edition, Index, Place, Settings, Source, settings_of_host, settings_of_target, surface};
pub use syntax::depth::too_deep_at;
pub use syntax::files::Files;
pub use syntax::kind::Kind;
pub use syntax::rule_id;
pub use types::guards::guards;
