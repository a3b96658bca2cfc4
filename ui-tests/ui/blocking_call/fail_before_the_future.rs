#[onloop::coroutine]
fn load(path: &str) -> impl Future<Output = Option<usize>> {
    let table = std::fs::read(path);
    async move { Some(table.ok()?.len()) }
}

fn main() {}
