extern crate ureq as http;

#[onloop::callback]
fn on_interval(url: &str) -> bool {
    http::get(url).call().is_ok()
}

fn main() {}
