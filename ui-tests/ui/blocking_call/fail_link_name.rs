unsafe extern "C" {
    #[link_name = "usleep"]
    fn short_nap(microseconds: u32) -> i32;
}

#[onloop::callback]
fn on_press() {
    unsafe { short_nap(5) };
}

fn main() {}
