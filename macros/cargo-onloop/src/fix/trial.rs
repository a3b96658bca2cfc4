//! What is tried, and what comes of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::compile::{At, Complaint};
use crate::edit::{Edit, apply};
use crate::finding::Finding;
use crate::mend::Mended;

/// One finding, and the ways to mend it.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) file: PathBuf,
    pub(crate) found: Finding,
    ways: Vec<Mended>,
    /// The way that is tried now; none is left behind the last.
    at: usize,
    /// What the first complaint said.
    pub(crate) why: Option<String>,
    /// It is tried by itself, later.
    waits: bool,
}

/// All that is tried, and the files as they were.
#[derive(Debug, Default)]
pub(crate) struct Trials {
    pub(crate) all: Vec<Trial>,
    pub(crate) texts: BTreeMap<PathBuf, String>,
}

/// A file with the changes of trials.
#[derive(Debug)]
pub(crate) struct Laid {
    pub(crate) text: String,
    /// The trials by their numbers, and what each has changed.
    places: Vec<(usize, At, At)>,
}

impl Trial {
    pub(crate) fn new(file: PathBuf, found: Finding, ways: Vec<Mended>) -> Trial {
        Trial { file, found, ways, at: 0, why: None, waits: false }
    }

    fn now(&self) -> Option<&Mended> {
        self.ways.get(self.at).filter(|_| !self.waits)
    }

    /// What the change of now reaches from and to, in the file as it was.
    fn hull(&self) -> Option<Range<usize>> {
        let edits = &self.now()?.edits;
        Some(edits.first()?.range.start..edits.last()?.range.end)
    }

    fn go_on(&mut self, why: &str) {
        self.at += 1;
        self.why.get_or_insert_with(|| why.to_owned());
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.at >= self.ways.len()
    }

    pub(crate) fn give_up(&mut self, why: &str) {
        self.at = self.ways.len();
        self.why = Some(why.to_owned());
    }
}

impl Trials {
    /// Those that are done now. Of two that overlap the inner one gives way, unless it calls something else: then the
    /// outer one has to wait for it.
    pub(crate) fn chosen(&self) -> Vec<usize> {
        let hull = |number: &usize| self.all[*number].hull();
        let overlaps = |one: usize, other: usize| {
            let (a, b) = (&self.all[one], &self.all[other]);
            let meet = a.hull().zip(b.hull()).is_some_and(|(a, b)| a.start < b.end && b.start < a.end);
            a.file == b.file && meet
        };
        let mut order: Vec<usize> = (0..self.all.len()).filter(|number| hull(number).is_some()).collect();
        let is_other_call = |number: usize| self.all[number].now().is_some_and(|way| way.is_other_call);
        let length = |number: usize| hull(&number).map_or(0, |hull| hull.len());
        order.sort_by_key(|&number| (!is_other_call(number), std::cmp::Reverse(length(number))));
        let mut chosen: Vec<usize> = Vec::new();
        for number in order {
            if !chosen.iter().any(|&known| overlaps(known, number)) {
                chosen.push(number);
            }
        }
        chosen
    }

    /// The files with the changes that are done now; all that any trial is about.
    pub(crate) fn laid_out(&self) -> BTreeMap<PathBuf, Laid> {
        let chosen = self.chosen();
        let lay = |(path, text): (&PathBuf, &String)| {
            let here = chosen.iter().copied().filter(|&number| self.all[number].file == *path);
            let here: Vec<(usize, &[Edit])> =
                here.filter_map(|number| Some((number, &*self.all[number].now()?.edits))).collect();
            (path.clone(), laid(text, &here))
        };
        self.texts.iter().map(lay).collect()
    }

    /// Goes on to the next way where a complaint points at; whether it did so anywhere.
    pub(crate) fn hear(&mut self, complaint: &Complaint, files: &BTreeMap<PathBuf, Laid>) -> bool {
        let hit = complaint.places.iter().find_map(|(file, from, to)| {
            let places = &files.get(file)?.places;
            places.iter().find(|(_, first, last)| from < last && first < to)
        });
        let above = || self.above(complaint, files);
        let Some(number) = hit.map(|(number, ..)| *number).or_else(above) else { return false };
        self.all[number].go_on(&complaint.text);
        true
    }

    /// The nearest change above that calls something else: what that returns may be another type.
    fn above(&self, complaint: &Complaint, files: &BTreeMap<PathBuf, Laid>) -> Option<usize> {
        const FAR: usize = 40;
        let (file, (line, _), _) = complaint.places.first()?;
        let places = &files.get(file)?.places;
        let calls_other = |number: usize| self.all[number].now().is_some_and(|way| way.is_other_call);
        let near = places
            .iter()
            .filter(|(number, first, _)| (line.saturating_sub(FAR)..=*line).contains(&first.0) && calls_other(*number));
        near.max_by_key(|(_, first, _)| *first).map(|(number, ..)| *number)
    }

