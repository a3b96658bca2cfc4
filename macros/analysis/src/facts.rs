//! The facts of one function: the model, the walker that fills it, and what helpers do inside.

pub(crate) mod asked;
pub(crate) mod closures;
pub(crate) mod collect;
pub(crate) mod locks;
pub(crate) mod model;
pub(crate) mod question;
pub(crate) mod sign;
pub(crate) mod summary;
