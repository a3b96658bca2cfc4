use std::thread::sleep;
use std::time::Duration;

fn build() {
    #[onloop::callback]
    fn on_tick() {
        sleep(Duration::from_secs(1));
    }
    on_tick();
}

fn main() {
    build();
}
