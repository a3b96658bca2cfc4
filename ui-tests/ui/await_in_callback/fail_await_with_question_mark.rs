use std::io;

struct Config;

impl Config {
    #[onloop::callback]
    fn on_change(&mut self) -> io::Result<String> {
        let text = tokio::fs::read_to_string("config.toml").await?;
        Ok(text)
    }
}

fn main() {}
