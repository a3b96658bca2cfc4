//! Where readings come from. With two implementations, only the running program knows which one is asked.

use std::fs;
use std::path::PathBuf;

/// Has a last reading.
pub(crate) trait Source {
    fn last(&self) -> Option<f64>;
}

/// Always the same.
pub(crate) struct Fixed(pub(crate) f64);

impl Source for Fixed {
    fn last(&self) -> Option<f64> {
        Some(self.0)
    }
}

/// A file with a reading in each line.
pub(crate) struct Log(PathBuf);

impl Log {
    pub(crate) fn in_the_package() -> Self {
        Self([env!("CARGO_MANIFEST_DIR"), "readings.txt"].iter().collect())
    }
}

impl Source for Log {
    fn last(&self) -> Option<f64> {
        let text = fs::read_to_string(&self.0).ok()?;
        text.lines().last()?.parse().ok()
    }
}
