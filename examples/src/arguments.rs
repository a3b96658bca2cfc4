//! The command line of `weather_station`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};
use reqwest::Url;

/// Shows a weather station that is polled over HTTP, and a wind gauge that reports by itself: a live table in a
/// terminal, plain lines elsewhere.
#[derive(Debug, Clone, Parser)]
#[command(name = "weather_station")]
pub struct Arguments {
    /// Where the station gives its readings, such as `http://192.0.2.7/reading`; without it, the program starts a
    /// simulated one
    #[arg(long, value_name = "URL")]
    device: Option<String>,
    /// Ends after so many readings; without it, goes on until Ctrl-C in a terminal, and ends after 5 elsewhere
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub readings: Option<u32>,
    /// The time from one reading to the next
    #[arg(long, value_name = "SECONDS", default_value = "0.45", value_parser = seconds, allow_negative_numbers = true)]
    pub interval: Duration,
    /// How long the station may take to answer
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds, allow_negative_numbers = true)]
    pub timeout: Duration,
    /// Writes what the loop did to this file, as a trace for ui.perfetto.dev
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Draws who held the loop for how long to this file, as a flame graph (SVG)
    #[arg(long, value_name = "FILE")]
    pub flame: Option<PathBuf>,
}

impl Arguments {
    /// The address given by `--device`. If it is none, ends the process as `clap` does for the other arguments.
    #[must_use]
    pub fn device(&self) -> Option<Address> {
        let parsed = self.device.as_deref().map(Address::parse).transpose();
        parsed.unwrap_or_else(|why| {
            // Not a `value_parser`, whose error would repeat the value: there may be a password in it.
            let message = format!("invalid value for '--device <URL>': {why}");
            Arguments::command().error(ErrorKind::ValueValidation, message).exit()
        })
    }
}

/// The address of a device. It prints without what may be secret: user, password and query.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads an address; the error says what is wrong with it, and does not repeat it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|why| format!("{why}; write it like http://192.0.2.7/reading"))?;
        match url.scheme() {
            "http" => Ok(Self(url)),
            "https" => Err("this example is built without TLS; write http://".to_owned()),
            _ => Err("a station is asked over HTTP; write it like http://192.0.2.7/reading".to_owned()),
        }
    }

    /// The whole address, for the clients.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = self.0.port().map(|port| format!(":{port}")).unwrap_or_default();
        write!(f, "{}://{}{port}{}", self.0.scheme(), self.0.host_str().unwrap_or_default(), self.0.path())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().map_err(|_| "not a number of seconds")?;
    let range = Duration::from_millis(10)..=Duration::from_secs(3600);
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| OUT_OF_RANGE)?;
    if range.contains(&duration) { Ok(duration) } else { Err(OUT_OF_RANGE) }
}

const OUT_OF_RANGE: &str = "not between 0.01 and 3600 seconds";
