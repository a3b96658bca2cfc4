//! The names inside a body: variables, items and imports of its blocks, and beyond them those of the module.

mod foreign;
mod functions;
mod lower;
mod pattern;
mod resolve;

use syn::ext::IdentExt as _;

use crate::source::{Cfg, FunctionId, Here, Index, ModuleId};
use crate::syntax::kind::Kind;
use crate::syntax::path::Path;
use crate::syntax::quick::HashMap;
use crate::syntax::type_ref::TypeRef;
use crate::types::names::Def;
use crate::types::project::ProjectItems;
use crate::types::ty::Type;

/// What a name in a body stands for.
#[derive(Clone, Debug)]
pub(crate) enum Name {
    /// A variable; the number is that of the closure it holds.
    Variable(Option<usize>),
    /// A function declared in a block of this body, whose file is not known.
    Nested(Option<Kind>),
    Def(Def),
    /// Unknown, or something that no rule asks about.
    Unknown,
}

#[derive(Debug)]
enum Item {
    Import(Path),
    Function(Option<Kind>),
    /// A generic parameter, with the traits that bound it.
    Parameter(Vec<TypeRef>),
    /// One of the `impl` around.
    OfImpl,
    /// A constant or static, with its type.
    Value(TypeRef),
    Other,
}

#[derive(Clone, Debug)]
struct Variable {
    /// The closure that it holds.
    held: Option<usize>,
    is: Type,
    since: Since,
}

/// When and where a variable came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Since {
    /// How many variables were bound before it.
    pub(crate) bound: usize,
    /// How many closures and async blocks are around it.
    pub(crate) body: usize,
}

#[derive(Debug, Default)]
struct Layer {
    variables: HashMap<String, Variable>,
    items: HashMap<String, Vec<Item>>,
    globs: Vec<Path>,
    /// The block in the file that declares the items.
    block: Option<ModuleId>,
}

impl Layer {
    /// Whether something is declared in it that the file has as well, not only imported.
    fn declares(&self) -> bool {
        self.items.values().flatten().any(|item| matches!(item, Item::Function(_) | Item::Value(_) | Item::Other))
    }
}

/// The blocks that are open at a point of the body, and the module around them.
pub(crate) struct Scope<'i> {
    index: &'i mut Index,
    known: &'i ProjectItems,
    here: Option<Here>,
    /// The function around.
    function: Option<FunctionId>,
    layers: Vec<Layer>,
    fuel: usize,
    /// How many bounds of parameters are being looked at: each may name others.
    bounding: usize,
    now: Since,
}

impl<'i> Scope<'i> {
    pub(crate) fn new(index: &'i mut Index, known: &'i ProjectItems, here: Option<Here>) -> Self {
        let mut layer = Layer::default();
        if let Some(Here { module, owner: Some(owner) }) = here {
            for name in &index.outline(module).impls[owner].generics {
                layer.items.entry(name.clone()).or_default().push(Item::OfImpl);
            }
        }
        Scope {
            index,
            known,
            here,
            function: None,
            layers: vec![layer],
            fuel: 0,
            bounding: 0,
            now: Since { bound: 0, body: 0 },
        }
    }

    /// The names in the body of a function that stands in a file.
    pub(crate) fn of(index: &'i mut Index, known: &'i ProjectItems, here: Here, function: FunctionId) -> Self {
        Scope { function: Some(function), ..Scope::new(index, known, Some(here)) }
    }

    pub(crate) fn open(&mut self) {
        self.layers.push(Layer::default());
    }

    pub(crate) fn close(&mut self) {
        self.layers.pop();
    }

    fn top(&mut self) -> &mut Layer {
        if self.layers.is_empty() {
            self.layers.push(Layer::default());
        }
        self.layers.last_mut().expect("a layer was just pushed")
    }

    pub(crate) fn bind(&mut self, name: &syn::Ident, held: Option<usize>, is: Type) {
        let name = name.unraw().to_string();
        let since = self.now;
        self.now.bound += 1;
        self.top().variables.insert(name, Variable { held, is, since });
    }

    /// How far the walk has come.
    pub(crate) fn now(&self) -> Since {
        self.now
    }

    /// Walks into a closure or async block, and out of it again.
    pub(crate) fn in_body(&mut self, body: usize) {
        self.now.body = body;
    }

    /// Since when a variable has been there.
    pub(crate) fn since(&self, name: &str) -> Option<Since> {
        let found = self.layers.iter().rev().find_map(|layer| layer.variables.get(name));
        found.map(|variable| variable.since)
    }

    pub(crate) fn is_variable(&self, name: &str) -> bool {
        self.layers.iter().any(|layer| layer.variables.contains_key(name))
    }

    /// The type of a variable, as far as it is known.
    pub(crate) fn type_of_variable(&self, name: &str) -> Type {
        let found = self.layers.iter().rev().find_map(|layer| layer.variables.get(name));
        found.map_or(Type::Unknown, |variable| variable.is.clone())
    }

    /// The generic parameters of a function, with what its `where` says of them.
    pub(crate) fn bind_types(&mut self, generics: &syn::Generics) {
        for (name, bounds) in TypeRef::bounds(generics) {
            self.top().items.entry(name).or_default().push(Item::Parameter(bounds));
        }
    }

    /// What blocks: the catalogue, and what the project adds.
    pub(crate) fn known(&self) -> &'i ProjectItems {
        self.known
    }

    /// Whether one of these names may stand in the body: it stands in the file.
    pub(crate) fn may_name(&mut self, names: &[&str]) -> bool {
        self.here.is_none_or(|here| self.index.names(here.module, names))
    }

    pub(crate) fn index(&self) -> &Index {
        self.index
    }

    /// The configuration of the crate around the body.
    pub(crate) fn cfg(&self) -> &Cfg {
        self.here.map_or(self.index.cfg(), |here| self.index.cfg_of(here.module))
    }
}
