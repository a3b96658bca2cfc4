fn main() {}

#[onloop::test(start_paused = false)]
fn it_works() {}
