#[onloop::blocking]
fn load(path: &str) -> impl Future<Output = usize> + '_ {
    async move { path.len() }
}

fn main() {}
