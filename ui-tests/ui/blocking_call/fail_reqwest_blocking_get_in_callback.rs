use reqwest::blocking;

#[onloop::callback]
fn on_interval(url: &str) -> bool {
    blocking::get(url).is_ok()
}

fn main() {}
