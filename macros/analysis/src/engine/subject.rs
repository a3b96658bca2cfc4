//! What of a function is judged.

use crate::facts::model::Model;
use crate::facts::question::Wanted;
use crate::rules;
use crate::rules::finding::Finding;
use crate::syntax::exemption::Exemption;

/// What is judged: a function that runs on the loop, or the tasks that one starts which does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Function,
    /// Each is a model of its own.
    Tasks,
}

impl Subject {
    /// What the rules find, and what the compiler is to be asked.
    pub(super) fn judge(self, model: &Model, exemptions: Vec<Exemption>) -> (Vec<Finding>, Vec<Wanted>) {
        let mut report = rules::report(exemptions);
        match self {
            Subject::Function => rules::check(model, &mut report),
            Subject::Tasks => model.marked.iter().for_each(|task| rules::check(task, &mut report)),
        }
        report.finish()
    }
}
