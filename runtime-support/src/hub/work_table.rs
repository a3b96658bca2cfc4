//! The list of everything alive, by group.

use super::label::Label;
use super::pages::Pages;

/// Who waits for a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// `block_till_done` waits for it.
    Tracked,
    /// Only the variant with background tasks waits for it; the stop cancels it first.
    Background,
    /// A timer: nobody waits for it, and the stop cancels it first. What its job starts is not of this group.
    Timer,
    /// It was alive when the stop began; only the last stages of the stop look at it again.
    LeftBehind,
}

impl Group {
    pub(super) const ALL: &[Group] = &[Group::Tracked, Group::Background, Group::Timer, Group::LeftBehind];
    /// What is made while the hub stops, and what it cancelled first.
    pub(super) const FRESH: &[Group] = &[Group::Tracked, Group::Background];
    /// What runs for as long as the hub does.
    pub(super) const CANCELLED_FIRST: &[Group] = &[Group::Background, Group::Timer];
}

/// The live pieces of work, each with its label, its group and an `X`.
///
/// Invariants:
/// 1. `busy[group]` is the number of entries of that group that do not stand aside.
/// 2. An id is never used twice.
/// 3. Memory follows the number of entries, down as well as up.
#[derive(Debug)]
pub(super) struct WorkTable<X> {
    /// The entries by id. Ids count up, so they sort by age.
    entries: Pages<Entry<X>>,
    /// How many entries of each group somebody may wait for.
    busy: [usize; Group::ALL.len()],
}

#[derive(Debug)]
pub(super) struct Entry<X> {
    label: Label,
    group: Group,
    /// How many waits for the others this entry is in itself. Two that waited for each other would never end.
    aside: u32,
    extra: X,
}

impl<X> WorkTable<X> {
    pub(super) fn new() -> Self {
        Self { entries: Pages::new(), busy: [0; Group::ALL.len()] }
    }

    pub(super) fn insert(&mut self, label: Label, group: Group, extra: X) -> u64 {
        self.busy[group as usize] += 1;
        self.entries.push(Entry { label, group, aside: 0, extra })
    }

    /// Takes an entry out. Gives it back so that the caller drops it when no borrow is held any more.
    pub(super) fn remove(&mut self, id: u64) -> Option<Entry<X>> {
        let entry = self.entries.remove(id)?;
        if entry.aside == 0 {
            self.busy[entry.group as usize] -= 1;
        }
        Some(entry)
    }

    /// Gives everything up that is still there.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.busy = [0; Group::ALL.len()];
    }

    /// How many entries there were ever.
    pub(super) fn count_of_all(&self) -> u64 {
        self.entries.count_of_all()
    }

    pub(super) fn group(&self, id: u64) -> Option<Group> {
        self.entries.get(id).map(|entry| entry.group)
    }

    pub(super) fn label(&self, id: u64) -> Option<&Label> {
        self.entries.get(id).map(|entry| &entry.label)
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut X> {
        self.entries.get_mut(id).map(|entry| &mut entry.extra)
    }

    pub(super) fn iter_mut(&mut self, groups: &[Group]) -> impl Iterator<Item = &mut X> {
        self.entries.values_mut().filter(|entry| groups.contains(&entry.group)).map(|entry| &mut entry.extra)
    }

    /// Moves what is in `groups` to the entries nobody waits for until the end.
    pub(super) fn leave_behind(&mut self, groups: &[Group]) {
        for entry in self.entries.values_mut() {
            if groups.contains(&entry.group) {
                if entry.aside == 0 {
                    self.busy[entry.group as usize] -= 1;
                    self.busy[Group::LeftBehind as usize] += 1;
                }
                entry.group = Group::LeftBehind;
            }
        }
    }

    /// Nobody waits for this entry until it steps back.
    pub(super) fn step_aside(&mut self, id: u64) {
        if let Some(entry) = self.entries.get_mut(id) {
            if entry.aside == 0 {
                self.busy[entry.group as usize] -= 1;
            }
            entry.aside += 1;
        }
    }

    pub(super) fn step_back(&mut self, id: u64) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.aside -= 1;
            if entry.aside == 0 {
                self.busy[entry.group as usize] += 1;
            }
        }
    }

    /// Whether nobody has to wait for anything in `groups`.
    pub(super) fn is_idle(&self, groups: &[Group]) -> bool {
        groups.iter().all(|&group| self.busy[group as usize] == 0)
    }

    /// The labels of what `is_idle` would wait for, oldest first.
    pub(super) fn labels(&self, groups: &[Group]) -> Vec<Label> {
        self.sorted(|_, entry| entry.aside == 0 && groups.contains(&entry.group))
    }

    /// The labels of entries, by their ids and what else is known of them, oldest first.
    pub(super) fn labels_of(&self, is_asked: impl Fn(u64, &X) -> bool) -> Vec<Label> {
        self.sorted(|id, entry| is_asked(id, &entry.extra))
    }

    fn sorted(&self, is_asked: impl Fn(u64, &Entry<X>) -> bool) -> Vec<Label> {
        let mut asked: Vec<_> = self.entries.iter().filter(|(id, entry)| is_asked(*id, entry)).collect();
        asked.sort_unstable_by_key(|(id, _)| *id);
        asked.into_iter().map(|(_, entry)| entry.label.clone()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label() -> Label {
        Label::given("x".into())
    }

    #[test]
    fn an_entry_aside_is_not_waited_for_even_when_it_changes_group() {
        let mut table = WorkTable::new();
        let id = table.insert(label(), Group::Tracked, ());
        assert!(!table.is_idle(&[Group::Tracked]));
        table.step_aside(id);
        table.step_aside(id);
        table.step_back(id);
        assert!(table.is_idle(Group::ALL));
        table.leave_behind(&[Group::Tracked]);
        assert!(table.is_idle(Group::ALL));
        table.step_back(id);
        assert!(table.is_idle(Group::FRESH) && !table.is_idle(Group::ALL));
        table.remove(id);
        assert!(table.is_idle(Group::ALL));
    }

    #[test]
    fn labels_come_oldest_first() {
        let mut table = WorkTable::new();
        for name in ["a", "b", "c", "d"] {
            table.insert(Label::given(name.into()), Group::Tracked, ());
        }
        let labels: Vec<_> =
            table.labels(&[Group::Tracked]).iter().map(|label| label.to_string()[1..2].to_owned()).collect();
        assert_eq!(labels, ["a", "b", "c", "d"]);
    }
}
