//! What the generated functions use. Written into the throw-away crates.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Celsius,
    Percent,
    Watt,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub name: Arc<str>,
    pub unit: Unit,
    pub value: f64,
    pub age: Duration,
}

#[derive(Debug)]
pub enum Error {
    Offline(String),
    Malformed { line: usize },
    Refused,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Error {}

#[derive(Debug, Default)]
pub struct Registry {
    pub readings: HashMap<String, Reading>,
    pub listeners: Vec<String>,
    pub changes: u64,
}

impl Registry {
    pub fn update(&mut self, reading: Reading) -> bool {
        self.changes += 1;
        self.readings.insert(reading.name.to_string(), reading).is_none()
    }

    pub fn value(&self, name: &str) -> Option<f64> {
        self.readings.get(name).map(|reading| reading.value)
    }
}

#[derive(Clone, Debug)]
pub struct Device {
    pub address: String,
    pub retries: u32,
}

impl Device {
    pub fn new(address: &str) -> Device {
        Device { address: address.to_owned(), retries: 3 }
    }

    pub async fn fetch(&self, name: &str) -> Result<Reading, Error> {
        if self.address.is_empty() {
            return Err(Error::Offline(name.to_owned()));
        }
        Ok(Reading { name: name.into(), unit: Unit::Watt, value: 1.0, age: Duration::ZERO })
    }

    pub async fn write(&mut self, name: &str, value: f64) -> Result<(), Error> {
        self.address.push_str(name);
        if value.is_nan() { Err(Error::Refused) } else { Ok(()) }
    }
}

pub fn scale(value: f64, unit: Unit) -> f64 {
    match unit {
        Unit::Celsius => value * 1.8 + 32.0,
        Unit::Percent => value / 100.0,
        Unit::Watt => value,
    }
}

pub fn clamp(value: f64, low: f64, high: f64) -> f64 {
    value.max(low).min(high)
}

pub async fn settle(wait: Duration) -> Duration {
    wait.saturating_sub(Duration::from_millis(1))
}
