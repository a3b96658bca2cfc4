//! The command, run on small workspaces as users run it. Nothing is fetched: cargo's home is empty.

mod bad_input;
mod check;
mod selection;
mod support;
