//! Tokens: splitting functions, attributes, lexing, and splicing. Knows nothing about the other layers.

pub(crate) mod depth;
pub(crate) mod exemption;
pub(crate) mod files;
pub(crate) mod item;
pub(crate) mod kind;
pub(crate) mod lex;
pub(crate) mod mark;
pub(crate) mod near;
pub(crate) mod output;
pub(crate) mod path;
pub(crate) mod point;
pub(crate) mod quick;
pub mod rule_id;
pub(crate) mod splice;
pub(crate) mod tokens;
pub(crate) mod type_ref;
pub(crate) mod vocabulary;
pub(crate) mod waits;
