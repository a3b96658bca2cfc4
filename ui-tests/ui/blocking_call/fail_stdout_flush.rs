use std::io::Write;

#[onloop::callback(strict(console))]
fn draw() {
    let _ = std::io::stdout().flush();
}

fn main() {}
