/// Calls `std::thread::sleep` nowhere.
#[onloop::callback]
fn on_tick() -> &'static str {
    // std::thread::sleep(Duration::from_secs(1));
    let text = "std::fs::read(path)";
    let quoted = stringify!(std::thread::sleep(SECOND));
    assert!(quoted.contains("sleep"));
    text
}

fn main() {
    assert_eq!(on_tick().len(), 19);
}
