use std::fs::read_to_string;

#[onloop::callback]
fn on_tick() -> Option<usize> {
    let name = read_to_string("name.txt").ok()?;
    let load = onloop::allow_blocking("reads /proc, never waits", || read_to_string("/proc/loadavg")).ok()?;
    let later = onloop::allow_blocking("only makes a job", || {
        #[callback]
        || read_to_string("limit.txt").is_ok()
    });
    let later: onloop::Callback<(), bool> = later;
    Some(load.len() + name.len() + usize::from(later.call(&())))
}

fn main() {}
