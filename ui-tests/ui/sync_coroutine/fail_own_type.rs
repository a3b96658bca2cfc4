struct Reading(f32);

#[onloop::coroutine]
fn parse(text: &str) -> Reading {
    Reading(text.parse().unwrap_or(0.0))
}

fn main() {}
