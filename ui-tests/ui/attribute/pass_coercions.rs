#![deny(warnings)]

use std::error::Error;
use std::fmt::Display;
use std::num::ParseIntError;

#[derive(Debug, PartialEq)]
struct Failed(String);

impl From<ParseIntError> for Failed {
    fn from(error: ParseIntError) -> Self {
        Failed(error.to_string())
    }
}

impl Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Failed {}

#[onloop::coroutine]
async fn question_mark(text: &str) -> Result<u32, Failed> {
    tokio::task::yield_now().await;
    let value: u32 = text.parse()?;
    Ok(value)
}

#[onloop::coroutine]
async fn boxed_error(text: &str) -> Result<u32, Box<dyn Error>> {
    let value = question_mark(text).await?;
    if value == 0 {
        Err("zero")?;
    }
    if value == 1 {
        return Err(Box::new(Failed("one".into())));
    }
    match value {
        2 => Err(Box::new(Failed("two".into()))),
        _ => Ok(value),
    }
}

#[onloop::coroutine]
async fn boxed_trait(short: bool) -> Box<dyn Display> {
    tokio::task::yield_now().await;
    if short { Box::new(1) } else { Box::new("one") }
}

#[onloop::coroutine]
async fn boxed_closure(double: bool) -> Box<dyn Fn(u32) -> u32> {
    tokio::task::yield_now().await;
    match double {
        true => Box::new(|value| 2 * value),
        false => Box::new(|value| value),
    }
}

#[onloop::coroutine]
async fn function_pointer(double: bool) -> fn(u32) -> u32 {
    tokio::task::yield_now().await;
    if double { |value| 2 * value } else { |value| value }
}

#[onloop::coroutine]
async fn reference(all: &[String; 2], first: bool) -> &str {
    tokio::task::yield_now().await;
    if first { &all[0] } else { &all[1] }
}

#[onloop::coroutine]
async fn slice(array: &[u8; 3]) -> &[u8] {
    tokio::task::yield_now().await;
    array
}

#[onloop::coroutine]
async fn inferred() -> Vec<u64> {
    tokio::task::yield_now().await;
    let mut all = Vec::new();
    all.push(1);
    let more = "2 3".split(' ').filter_map(|text| text.parse().ok());
    for value in more.collect::<Vec<_>>() {
        all.push(value);
    }
    all
}

#[onloop::coroutine]
async fn parsed(text: &str) -> Result<f32, ParseIntError> {
    tokio::task::yield_now().await;
    text.parse::<u8>().map(Into::into)
}

#[onloop::coroutine]
async fn collected(all: &[&str]) -> Option<Vec<u8>> {
    tokio::task::yield_now().await;
    all.iter().map(|text| text.parse().ok()).collect()
}

#[onloop::coroutine]
async fn defaulted() -> (u8, String, [Option<u32>; 2]) {
    tokio::task::yield_now().await;
    Default::default()
}

#[onloop::callback]
fn callback_too(short: bool) -> Result<Box<dyn Display>, Box<dyn Error>> {
    if short {
        return Ok(Box::new("7".parse::<u8>()?));
    }
    Err("long".into())
}

#[onloop::blocking]
fn blocking_too(short: bool) -> Box<dyn Display> {
    if short { Box::new(1) } else { Box::new("one") }
}

fn main() {
    futures::executor::block_on(async {
        assert_eq!(question_mark("7").await, Ok(7));
        assert_eq!(question_mark("x").await.unwrap_err().0, "invalid digit found in string");
        assert_eq!(boxed_error("3").await.unwrap(), 3);
        for (text, error) in [("0", "zero"), ("1", "one"), ("2", "two")] {
            assert_eq!(boxed_error(text).await.unwrap_err().to_string(), error);
        }
        assert_eq!(boxed_trait(true).await.to_string() + &boxed_trait(false).await.to_string(), "1one");
        assert_eq!(boxed_closure(true).await(3) + boxed_closure(false).await(1), 7);
        assert_eq!(function_pointer(true).await(3) + function_pointer(false).await(1), 7);
        assert_eq!(reference(&["a".into(), "b".into()], false).await, "b");
        assert_eq!(slice(&[1, 2, 3]).await.len(), 3);
        assert_eq!(inferred().await, [1, 2, 3]);
        assert_eq!(parsed("7").await, Ok(7.0));
        assert_eq!(collected(&["1", "2"]).await, Some(vec![1, 2]));
        assert_eq!(defaulted().await.0, 0);
    });
    assert_eq!(callback_too(true).unwrap().to_string(), "7");
    assert!(callback_too(false).is_err());
    assert_eq!(blocking_too(false).to_string(), "one");
}
