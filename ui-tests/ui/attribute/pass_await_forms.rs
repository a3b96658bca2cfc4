#![deny(warnings)]

use std::time::Duration;

use futures::{FutureExt, StreamExt};

#[onloop::coroutine]
async fn macros() -> u32 {
    let (first, second) = futures::join!(async { 1 }, async { 2 });
    let third = tokio::select! {
        biased;
        value = async { 3 } => value,
        () = std::future::pending() => 0,
    };
    let pair = tokio::try_join!(async { Ok::<_, ()>(4) }, async { Ok(5) });
    let (fourth, fifth) = pair.unwrap_or_default();
    first + second + third + fourth + fifth
}

#[onloop::coroutine]
async fn streams() -> Vec<u32> {
    let mut all = Vec::new();
    let mut stream = futures::stream::iter(1..4).map(|value| async move { 2 * value }).buffered(2);
    while let Some(value) = stream.next().await {
        all.push(value);
    }
    all
}

#[onloop::coroutine]
async fn hidden_await() -> u32 {
    macro_rules! wait {
        ($future:expr) => {
            $future.await
        };
    }
    wait!(async { 7 })
}

#[onloop::coroutine]
async fn nested_blocks() -> Result<u32, String> {
    let value = async {
        let value: u32 = "7".parse().map_err(|_| "no number".to_owned())?;
        Ok::<_, String>(value)
    }
    .await?;
    let future = async move { value + 1 }.map(|value| value + 1);
    match tokio::time::timeout(Duration::from_secs(1), future).await {
        Ok(value) => Ok(value),
        Err(_) => Err("late".to_owned()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(macros().await, 15);
    assert_eq!(streams().await, [2, 4, 6]);
    assert_eq!(hidden_await().await, 7);
    assert_eq!(nested_blocks().await, Ok(9));
}
