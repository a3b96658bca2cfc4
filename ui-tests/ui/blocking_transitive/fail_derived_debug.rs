use std::fmt;

struct Log {
    path: String,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&std::fs::read_to_string(&self.path).unwrap_or_default())
    }
}

#[derive(Debug)]
struct Device {
    log: Log,
}

#[onloop::callback]
fn on_press(device: &Device) -> String {
    format!("{device:?}")
}

fn main() {
    let device = Device { log: Log { path: String::new() } };
    on_press(&device);
    let _ = &device.log.path;
}
