use std::io::{Write, stdin};

#[onloop::callback]
fn ask() -> String {
    let mut line = String::new();
    let _ = std::io::stdout().flush();
    let _ = std::io::Stdin::read_line(&stdin(), &mut line);
    line
}

fn main() {}
