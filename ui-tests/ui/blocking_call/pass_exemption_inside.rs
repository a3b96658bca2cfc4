use std::fs::read_to_string;

#[onloop::coroutine]
async fn load() -> usize {
    #[onloop::allow(blocking_call, reason = "a statement")]
    drop(read_to_string("/proc/loadavg"));
    #[onloop::expect(blocking_call, reason = "a let")]
    let first = read_to_string("no such file").unwrap_or_default();
    #[onloop::allow(blocking_call, reason = "a block")]
    {
        drop(read_to_string("/proc/loadavg"));
    }
    let second = #[onloop::expect(blocking_call, reason = "an expression")]
    read_to_string("no such file").unwrap_or_default();
    let mut third = String::from("no such file");
    #[onloop::allow(blocking_call, reason = "an assignment")]
    third = read_to_string(&third).unwrap_or_default();
    match first.len() {
        #[onloop::allow(blocking_call, reason = "an arm")]
        1.. => drop(read_to_string("/proc/loadavg")),
        _ => {}
    }
    first.len() + second.len() + third.len()
}

fn main() {
    assert_eq!(futures::executor::block_on(load()), 0);
}