    /// Has those wait that a complaint may come from, though it points at none of them.
    pub(crate) fn suspect(&mut self, complaints: &[Complaint]) {
        let is_in = |file: &Path| complaints.iter().any(|complaint| complaint.places.iter().any(|(at, ..)| at == file));
        let chosen = self.chosen();
        let here = |number: &usize| is_in(&self.all[*number].file);
        let any = chosen.iter().any(here);
        let suspects: Vec<usize> = chosen.iter().copied().filter(|number| !any || here(number)).collect();
        for number in suspects {
            self.all[number].waits = true;
        }
    }

    /// One of those that wait.
    pub(crate) fn next_waiting(&mut self) -> Option<usize> {
        let number = self.all.iter().position(|trial| trial.waits)?;
        self.all[number].waits = false;
        Some(number).filter(|&number| !self.all[number].is_given_up()).or_else(|| self.next_waiting())
    }

    pub(crate) fn go_on(&mut self, number: usize, why: &str) {
        self.all[number].go_on(why);
    }
}

fn laid(text: &str, trials: &[(usize, &[Edit])]) -> Laid {
    let edits: Vec<Edit> = trials.iter().flat_map(|(_, edits)| edits.iter().cloned()).collect();
    let new = apply(text, &edits);
    let place_of = |byte: usize| {
        let before = new.get(..byte).unwrap_or(&new);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    };
    // Where a byte is afterwards, behind the edits before it.
    let moved = |byte: usize, own: &[Edit]| {
        let before =
            edits.iter().filter(|edit| edit.range.end <= byte && (edit.range.start < byte || own.contains(edit)));
        before.fold(byte, |at, edit| at + edit.text.len() - edit.range.len())
    };
    let place = |(number, own): &(usize, &[Edit])| {
        let (from, to) = (own[0].range.start, own[own.len() - 1].range.end);
        (*number, place_of(moved(from, &[])), place_of(moved(to, own)))
    };
    Laid { places: trials.iter().map(place).collect(), text: new }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use super::{Trial, Trials};
    use crate::compile::Complaint;
    use crate::edit::Edit;
    use crate::finding::Finding;
    use crate::mend::Mended;

    const TEXT: &str = "a();\nb();\nc(d());\n";

    fn trials(ways: &[&[(&str, &str, bool)]]) -> Trials {
        let file = PathBuf::from("x.rs");
        let mended = |(what, text, is_other_call): &(&str, &str, bool)| {
            let start = TEXT.find(what).unwrap();
            let edit = Edit { range: start..start + what.len(), text: (*text).to_owned() };
            Mended { edits: vec![edit], is_other_call: *is_other_call }
        };
        let trial = |ways: &&[_]| Trial::new(file.clone(), Finding::nowhere(), ways.iter().map(mended).collect());
        Trials { all: ways.iter().map(trial).collect(), texts: [(file.clone(), TEXT.to_owned())].into() }
    }

    fn complaint(line: usize) -> Complaint {
        let places = vec![("x.rs".into(), (line, 1), (line, 2))];
        Complaint { text: "error".to_owned(), rules: BTreeSet::new(), places }
    }

    fn text(trials: &Trials) -> String {
        trials.laid_out().into_values().next().unwrap().text
    }

    #[test]
    fn the_next_way_is_tried_where_the_compiler_points() {
        let mut trials = trials(&[&[("a()", "x(\n)", false), ("a()", "y()", false)], &[("b()", "z()", false)]]);
        assert_eq!(text(&trials), "x(\n);\nz();\nc(d());\n");
        let files = trials.laid_out();
        assert!(trials.hear(&complaint(2), &files));
        assert_eq!(text(&trials), "y();\nz();\nc(d());\n");
        let files = trials.laid_out();
        assert!(trials.hear(&complaint(2), &files) && trials.all[1].is_given_up());
        assert_eq!(text(&trials), "y();\nb();\nc(d());\n");
        let files = trials.laid_out();
        assert!(!trials.hear(&complaint(3), &files), "no change is there");
    }

    #[test]
    fn what_calls_something_else_may_be_wrong_further_down() {
        let mut trials = trials(&[&[("a()", "x()", true), ("a()", "y()", false)]]);
        let files = trials.laid_out();
        assert!(trials.hear(&complaint(3), &files));
        assert_eq!(text(&trials), "y();\nb();\nc(d());\n");
    }

    #[test]
    fn of_two_that_overlap_one_is_done() {
        let inner = trials(&[&[("c(d())", "w(|| c(d()))", false)], &[("d()", "e().await", true)]]);
        assert_eq!(text(&inner), "a();\nb();\nc(e().await);\n");
        let outer = trials(&[&[("c(d())", "w(|| c(d()))", false)], &[("d()", "w(|| d())", false)]]);
        assert_eq!(text(&outer), "a();\nb();\nw(|| c(d()));\n");
    }
}
