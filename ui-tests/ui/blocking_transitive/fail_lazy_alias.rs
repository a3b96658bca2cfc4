type Global<T> = std::sync::LazyLock<T>;

static TOKEN: Global<String> = Global::new(|| std::fs::read_to_string("token").unwrap_or_default());

#[onloop::callback]
fn on_press() -> usize {
    TOKEN.len()
}

fn main() {}
