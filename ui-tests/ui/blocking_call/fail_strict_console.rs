use std::io::Write;

fn report(line: &str) {
    println!("{line}");
}

#[onloop::callback(strict(console))]
fn on_tick() {
    println!("tick");
    report("tock");
    let _ = writeln!(std::io::stderr().lock(), "late");
}

fn main() {
    on_tick();
}
