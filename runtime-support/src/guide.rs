//! The guide: one short page for each subject.
//!
//! | page | answers |
//! | --- | --- |
//! | [`command`] | How do I check a whole code base without one annotation? |
//! | [`ci`] | How do I run that in a workflow, before a commit, in an editor? |
//! | [`rules`] | What does this error mean, and what do I write instead? |
//! | [`exemptions`] | How do I say that a finding is all right here? |
//! | [`config`] | How do I tell onloop about functions of my own? |
//! | [`clippy`] | How does clippy check the same functions with types resolved? |
//! | [`mod@watch`] | Who holds my loop while the program runs? |
//! | [`trap`] | Which calls block in my tests? |
//! | [`hub`] | How do I write a program on the hub? |
//! | [`names`] | What is it called in tokio and in Home Assistant, and what does dropping a handle do? |
//! | [`limits`] | What is seen, and what is not? |
//! | [`cost`] | What does it cost in the build and in the program? |
//! | [`editors`] | What do I see in my editor? |
//!
//! These modules hold documentation and nothing else.

#[doc = include_str!("guide/ci.md")]
pub mod ci {}

#[doc = include_str!("guide/clippy.md")]
pub mod clippy {}

#[doc = include_str!("guide/command.md")]
pub mod command {}

#[doc = include_str!("guide/config.md")]
pub mod config {}

#[doc = include_str!("guide/cost.md")]
pub mod cost {}

#[doc = include_str!("guide/editors.md")]
pub mod editors {}

#[doc = include_str!("guide/exemptions.md")]
pub mod exemptions {}

#[doc = include_str!("guide/hub.md")]
pub mod hub {}

#[doc = include_str!("guide/limits.md")]
pub mod limits {}

pub mod rules;

#[doc = include_str!("guide/names.md")]
pub mod names {}

#[doc = include_str!("guide/trap.md")]
pub mod trap {}

#[doc = include_str!("guide/watch.md")]
pub mod watch {}
