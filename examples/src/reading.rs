//! What a weather station measures.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One answer of a weather station, as it stands in the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Air temperature, in degrees Celsius.
    pub temperature_celsius: f64,
    /// Relative humidity, in percent.
    pub humidity_percent: f64,
    /// Air pressure, in hectopascals.
    pub pressure_hectopascals: f64,
}

impl Reading {
    /// The measurement with this number, of a sensor that does not exist: a mild day on which it begins to clear.
    #[must_use]
    pub fn simulated(number: u32) -> Self {
        let hours = f64::from(number) / 4.0;
        let sun = (hours / 3.0).sin();
        Self {
            temperature_celsius: 18.6 + 2.9 * sun,
            humidity_percent: 63.0 - 11.0 * sun,
            pressure_hectopascals: 1009.4 + 0.3 * hours,
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { temperature_celsius, humidity_percent, pressure_hectopascals } = self;
        write!(f, "{temperature_celsius:4.1} °C  {humidity_percent:3.0} %  {pressure_hectopascals:6.1} hPa")
    }
}
