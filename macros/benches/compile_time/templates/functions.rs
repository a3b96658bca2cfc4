// Ten annotated functions. A template: `_N` becomes a number; `#[callback]` and `#[coroutine]` the attribute that is
// measured; `//` alone on a line the place where case B has its suspects. The last four stand in an `impl`.

#[callback]
pub fn on_reading_N(registry: &mut Registry, reading: &Reading) -> bool {
    //
    let scaled = scale(reading.value, reading.unit);
    let previous = registry.value(&reading.name).unwrap_or_default();
    if (scaled - previous).abs() < 0.05 {
        return false;
    }
    let message = format!("{}: {previous:.1} -> {scaled:.1}", reading.name);
    registry.listeners.push(message);
    registry.update(Reading { value: clamp(scaled, -40.0, 125.0), ..reading.clone() })
}

#[coroutine]
pub async fn poll_N(device: &Device, names: &[String]) -> Result<Vec<Reading>, Error> {
    //
    let mut readings = Vec::with_capacity(names.len());
    for name in names {
        let reading = device.fetch(name).await?;
        if reading.age > Duration::from_secs(60) {
            continue;
        }
        readings.push(Reading { value: clamp(reading.value, 0.0, 100.0), ..reading });
    }
    readings.sort_by(|a, b| a.value.total_cmp(&b.value));
    Ok(readings)
}

#[callback]
pub fn describe_N(reading: &Reading, names: &HashMap<Unit, &'static str>) -> String {
    //
    let unit = names.get(&reading.unit).copied().unwrap_or("?");
    let age = reading.age.as_secs();
    match age {
        0 => format!("{} {:.1} {unit}", reading.name, reading.value),
        1..60 => format!("{} {:.1} {unit}, {age} s ago", reading.name, reading.value),
        _ if reading.value.is_nan() => String::from("unknown"),
        _ => format!("{} {:.1} {unit}, {} min ago", reading.name, reading.value, age / 60),
    }
}

#[coroutine]
pub async fn retry_N(device: Arc<Device>, name: &str) -> Result<Reading, Error> {
    //
    let mut wait = Duration::from_millis(250);
    for attempt in 1..=device.retries {
        match device.fetch(name).await {
            Ok(reading) => return Ok(reading),
            Err(Error::Offline(_)) if attempt < device.retries => wait *= 2,
            Err(error) => return Err(error),
        }
        wait = settle(wait).await;
    }
    Err(Error::Offline(format!("{name} at {}", device.address)))
}

#[callback]
pub fn average_N(readings: &[Reading], unit: Unit) -> Option<f64> {
    //
    let (mut sum, mut count) = (0.0, 0_u32);
    for reading in readings.iter().filter(|reading| reading.unit == unit) {
        sum += super::scale(reading.value, reading.unit);
        count += 1;
    }
    if count == 0 {
        return None;
    }
    Some(sum / f64::from(count))
}

#[coroutine]
pub async fn switch_N(device: &mut Device, on: bool) -> Result<(), Box<dyn std::error::Error>> {
    //
    let level = if on { 100.0 } else { 0.0 };
    device.write("level", level).await?;
    let reading = device.fetch("level").await?;
    if (reading.value - level).abs() > f64::EPSILON {
        let line = reading.name.len() + usize::from(on);
        return Err(Error::Malformed { line }.into());
    }
    Ok(())
}

impl Station {
    #[callback]
    pub fn on_change_N(&mut self, name: &str, value: f64) {
        //
        let Some(reading) = self.registry.readings.get_mut(name) else {
            self.missed += 1;
            return;
        };
        let difference = value - reading.value;
        reading.value = if difference.abs() > 50.0 { reading.value } else { value };
        reading.age = Duration::ZERO;
        self.history.push((name.to_owned(), difference));
    }

    #[coroutine]
    pub async fn refresh_N(&mut self) -> Result<usize, Error> {
        //
        let names: Vec<String> = self.registry.readings.keys().cloned().collect();
        let mut changed = 0;
        for name in &names {
            let reading = self.device.fetch(name).await?;
            if self.registry.update(reading) {
                changed += 1;
            }
        }
        self.missed = self.missed.saturating_sub(changed);
        Ok(changed)
    }

    #[callback]
    pub fn report_N(&self, limit: usize) -> Vec<String> {
        //
        let mut lines = Vec::new();
        for (name, difference) in self.history.iter().rev().take(limit) {
            let arrow = if *difference < 0.0 { '-' } else { '+' };
            lines.push(format!("{arrow} {name}: {:.2}", difference.abs()));
        }
        if self.missed > 0 {
            lines.push(format!("{} missed", self.missed));
        }
        lines
    }

    #[coroutine]
    pub async fn calibrate_N(&mut self, target: f64) -> Result<f64, Error> {
        //
        let mut offset = 0.0;
        while let Some((name, difference)) = self.history.pop() {
            let reading = self.device.fetch(&name).await?;
            offset += (target - crate::device::scale(reading.value, reading.unit)) * 0.1 + difference;
            if offset.abs() < 0.01 {
                break;
            }
        }
        self.device.write("offset", offset).await?;
        Ok(offset)
    }
}
