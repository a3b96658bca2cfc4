#[path = "parts/sloppy.rs"]
mod sloppy;

fn main() {}
