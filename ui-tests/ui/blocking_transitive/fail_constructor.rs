struct Config {
    text: String,
}

impl Default for Config {
    fn default() -> Self {
        let text = std::fs::read_to_string("house.toml").unwrap_or_default();
        Config { text }
    }
}

#[onloop::callback]
fn on_start() -> usize {
    Config::default().text.len()
}

fn main() {}
