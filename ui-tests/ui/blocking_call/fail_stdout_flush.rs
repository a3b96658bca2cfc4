use std::io::Write;

#[onloop::callback]
fn draw() {
    let _ = std::io::stdout().flush();
}

fn main() {}
