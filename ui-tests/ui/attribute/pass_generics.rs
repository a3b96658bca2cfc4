#![deny(warnings)]

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::ops::{Add, Shr};

#[onloop::callback]
fn first<'a, T, const N: usize>(all: &'a [T; N]) -> Option<&'a T>
where
    T: Debug + 'a,
    [T; N]: Sized,
{
    all.first()
}

#[onloop::coroutine]
async fn first_later<'a, T, const N: usize>(all: &'a [T; N]) -> Option<&'a T>
where
    T: Debug + 'a,
{
    tokio::task::yield_now().await;
    all.first()
}

#[onloop::coroutine]
async fn longest<'a: 'b, 'b>(first: &'a str, second: &'b str) -> &'b str {
    tokio::task::yield_now().await;
    if first.len() > second.len() { first } else { second }
}

#[onloop::coroutine]
async fn elided(text: &str, _count: u32) -> &str {
    tokio::task::yield_now().await;
    text.trim()
}

#[onloop::callback]
fn apply<F: Fn(u32) -> Vec<u32>, T: Add<Output = T> + Shr<u8, Output = T>>(f: F, value: T) -> (Vec<u32>, T) {
    (f(1), value >> 1)
}

#[onloop::coroutine]
async fn apply_later<F, Fut>(f: F) -> Result<Vec<u32>, Box<dyn std::error::Error>>
where
    F: Fn(u32) -> Fut,
    Fut: Future<Output = u32>,
{
    Ok(vec![f(1).await, f(2).await])
}

#[onloop::callback]
fn shown(values: impl IntoIterator<Item = impl Display>) -> impl Iterator<Item = String> {
    values.into_iter().map(|value| value.to_string())
}

#[onloop::coroutine]
async fn shown_later(values: impl IntoIterator<Item = impl Display>) -> impl Iterator<Item = String> {
    tokio::task::yield_now().await;
    values.into_iter().map(|value| value.to_string())
}

#[onloop::coroutine]
async fn maybe_shown(values: &[u32]) -> Option<impl Iterator<Item = u32> + '_> {
    tokio::task::yield_now().await;
    Some(values.iter().copied()).filter(|_| !values.is_empty())
}

#[onloop::callback]
fn dynamic(value: &dyn Debug) -> Box<dyn Fn() -> String + '_> {
    Box::new(move || format!("{value:?}"))
}

#[onloop::callback]
fn higher_ranked<F>(f: F) -> usize
where
    F: for<'x> Fn(&'x str) -> &'x str,
{
    f("abc").len()
}

struct Table<K, V, const N: usize = 3> {
    rows: BTreeMap<K, [V; N]>,
}

impl<K: Ord, V: Default + Copy, const N: usize> Table<K, V, N> {
    const EMPTY: usize = N * 0;

    #[onloop::callback]
    fn insert(&mut self, key: K) -> &mut [V; N] {
        self.rows.entry(key).or_insert([V::default(); N])
    }

    #[onloop::coroutine]
    async fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Result<&[V; N], usize>
    where
        K: std::borrow::Borrow<Q>,
    {
        tokio::task::yield_now().await;
        self.rows.get(key).ok_or(Self::EMPTY)
    }
}

fn main() {
    assert_eq!(first(&[1, 2]), Some(&1));
    assert_eq!(apply(|n| vec![n], 4), (vec![1], 2));
    assert_eq!(shown([1, 2]).collect::<String>(), "12");
    assert_eq!(dynamic(&Some(1))(), "Some(1)");
    assert_eq!(higher_ranked(|text| &text[1..]), 2);
    let mut table = Table::<String, u8> { rows: BTreeMap::new() };
    table.insert("a".into())[0] = 4;
    futures::executor::block_on(async {
        assert_eq!(first_later::<u8, 0>(&[]).await, None);
        assert_eq!(longest("abc", "d").await, "abc");
        assert_eq!(elided(" a ", 0).await, "a");
        assert_eq!(apply_later(|n| async move { n + 1 }).await.unwrap(), [2, 3]);
        assert_eq!(shown_later([1, 2]).await.collect::<String>(), "12");
        assert_eq!(maybe_shown(&[1, 2]).await.unwrap().sum::<u32>(), 3);
        assert_eq!(table.get("a").await, Ok(&[4, 0, 0]));
        assert_eq!(table.get("b").await, Err(0));
    });
}
