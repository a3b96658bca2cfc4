#[onloop::coroutine]
async fn poll(url: &str) -> reqwest::Result<String> {
    let response = reqwest::blocking::get(url)?;
    response.text()
}

fn main() {}
