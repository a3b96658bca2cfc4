use std::process::Child;

#[onloop::callback]
fn reap(children: &mut [Child]) -> usize {
    children.iter_mut().zip(1..).filter_map(|(child, _)| child.wait().ok()).count()
}

fn main() {}
