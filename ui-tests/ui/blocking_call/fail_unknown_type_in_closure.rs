use std::process::Child;

#[onloop::callback]
fn reap(children: &mut [Child]) -> usize {
    children.iter_mut().filter_map(|child| child.wait().ok()).count()
}

fn main() {}
