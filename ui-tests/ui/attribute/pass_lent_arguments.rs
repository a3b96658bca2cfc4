#![deny(warnings)]

//! Patterns that borrow from the argument.

struct Reading {
    name: String,
    values: Vec<u32>,
}

#[onloop::coroutine]
async fn add(ref mut values: Vec<u32>, (ref name, ref mut count): (String, u32)) -> usize {
    tokio::task::yield_now().await;
    values.push(*count);
    *count += 1;
    values.len() + name.len() + *count as usize
}

#[onloop::callback]
fn total(Reading { ref mut values, ref name }: Reading, [ref mut first, .., _]: [u32; 3]) -> u32 {
    *first += 1;
    values.push(*first);
    values.iter().sum::<u32>() + u32::from(name.is_empty())
}

#[onloop::coroutine]
async fn through((&mut ref mut inner, _): (&mut u32, u8)) {
    tokio::task::yield_now().await;
    *inner += 1;
}

fn main() {
    assert_eq!(futures::executor::block_on(add(vec![1], ("a".to_owned(), 4))), 2 + 1 + 5);
    assert_eq!(total(Reading { name: String::new(), values: vec![2] }, [5, 0, 0]), 2 + 6 + 1);
    let mut number = 1;
    futures::executor::block_on(through((&mut number, 0)));
    assert_eq!(number, 2);
}
