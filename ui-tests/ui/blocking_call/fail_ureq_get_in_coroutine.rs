#[onloop::coroutine]
async fn poll(url: &str) -> Result<String, ureq::Error> {
    ureq::get(url).call()?.body_mut().read_to_string()
}

fn main() {}
