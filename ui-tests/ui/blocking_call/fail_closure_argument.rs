#[onloop::callback]
fn sizes(paths: &[String]) -> Vec<u64> {
    paths.iter().map(|path| std::fs::metadata(path).map_or(0, |data| data.len())).collect()
}

fn main() {}
