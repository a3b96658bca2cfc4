//! The table at the end of `weather_station`.

use std::fmt;
use std::time::Duration;

use onloop::Site;

use crate::reading::Reading;

/// How a reading came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Over the async client, on the loop.
    AsyncClient,
    /// Over the blocking client, in a thread of the executor.
    Executor,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AsyncClient => "async client",
            Self::Executor => "executor",
        })
    }
}

/// A reading, and how it came.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// What the station said.
    pub reading: Reading,
    /// The annotated function that held the loop while the answer was read, if that happened on the loop.
    pub held_by: Option<&'static Site>,
}

/// What is known about the answers that came one way.
#[derive(Debug, Default)]
pub struct Tally {
    answers: u32,
    /// The least and the most of what was seen.
    took: Option<(Duration, Duration)>,
    celsius: Option<(f64, f64)>,
    held_by: Option<&'static Site>,
}

impl Tally {
    /// Counts an answer that took this long.
    pub fn add(&mut self, answer: &Answer, took: Duration) {
        let celsius = answer.reading.temperature_celsius;
        let (fastest, slowest) = self.took.unwrap_or((took, took));
        let (coldest, warmest) = self.celsius.unwrap_or((celsius, celsius));
        self.answers += 1;
        self.took = Some((fastest.min(took), slowest.max(took)));
        self.celsius = Some((coldest.min(celsius), warmest.max(celsius)));
        self.held_by = answer.held_by;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>7}", self.answers)?;
        let (Some((fastest, slowest)), Some((coldest, warmest))) = (self.took, self.celsius) else { return Ok(()) };
        write!(f, " | {:>4} ms | {:>4} ms | ", fastest.as_millis(), slowest.as_millis())?;
        write!(f, "{coldest:.1} to {warmest:.1} °C")
    }
}

/// What is known about all answers. It prints as a table.
#[derive(Debug, Default)]
pub struct Summary {
    async_client: Tally,
    executor: Tally,
}

impl Summary {
    /// The tally of one way.
    pub fn tally(&mut self, way: Way) -> &mut Tally {
        match way {
            Way::AsyncClient => &mut self.async_client,
            Way::Executor => &mut self.executor,
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tallies = [(Way::AsyncClient, &self.async_client), (Way::Executor, &self.executor)];
        writeln!(f, "way          | answers | fastest | slowest | temperature")?;
        write!(f, "-------------+---------+---------+---------+----------------")?;
        for (way, tally) in tallies {
            write!(f, "\n{way:<12} | {tally}")?;
        }
        writeln!(f, "\n\nWho held the loop when an answer was read:")?;
        for (way, tally) in tallies {
            match tally.held_by {
                Some(site) => writeln!(f, "{way:<12} | {} {site}", site.kind())?,
                None if tally.answers == 0 => writeln!(f, "{way:<12} | no answer yet")?,
                None => writeln!(f, "{way:<12} | nobody: it was read by a thread of the executor")?,
            }
        }
        Ok(())
    }
}
