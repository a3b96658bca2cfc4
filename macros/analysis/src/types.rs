//! Names, and the types of a body's expressions, as far as the source shows them.

pub(crate) mod awaited;
pub(crate) mod blocks;
pub(crate) mod derived;
pub(crate) mod drops;
pub(crate) mod guards;
pub(crate) mod implicit;
pub(crate) mod infer;
pub(crate) mod iterate;
pub(crate) mod locks;
pub(crate) mod lookup;
pub(crate) mod maybe;
pub(crate) mod memo;
pub(crate) mod methods;
pub(crate) mod names;
pub(crate) mod project;
pub(crate) mod scope;
pub(crate) mod ty;
