//! Tokens: functions taken apart by them, attributes, lexing, and what is put between them. Knows nothing of the rest.

pub(crate) mod exemption;
pub(crate) mod item;
pub(crate) mod kind;
pub(crate) mod lex;
pub(crate) mod splice;
