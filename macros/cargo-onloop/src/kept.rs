//! What is kept of a unit, file by file, so that a change of one file does not cost a check of all.
//!
//! What is found in a file depends on its text, on what other files show without their function bodies, and on the
//! bodies that the engine read for it. So there is a graph here: which body leads to which others, and which of them,
//! and which questions, each file begins with.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use onloop_analysis::{Asked, Engine, Question};
use serde::{Deserialize, Serialize};

use crate::looked::Looked;

/// A body: its file by its number among [`Kept::files`], and its own number in that file.
type Body = (usize, usize);

/// What was found in the files of a unit, and what that depends on.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    files: Vec<PathBuf>,
    pieces: Vec<Piece>,
    questions: Vec<About>,
    /// Each body that was read, with those that it leads to.
    leads_to: Vec<(Body, Vec<Body>)>,
}

/// What was found in one file.
#[derive(Debug, Serialize, Deserialize)]
struct Piece {
    file: usize,
    looked: Looked,
    bodies: Vec<Body>,
    /// By their number.
    questions: Vec<usize>,
}

/// A question that was answered with no.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    name: String,
    locks: bool,
    methods: Vec<Body>,
}

/// What a change of some files makes doubtful.
#[derive(Debug)]
pub(crate) struct Outdated {
    /// The files in which something else may be found now.
    pub(crate) files: BTreeSet<PathBuf>,
    /// Questions that may have another answer now, with the files that asked.
    pub(crate) questions: Vec<(Question, BTreeSet<PathBuf>)>,
}

impl Kept {
    /// What an engine has looked at.
    pub(crate) fn of(engine: &mut Engine, pieces: Vec<(PathBuf, Looked, Asked)>) -> Kept {
        let mut merger = Merger::new(Kept::default());
        for (file, looked, asked) in pieces {
            let file = merger.file(&file);
            let questions = asked.questions.iter().map(|question| {
                let methods = engine.methods_asked(question);
                let methods = methods.into_iter().map(|body| merger.body(engine.file_of_body(body), body.1)).collect();
                merger.question(About { name: question.name.clone(), locks: question.about_locks, methods })
            });
            let questions = questions.collect();
            let bodies = asked.bodies.into_iter().map(|body| merger.body(engine.file_of_body(body), body.1)).collect();
            merger.kept.pieces.push(Piece { file, looked, bodies, questions });
        }
        for (of, leads_to) in engine.bodies() {
            let of = merger.body(engine.file_of_body(of), of.1);
            let leads_to = leads_to.into_iter().map(|body| merger.body(engine.file_of_body(body), body.1)).collect();
            merger.lead(of, leads_to);
        }
        merger.kept
    }

    /// All that was found.
    pub(crate) fn looked(&self) -> Looked {
        let mut all = Looked::default();
        for piece in &self.pieces {
            all.add(piece.looked.clone());
        }
        all
    }

    /// How many files were looked at.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Takes the place of what is known of the same files; `changed` are those with another text.
    pub(crate) fn renewed(mut self, changed: &BTreeSet<PathBuf>, fresh: Vec<Kept>) -> Kept {
        let again: HashSet<&PathBuf> =
            fresh.iter().flat_map(|fresh| fresh.pieces.iter().map(|piece| &fresh.files[piece.file])).collect();
        self.pieces.retain(|piece| !again.contains(&self.files[piece.file]));
        self.leads_to.retain(|(of, _)| !changed.contains(&self.files[of.0]));
        let mut merger = Merger::new(self);
        for kept in fresh {
            merger.add(kept);
        }
        merger.kept
    }

    /// What a change of these files makes doubtful.
    pub(crate) fn outdated(&self, changed: &BTreeSet<PathBuf>) -> Outdated {
        let doubtful = self.doubtful(changed);
        let is_doubtful = |bodies: &[Body]| bodies.iter().any(|body| doubtful.contains(body));
        let is_outdated = |piece: &&Piece| changed.contains(&self.files[piece.file]) || is_doubtful(&piece.bodies);
        let files = self.pieces.iter().filter(is_outdated).map(|piece| self.files[piece.file].clone()).collect();
        let mut who: HashMap<usize, BTreeSet<PathBuf>> = HashMap::new();
        for (piece, number) in self.pieces.iter().flat_map(|piece| piece.questions.iter().map(move |at| (piece, *at))) {
            who.entry(number).or_default().insert(self.files[piece.file].clone());
        }
        let questions = self.questions.iter().enumerate().filter(|(_, about)| is_doubtful(&about.methods));
        let questions = questions.filter_map(|(number, about)| {
            Some((Question { name: about.name.clone(), about_locks: about.locks }, who.remove(&number)?))
        });
        Outdated { files, questions: questions.collect() }
    }

    /// The bodies in these files, and all that lead to them.
    fn doubtful(&self, changed: &BTreeSet<PathBuf>) -> HashSet<Body> {
        let mut comes_from: HashMap<Body, Vec<Body>> = HashMap::new();
        for (of, leads_to) in &self.leads_to {
            for to in leads_to {
                comes_from.entry(*to).or_default().push(*of);
            }
        }
        let begun = self.pieces.iter().flat_map(|piece| &piece.bodies);
        let asked = self.questions.iter().flat_map(|about| &about.methods);
        let known = self.leads_to.iter().flat_map(|(of, leads_to)| leads_to.iter().chain([of]));
        let all = begun.chain(asked).chain(known);
        let mut queue: Vec<Body> = all.filter(|body| changed.contains(&self.files[body.0])).copied().collect();
        let mut doubtful: HashSet<Body> = queue.iter().copied().collect();
        while let Some(body) = queue.pop() {
            let before = comes_from.get(&body).into_iter().flatten();
            queue.extend(before.filter(|before| doubtful.insert(**before)));
        }
        doubtful
    }
}

