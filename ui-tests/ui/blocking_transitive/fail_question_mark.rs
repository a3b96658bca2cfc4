struct Offline;

struct Reported;

impl From<Offline> for Reported {
    fn from(_: Offline) -> Self {
        let _ = std::fs::write("offline", "");
        Reported
    }
}

fn read() -> Result<u32, Offline> {
    Err(Offline)
}

#[onloop::callback]
fn on_press() -> Result<u32, Reported> {
    Ok(read()? + 1)
}

fn main() {
    let _ = on_press();
}
