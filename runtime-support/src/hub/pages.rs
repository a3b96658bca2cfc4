//! A map with consecutive keys, which are mostly removed in about the order in which they were added.
//!
//! Neighbours are on one page, so a page is found by its number and an entry by its position: nothing moves when the
//! map grows, and entries that come and go together are close in memory. A page is freed with its last entry, so memory
//! follows the number of entries, up to a factor of [`PAGE`] if each is alone on its page.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault};

use crate::serial::SerialHasher;

/// How many entries a page has. More of them are faster for many tasks, and hold more memory for few that stay.
const PAGE: usize = 16;

/// A table keeps this much room even when it is empty, so that small programs never resize it.
const ROOM_TO_KEEP: usize = 64;

#[derive(Debug)]
pub(super) struct Pages<T> {
    /// The page that is being filled.
    last: Box<Page<T>>,
    /// The page before it that was written to last. Entries that come together mostly go together, so the next one is
    /// likely on it as well.
    recent: Option<Box<Page<T>>>,
    /// Other pages that have entries, by number, which is that of a key over [`PAGE`].
    full: HashMap<u64, Box<Page<T>>, BuildHasherDefault<SerialHasher>>,
    /// The next key.
    next: u64,
}

#[derive(Debug)]
struct Page<T> {
    number: u64,
    used: usize,
    entries: [Option<T>; PAGE],
}

/// The number of the page that has the key, and the place on it.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a page is short")]
fn place(key: u64) -> (u64, usize) {
    let page = PAGE as u64;
    (key / page, (key % page) as usize)
}

impl<T> Page<T> {
    fn empty(number: u64) -> Self {
        Self { number, used: 0, entries: [const { None }; PAGE] }
    }
}

impl<T> Pages<T> {
    pub(super) fn new() -> Self {
        Self { last: Box::new(Page::empty(0)), recent: None, full: HashMap::default(), next: 0 }
    }

    /// Adds an entry, under a key that no other ever had.
    #[inline]
    pub(super) fn push(&mut self, entry: T) -> u64 {
        let key = self.next;
        self.next += 1;
        let (number, place) = place(key);
        if self.last.number != number {
            self.turn_over(number);
        }
        self.last.entries[place] = Some(entry);
        self.last.used += 1;
        key
    }

    /// Begins a page. That of a map which is mostly empty is the one before, over and over.
    fn turn_over(&mut self, number: u64) {
        if self.last.used > 0 {
            let before = std::mem::replace(&mut self.last, Box::new(Page::empty(number)));
            self.full.insert(before.number, before);
        }
        self.last.number = number;
    }

    pub(super) fn get(&self, key: u64) -> Option<&T> {
        let (number, place) = place(key);
        let at_hand = [Some(&self.last), self.recent.as_ref()].into_iter().flatten().find(|page| page.number == number);
        at_hand.or_else(|| self.full.get(&number))?.entries[place].as_ref()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        let (number, place) = place(key);
        self.page_mut(number)?.entries[place].as_mut()
    }

    #[inline]
    pub(super) fn remove(&mut self, key: u64) -> Option<T> {
        let (number, place) = place(key);
        let page = self.page_mut(number)?;
        let entry = page.entries[place].take()?;
        page.used -= 1;
        if page.used == 0 && number != self.last.number {
            self.recent = None;
            shrink(&mut self.full);
        }
        Some(entry)
    }

    /// The page to write to: the last one, or the recent one.
    #[inline]
    fn page_mut(&mut self, number: u64) -> Option<&mut Page<T>> {
        if self.last.number == number {
            return Some(&mut self.last);
        }
        if self.recent.as_ref().is_none_or(|recent| recent.number != number) {
            self.bring_up(number)?;
        }
        self.recent.as_deref_mut()
    }

    /// Makes a page the recent one.
    fn bring_up(&mut self, number: u64) -> Option<()> {
        let page = self.full.remove(&number)?;
        if let Some(before) = self.recent.replace(page) {
            self.full.insert(before.number, before);
        }
        Some(())
    }

    /// Takes all entries out.
    pub(super) fn clear(&mut self) {
        *self.last = Page::empty(self.last.number);
        self.recent = None;
        self.full.clear();
    }

    /// How many entries there were ever.
    pub(super) fn count_of_all(&self) -> u64 {
        self.next
    }

    pub(super) fn is_empty(&self) -> bool {
        self.last.used == 0 && self.recent.is_none() && self.full.is_empty()
    }

    /// All entries with their keys, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.full.values().chain(&self.recent).chain([&self.last]).flat_map(|page| {
            let keys = page.number * PAGE as u64..;
            keys.zip(&page.entries).filter_map(|(key, entry)| Some((key, entry.as_ref()?)))
        })
    }

    /// All entries, in no order.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let pages = self.full.values_mut().chain(&mut self.recent).chain([&mut self.last]);
        pages.flat_map(|page| page.entries.iter_mut().flatten())
    }
}

/// Lets the memory go that a table no longer needs.
pub(super) fn shrink<X, S: BuildHasher>(table: &mut HashMap<u64, X, S>) {
    let room = table.capacity();
    if room > ROOM_TO_KEEP && table.len() < room / 8 {
        table.shrink_to(ROOM_TO_KEEP.max(room / 4));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_has_a_key_of_its_own_until_it_is_taken_out() {
        let mut pages = Pages::new();
        let keys: Vec<_> = (0..100).map(|entry| pages.push(entry)).collect();
        assert!(keys.is_sorted());
        for (entry, key) in keys.iter().enumerate().filter(|(entry, _)| entry % 3 > 0) {
            assert_eq!(pages.get(*key), Some(&entry));
            assert_eq!(pages.remove(*key), Some(entry));
            assert_eq!(pages.get(*key), None);
            assert_eq!(pages.remove(*key), None);
        }
        pages.values_mut().for_each(|entry| *entry += 1);
        let mut left: Vec<_> = pages.iter().map(|(key, entry)| (key, *entry)).collect();
        left.sort_unstable();
        assert_eq!(left, (0..100).step_by(3).map(|entry| (keys[entry], entry + 1)).collect::<Vec<_>>());
        assert_eq!(pages.get_mut(keys[0]), Some(&mut 1));
        pages.clear();
        assert_eq!(pages.iter().count(), 0);
        assert!(pages.push(7) > keys[99]);
        assert_eq!(pages.iter().count(), 1);
    }

    #[test]
    fn one_page_is_enough_for_those_who_come_one_by_one() {
        let mut pages = Pages::new();
        for entry in 0..10_000 {
            let key = pages.push(entry);
            assert_eq!(pages.remove(key), Some(entry));
            assert_eq!(pages.full.len(), 0);
        }
    }

    #[test]
    fn memory_goes_down_again_while_one_entry_stays() {
        let mut pages = Pages::new();
        let stays = pages.push(0);
        let many: Vec<_> = (0..100_000).map(|entry| pages.push(entry)).collect();
        for key in many {
            pages.remove(key);
        }
        assert!(pages.full.capacity() <= 8 * ROOM_TO_KEEP);
        assert_eq!(pages.full.len() + usize::from(pages.recent.is_some()), 1);
        assert_eq!(pages.get(stays), Some(&0));
    }
}
