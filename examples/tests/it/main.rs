//! The programs, run as a user runs them.

mod failure;
mod mistakes;
mod patterns;
mod process;
#[cfg(feature = "trace")]
mod recording;
mod server;
mod weather_station;
