use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

#[onloop::callback]
fn poll(rooms: &BTreeMap<String, Receiver<u8>>) -> Option<u8> {
    let (_, readings) = rooms.first_key_value()?;
    readings.recv().ok()
}

fn main() {}
