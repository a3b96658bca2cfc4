//! Statics that are initialised on first use: that use calls the initialiser.

use quote::ToTokens as _;

use super::Collector;
use super::render::written;
use crate::facts::model::{Blocks, Chain};
use crate::facts::model::{Callee, Fate, Form, Model, RunsOn, Use};
use crate::knowledge::catalogue::{Certainty, Entry};
use crate::source::{LazyInit, ModuleId};
use crate::syntax::kind::Kind;
use crate::syntax::path::path_of;
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;

/// How many statics are followed from one to the next.
const MOST_LAZIES: u8 = 3;

impl Collector<'_, '_> {
    /// A path is named that may be a static which this fills.
    pub(super) fn fills(&mut self, path: &syn::ExprPath) {
        if path.qself.is_some() || self.place == RunsOn::Elsewhere {
            return;
        }
        let Name::Def(Def::Value(module, name)) = self.scope.resolve(&path_of(&path.path), Namespace::Value) else {
            return;
        };
        let shown = written(path);
        // A static may lead to itself by what its initialiser keeps for later.
        if self.in_lazies > MOST_LAZIES || self.filled.contains(&shown) {
            return;
        }
        match self.scope.lazy_init(module, &name) {
            Some(LazyInit::Function(by)) => {
                let found = self.scope.in_module(module, |mut scope| scope.resolve(&by, Namespace::Value));
                if let Name::Def(Def::Function(function)) = found {
                    let marker = self.scope.index().function(function).marker;
                    self.found(
                        Callee::Local(marker, Some(function)),
                        Form::Lazy,
                        Fate::Used,
                        shown.clone(),
                        path.to_token_stream(),
                    );
                }
            }
            Some(LazyInit::Code(code)) => {
                for found in self.uses_of(module, &code) {
                    self.fills_by(path, (module, &name), found);
                }
            }
            None => return,
        }
        self.filled.insert(shown);
    }

    /// `CONFIG.set(value)`: what fills it otherwise does not run any more.
    pub(super) fn is_filled_by_hand(&mut self, receiver: &syn::Expr) {
        if let syn::Expr::Path(path) = receiver
            && matches!(self.scope.resolve(&path_of(&path.path), Namespace::Value), Name::Def(Def::Value(..)))
        {
            self.filled.insert(written(path));
        }
    }

    /// What code in a module does at once.
    fn uses_of(&mut self, module: ModuleId, code: &str) -> Vec<Use> {
        let mut model = Model::of_helper(Kind::Callback);
        let mut exemptions = Vec::new();
        let in_lazies = self.in_lazies + 1;
        self.scope.in_module(module, |scope| {
            crate::source::parse_block(code, |statements| {
                let mut collector = Collector::new(scope, &mut model, &mut exemptions, false);
                collector.in_lazies = in_lazies;
                collector.function(&syn::Generics::default(), &mut std::iter::empty(), statements);
            })
        });
        model.uses.retain(|found| {
            matches!(found.place, RunsOn::Loop | RunsOn::Likely)
                && found.context.exemptions.is_empty()
                && found.form == Form::Called
        });
        model.uses
    }

    fn fills_by(&mut self, path: &syn::ExprPath, (module, name): (ModuleId, &str), found: Use) {
        let (shown, tokens) = (written(path), path.to_token_stream());
        match (found.callee, found.entry) {
            (callee @ Callee::Local(_, Some(_)), _) => self.found(callee, Form::Lazy, Fate::Used, shown, tokens),
            (callee, Some(entry)) if entry.certainty == Certainty::Always => {
                self.found(callee, Form::Lazy, Fate::Used, shown, tokens);
                let (place, line) = self.scope.place_of_value(module, name);
                if let Some(last) = self.model.uses.last_mut() {
                    last.chain = Some(chain(entry, place, line));
                }
            }
            _ => {}
        }
    }
}

fn chain(entry: Entry, place: String, line: usize) -> Chain {
    let what = entry.path.to_owned();
    let blocks = Blocks { what, is_marked: false, instead: entry.instead, listed: entry.listed, place, line };
    Chain { through: Vec::new(), blocks, in_async: false, is_fixed: false, steps: Vec::new() }
}
