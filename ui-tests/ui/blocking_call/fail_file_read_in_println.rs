#[onloop::callback]
fn report() {
    println!("uptime: {}", std::fs::read_to_string("/proc/uptime").unwrap());
}

fn main() {}
