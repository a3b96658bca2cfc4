macro_rules! save {
    ($path:expr, $text:expr) => {
        std::fs::write($path, $text)
    };
}

#[onloop::callback]
fn on_change(text: &str) -> std::io::Result<()> {
    save!("state", text)
}

fn main() {}
