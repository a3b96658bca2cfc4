#![deny(warnings)]

use std::pin::Pin;

struct Node {
    value: u32,
    children: Vec<Node>,
}

#[onloop::callback]
fn sum(node: &Node) -> u32 {
    node.value + node.children.iter().map(sum).sum::<u32>()
}

#[onloop::coroutine]
async fn sum_later(node: &Node) -> u32 {
    let mut total = node.value;
    for child in &node.children {
        total += Box::pin(sum_later(child)).await;
    }
    total
}

#[onloop::coroutine]
fn sum_boxed(node: &Node) -> Pin<Box<dyn Future<Output = u32> + Send + '_>> {
    Box::pin(async move {
        let mut total = node.value;
        for child in &node.children {
            total += sum_boxed(child).await;
        }
        total
    })
}

#[onloop::blocking]
fn sum_in_executor(node: &Node) -> u32 {
    node.value + node.children.iter().map(sum_in_executor).sum::<u32>()
}

fn main() {
    let leaf = |value| Node { value, children: Vec::new() };
    let root = Node { value: 1, children: vec![leaf(2), Node { value: 3, children: vec![leaf(4)] }] };
    assert_eq!(sum(&root), 10);
    assert_eq!(futures::executor::block_on(sum_later(&root)), 10);
    assert_eq!(futures::executor::block_on(sum_boxed(&root)), 10);
    assert_eq!(sum_in_executor(&root), 10);
}