/// Puts together what several engines found, each of which numbers files in its own way.
struct Merger {
    kept: Kept,
    files: HashMap<PathBuf, usize>,
    questions: HashMap<(String, bool), usize>,
    bodies: HashMap<Body, usize>,
}

impl Merger {
    fn new(kept: Kept) -> Merger {
        let files = kept.files.iter().cloned().enumerate().map(|(number, file)| (file, number)).collect();
        let questions = kept.questions.iter().enumerate();
        let questions = questions.map(|(number, about)| ((about.name.clone(), about.locks), number)).collect();
        let bodies = kept.leads_to.iter().enumerate().map(|(number, (of, _))| (*of, number)).collect();
        Merger { kept, files, questions, bodies }
    }

    fn file(&mut self, path: &Path) -> usize {
        if let Some(&known) = self.files.get(path) {
            return known;
        }
        self.kept.files.push(path.to_owned());
        self.files.insert(path.to_owned(), self.kept.files.len() - 1);
        self.kept.files.len() - 1
    }

    fn body(&mut self, file: &Path, number: usize) -> Body {
        (self.file(file), number)
    }

    fn question(&mut self, about: About) -> usize {
        let all = &mut self.kept.questions;
        *self.questions.entry((about.name.clone(), about.locks)).or_insert_with(|| {
            all.push(about);
            all.len() - 1
        })
    }

    fn lead(&mut self, of: Body, leads_to: Vec<Body>) {
        let all = &mut self.kept.leads_to;
        let number = *self.bodies.entry(of).or_insert_with(|| {
            all.push((of, Vec::new()));
            all.len() - 1
        });
        let known = &mut all[number].1;
        known.extend(leads_to);
        known.sort_unstable();
        known.dedup();
    }

    fn add(&mut self, other: Kept) {
        let files: Vec<usize> = other.files.iter().map(|file| self.file(file)).collect();
        let here = |bodies: Vec<Body>| bodies.into_iter().map(|(file, number)| (files[file], number)).collect();
        let questions = other.questions.into_iter();
        let questions = questions.map(|about| About { methods: here(about.methods), ..about });
        let questions: Vec<usize> = questions.map(|about| self.question(about)).collect();
        for Piece { file, looked, bodies, questions: asked } in other.pieces {
            let questions = asked.into_iter().map(|number| questions[number]).collect();
            self.kept.pieces.push(Piece { file: files[file], looked, bodies: here(bodies), questions });
        }
        for ((file, number), leads_to) in other.leads_to {
            self.lead((files[file], number), here(leads_to));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use super::{About, Kept, Piece};
    use crate::looked::Looked;

    /// `a` asks about a function of `b`, which calls one of `c`; and whether a method `load`, of `d`, blocks.
    fn kept() -> Kept {
        let piece = |file, bodies, questions| Piece { file, looked: Looked::default(), bodies, questions };
        Kept {
            files: ["a", "b", "c", "d"].map(PathBuf::from).to_vec(),
            pieces: vec![
                piece(0, vec![(1, 0)], vec![0]),
                piece(1, Vec::new(), Vec::new()),
                piece(2, Vec::new(), Vec::new()),
            ],
            questions: vec![About { name: "load".to_owned(), locks: false, methods: vec![(3, 0)] }],
            leads_to: vec![((1, 0), vec![(2, 0)])],
        }
    }

    fn outdated(changed: &str) -> (Vec<String>, usize) {
        let outdated = kept().outdated(&BTreeSet::from([PathBuf::from(changed)]));
        let files = outdated.files.iter().map(|file| file.display().to_string()).collect();
        (files, outdated.questions.len())
    }

    #[test]
    fn a_change_is_followed_to_who_asked() {
        assert_eq!(outdated("a"), (vec!["a".to_owned()], 0));
        assert_eq!(outdated("b"), (vec!["a".to_owned(), "b".to_owned()], 0));
        assert_eq!(outdated("c"), (vec!["a".to_owned(), "c".to_owned()], 0));
        assert_eq!(outdated("d"), (Vec::new(), 1));
    }

    #[test]
    fn what_is_new_takes_the_place_of_the_old() {
        let fresh = Kept {
            files: ["c", "b"].map(PathBuf::from).to_vec(),
            pieces: vec![Piece { file: 1, looked: Looked::default(), bodies: vec![(0, 7)], questions: Vec::new() }],
            questions: Vec::new(),
            leads_to: vec![((1, 0), Vec::new()), ((0, 7), vec![(1, 1)])],
        };
        let renewed = kept().renewed(&BTreeSet::from([PathBuf::from("b")]), vec![fresh]);
        assert_eq!(renewed.len(), 3);
        assert_eq!(renewed.leads_to, [((1, 0), Vec::new()), ((2, 7), vec![(1, 1)])]);
        let last = renewed.pieces.last().unwrap();
        assert_eq!((last.file, &last.bodies[..]), (1, &[(2, 7)][..]));
    }
}
