//! The only walker over syntax: from a parsed body to the [`Model`](crate::facts::model::Model).
//!
//! It follows where code runs. The body of a closure runs on the loop, unless the closure is passed, directly or
//! through a variable, to something that runs it elsewhere.
//!
//! `collector` is the walker with what it knows; each of the other files teaches it one kind of syntax or of fact.

mod around;
mod branches;
mod calls;
mod cancel;
mod capture;
mod chains;
mod cloning;
mod closure_args;
mod closures;
mod collector;
mod dead;
mod diverge;
mod endless;
mod expected;
mod expressions;
mod falls;
mod formats;
mod getters;
mod implicit;
mod jobs;
mod lazy;
mod live;
mod loops;
mod lost;
mod macro_args;
mod macros;
mod makes;
mod methods;
mod owned;
mod parts;
mod places;
mod points;
mod races;
mod ready;
mod render;
mod seen;
mod shape;
mod spin;
mod statements;
mod tasks;
mod under;

pub(crate) use self::cancel::{awaits_losing, fills_its_own, waits_with_what_it_took};
pub(crate) use self::collector::Collector;
pub(crate) use self::jobs::{is_executor, may_be_executor};
pub(crate) use self::lost::{gives_owner_of_task, makes_set, may_drop_future, may_lose_task};
pub(crate) use self::races::{is_about_tasks, is_limit, is_race};
