unsafe extern "C" {
    fn usleep(microseconds: u32) -> i32;
}

trait Store {
    #[onloop::blocking]
    fn load(&self) -> u8;
}

#[onloop::callback]
fn on_press(store: &dyn Store) -> u8 {
    unsafe { usleep(5) };
    store.load()
}

fn main() {}
