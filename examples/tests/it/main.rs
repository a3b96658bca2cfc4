//! The programs, run as a user runs them.

mod failure;
mod mistakes;
mod patterns;
mod process;
mod server;
mod weather_station;
