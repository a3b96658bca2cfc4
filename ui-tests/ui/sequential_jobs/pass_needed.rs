use std::io;

use tokio::task::spawn_blocking;

#[onloop::coroutine(strict(jobs))]
async fn needs(word: &'static str) -> io::Result<usize> {
    let length = spawn_blocking(move || word.len()).await?;
    let twice = spawn_blocking(move || length * 2).await?;
    Ok(twice)
}

#[onloop::coroutine(strict(jobs))]
async fn together() -> io::Result<usize> {
    let (one, two) = tokio::join!(spawn_blocking(|| 1), spawn_blocking(|| 2));
    Ok(one? + two?)
}

#[onloop::coroutine(strict(jobs))]
async fn walk(mut left: Vec<usize>) -> io::Result<usize> {
    let mut sum = 0;
    while let Some(next) = left.pop() {
        let parts = spawn_blocking(move || (0..next).collect::<Vec<_>>()).await?;
        sum += next;
        left.extend(parts);
    }
    Ok(sum)
}

#[onloop::coroutine]
async fn nobody_asks() -> io::Result<usize> {
    let one = spawn_blocking(|| 1).await?;
    let two = spawn_blocking(|| 2).await?;
    Ok(one + two)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(needs("abc").await.expect("it runs"), 6);
    assert_eq!(together().await.expect("it runs"), 3);
    assert_eq!(walk(vec![3]).await.expect("it runs"), 7);
    assert_eq!(nobody_asks().await.expect("it runs"), 3);
}
