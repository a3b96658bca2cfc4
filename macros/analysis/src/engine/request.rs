//! Rules on request: a host may ask for all of them, and decide afterwards which count.

use super::Engine;
use crate::facts::model::Model;
use crate::knowledge::catalogue::Category;

impl Engine {
    /// Asks for all rules, if the host does; gives what was asked for before.
    pub(super) fn request_all(&self, model: &mut Model) -> Vec<Category> {
        let requested = model.strict.clone();
        if self.has_all_rules {
            model.strict.extend(Category::OF_RULES.into_iter().filter(|category| !requested.contains(category)));
        }
        requested
    }
}
