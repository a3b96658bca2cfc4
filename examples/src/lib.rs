//! What the programs in `src/bin` share: the device that they talk to, and the parts of an integration that are the
//! same on any runtime.
//!
//! Nothing here runs on the loop, except what records it, so nothing is annotated. Start reading at
//! `src/bin/weather_station/main.rs`.

pub mod arguments;
pub mod device;
pub mod display;
pub mod failure;
pub mod reading;
pub mod recording;
