//! The command, run on small workspaces as users run it. Nothing is fetched: cargo's home is empty.

mod annotate;
mod bad_input;
mod baseline;
mod cache;
mod check;
mod fix;
mod output;
mod selection;
mod support;
mod types;
mod why;
