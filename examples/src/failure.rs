//! What can go wrong with a device, in words for the person at the terminal.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::arguments::Address;

/// A poll that gave no reading. It prints as what happened, where, and what to do.
#[derive(Debug)]
pub struct Failure {
    /// What happened.
    pub cause: Cause,
    /// Who was asked.
    pub address: Address,
}

/// Why there is no reading, in the words of the integration and not of its client.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// No connection.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// A connection, but no HTTP answer, or only a part of one.
    #[error("gave no whole answer: {0}")]
    NoWholeAnswer(String),
    /// An answer with an error status.
    #[error("answered with an error: status {0}")]
    Status(u16),
    /// An answer that is not the JSON of a reading.
    #[error("answered with something that is no reading: {0}")]
    NotAReading(String),
    /// No answer in time.
    #[error("did not answer within {0:?}")]
    TooSlow(Duration),
}

impl Cause {
    /// Whether asking again is no use before somebody changes something.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Status(400..500) | Self::NotAReading(_))
    }

    fn help(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => {
                "is the station switched on, and is the address right? Without `--device` the program starts a \
                 simulated one"
            }
            Self::NoWholeAnswer(_) => {
                "is it a weather station that listens there? If it is, look at its log, or restart it"
            }
            Self::Status(400..500) => {
                "the station is there, but refuses the request: check path and user of the address"
            }
            Self::Status(_) => "the station is there, but has a problem of its own: look at its log, or restart it",
            Self::NotAReading(_) => {
                r#"expected is JSON such as {"temperature_celsius": 18.6, "humidity_percent": 63.0, "pressure_hectopascals": 1009.4}"#
            }
            Self::TooSlow(_) => "give it longer with `--timeout SECONDS`",
        }
    }
}

impl Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cause, address } = self;
        write!(f, "the weather station at {address} {cause} (help: {})", cause.help())
    }
}

impl From<onloop::Elapsed> for Cause {
    fn from(elapsed: onloop::Elapsed) -> Self {
        Self::TooSlow(elapsed.limit())
    }
}

impl From<reqwest::Error> for Cause {
    fn from(error: reqwest::Error) -> Self {
        if let Some(status) = error.status() {
            return Self::Status(status.as_u16());
        }
        // It would print the whole address, with the password if there is one.
        let error = error.without_url();
        // The outer errors say "error sending request"; the innermost one says why.
        let mut innermost: &dyn Error = &error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        let why = innermost.to_string();
        if innermost.is::<serde_json::Error>() {
            Self::NotAReading(why)
        } else if error.is_connect() {
            Self::Unreachable(why)
        } else {
            Self::NoWholeAnswer(why)
        }
    }
}
