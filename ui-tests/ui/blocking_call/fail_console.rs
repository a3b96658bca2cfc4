use std::io::stdin;

#[onloop::callback]
fn ask() -> String {
    let mut line = String::new();
    let _ = std::io::Stdin::read_line(&stdin(), &mut line);
    line
}

fn main() {}
