use std::fs::File;
use std::io::Write;

#[onloop::coroutine]
async fn audit(log: &mut File, who: &str) -> std::io::Result<()> {
    writeln!(log, "{who}")
}

fn main() {}
