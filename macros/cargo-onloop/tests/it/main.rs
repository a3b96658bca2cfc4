//! The command, run on small workspaces as users run it. Nothing is fetched: cargo's home is empty.

mod bad_input;
mod baseline;
mod check;
mod output;
mod selection;
mod support;
