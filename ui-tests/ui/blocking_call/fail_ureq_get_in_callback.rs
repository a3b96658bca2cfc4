#[onloop::callback]
fn on_interval(url: &str) -> bool {
    ureq::get(url).call().is_ok()
}

fn main() {}
