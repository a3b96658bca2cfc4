//! From a path as written in a block to what it stands for: items and imports of the blocks, then the module.

use syn::ext::IdentExt as _;

use super::{Item, Name, Scope};
use crate::source::{Index, ModuleId};
use crate::syntax::kind::Kind;
use crate::syntax::mark;
use crate::syntax::path::{Path, path_of};
use crate::syntax::type_ref::TypeRef;
use crate::types::names::{Def, Namespace, Resolution, Resolver};

impl Scope<'_> {
    /// Declares the items of a block: they are visible in all of it.
    pub(crate) fn declare(&mut self, statements: &[syn::Stmt]) {
        let mut declared = Vec::new();
        for statement in statements {
            let syn::Stmt::Item(item) = statement else { continue };
            let (name, item) = match item {
                syn::Item::Use(item) => {
                    let path = Path { absolute: item.leading_colon.is_some(), segments: Vec::new() };
                    self.declare_use(&item.tree, &path);
                    continue;
                }
                syn::Item::Fn(item) => (&item.sig.ident, Item::Function(marker(&item.attrs))),
                syn::Item::Const(item) => (&item.ident, Item::Value(TypeRef::of(&item.ty))),
                syn::Item::Enum(item) => (&item.ident, Item::Other),
                syn::Item::ExternCrate(item) => {
                    let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
                    (name, Item::Import(Path { absolute: true, segments: vec![item.ident.to_string()] }))
                }
                syn::Item::Mod(item) => (&item.ident, Item::Other),
                syn::Item::Static(item) => (&item.ident, Item::Value(TypeRef::of(&item.ty))),
                syn::Item::Struct(item) => (&item.ident, Item::Other),
                syn::Item::Trait(item) => (&item.ident, Item::Other),
                syn::Item::Type(item) => match &*item.ty {
                    syn::Type::Path(target) if target.qself.is_none() => {
                        (&item.ident, Item::Import(path_of(&target.path)))
                    }
                    _ => (&item.ident, Item::Other),
                },
                syn::Item::Union(item) => (&item.ident, Item::Other),
                syn::Item::Macro(syn::ItemMacro { ident: Some(name), .. }) => (name, Item::Other),
                // Impls, foreign items and calls of macros declare no name that is looked up here.
                _ => continue,
            };
            let name = name.unraw().to_string();
            if !matches!(item, Item::Import(_)) {
                declared.push(name.clone());
            }
            self.top().items.entry(name).or_default().push(item);
        }
        if !declared.is_empty() {
            self.top().block = self.block_of(&declared);
        }
    }

    /// The only block of the function that declares these names.
    pub(super) fn block_of(&mut self, names: &[String]) -> Option<ModuleId> {
        let blocks = self.index.blocks_of(self.function?);
        let declares = |block: &ModuleId| {
            let bindings = &self.index.module(*block).bindings;
            names.iter().all(|name| bindings.contains_key(name))
        };
        let fitting: Vec<_> = blocks.into_iter().filter(declares).collect();
        if let [only] = fitting[..] {
            return Some(only);
        }
        // One of those that stand in the next block around which declares something, as far as that one is known.
        let around = self.layers.iter().rev().skip(1).find(|layer| layer.declares());
        let around = around.map_or_else(|| self.here.map(|here| here.module), |layer| layer.block)?;
        let mut within = fitting.into_iter().filter(|block| {
            let parent = self.index.module(*block).parent;
            parent.is_some_and(|parent| Index::sibling(*block, parent) == around)
        });
        within.next().filter(|_| within.next().is_none())
    }

    pub(super) fn declare_use(&mut self, tree: &syn::UseTree, prefix: &Path) {
        let extended = |name: &syn::Ident| {
            let mut path = prefix.clone();
            if name != "self" || path.segments.is_empty() {
                path.segments.push(name.unraw().to_string());
            }
            path
        };
        match tree {
            syn::UseTree::Path(tree) => self.declare_use(&tree.tree, &extended(&tree.ident)),
            syn::UseTree::Name(tree) => {
                let path = extended(&tree.ident);
                let name = path.segments.last().cloned().unwrap_or_default();
                self.top().items.entry(name).or_default().push(Item::Import(path));
            }
            syn::UseTree::Rename(tree) => {
                let name = tree.rename.unraw().to_string();
                self.top().items.entry(name).or_default().push(Item::Import(extended(&tree.ident)));
            }
            syn::UseTree::Glob(_) => self.top().globs.push(prefix.clone()),
            syn::UseTree::Group(tree) => tree.items.iter().for_each(|tree| self.declare_use(tree, prefix)),
        }
    }

    /// What a path in the innermost block stands for.
    pub(crate) fn resolve(&mut self, path: &Path, namespace: Namespace) -> Name {
        self.fuel = 64;
        self.resolve_from(self.layers.len(), path, namespace)
    }

    /// What a path stands for as seen from the layers below `count`.
    pub(super) fn resolve_from(&mut self, count: usize, path: &Path, namespace: Namespace) -> Name {
        let Some(first) = path.segments.first() else { return Name::Unknown };
        if self.fuel == 0 {
            return Name::Unknown;
        }
        self.fuel -= 1;
        let rest = &path.segments[1..];
        let in_layers = !path.absolute && !matches!(first.as_str(), "crate" | "self" | "super" | "Self");
        let mut globs = Vec::new();
        for at in (0..count).rev().filter(|_| in_layers) {
            let layer = &self.layers[at];
            if rest.is_empty()
                && namespace == Namespace::Value
                && let Some(variable) = layer.variables.get(first)
            {
                return Name::Variable(variable.held);
            }
            if let Some(items) = layer.items.get(first) {
                if let (Some(block), [Item::Function(_) | Item::Value(_) | Item::Other, ..]) = (layer.block, &items[..])
                {
                    return match Resolver::new(self.index).resolve(block, path, namespace) {
                        Resolution::Def(def) => Name::Def(def),
                        Resolution::Unsure | Resolution::Nothing => Name::Unknown,
                    };
                }
                return match &items[..] {
                    [Item::Function(marker)] if rest.is_empty() => Name::Nested(*marker),
                    [Item::Import(target)] => {
                        let target = target.clone();
                        // `use log;` in a block means what `log` means outside.
                        let seen_from = if target.segments.first() == Some(first) { at } else { at + 1 };
                        let single = target.segments.len() == 1;
                        let namespace = if rest.is_empty() { namespace } else { Namespace::Type };
                        match self.resolve_from(seen_from, &target, namespace) {
                            Name::Def(def) => self.follow(def, rest, namespace),
                            Name::Unknown if single => self.follow(Def::external(&target.segments[0]), rest, namespace),
                            other if rest.is_empty() => other,
                            _ => Name::Unknown,
                        }
                    }
                    _ => Name::Unknown,
                };
            }
            globs.extend(layer.globs.iter().map(|glob| (at, glob.clone())));
        }
        match self.outside(path, namespace) {
            Name::Unknown if !globs.is_empty() => self.through_globs(globs, path, namespace),
            Name::Def(Def::External(paths)) if !globs.is_empty() && rest.len() + 1 == path.segments.len() => {
                // The name of a crate, or a name that one of the globs brings.
                match self.through_globs(globs, path, namespace) {
                    Name::Def(Def::External(more)) => {
                        Name::Def(Def::External(paths.iter().chain(more.iter()).cloned().collect()))
                    }
                    _ => Name::Def(Def::External(paths)),
                }
            }
            name => name,
        }
    }

    pub(super) fn through_globs(&mut self, globs: Vec<(usize, Path)>, path: &Path, namespace: Namespace) -> Name {
        let mut external = Vec::new();
        for (at, glob) in globs {
            match self.resolve_from(at + 1, &glob, Namespace::Type) {
                Name::Def(Def::External(paths)) => {
                    let whole = path.segments.join("::");
                    external.extend(paths.iter().map(|found| format!("{found}::{whole}")));
                }
                Name::Def(def @ Def::Module(_)) => {
                    if let Name::Def(def) = self.follow(def, &path.segments, namespace) {
                        return Name::Def(def);
                    }
                }
                _ => {}
            }
        }
        if external.is_empty() { Name::Unknown } else { Name::Def(Def::External(external.into())) }
    }

    /// What a path stands for in the module around the body.
    pub(super) fn outside(&mut self, path: &Path, namespace: Namespace) -> Name {
        let rest = &path.segments[1..];
        let Some(here) = self.here else {
            // No file is known: only what the path itself says.
            let says_all = path.absolute || (!rest.is_empty() && !is_relative(&path.segments[0]));
            return if says_all { Name::Def(Def::external(&path.segments.join("::"))) } else { Name::Unknown };
        };
        let mut resolver = Resolver::new(self.index);
        let found = if path.segments[0] == "Self" && !path.absolute {
            let Some(owner) = here.owner else { return Name::Unknown };
            resolver
                .associated_type(here.module, owner)
                .map_or(Resolution::Unsure, |def| resolver.follow(def, rest, namespace))
        } else {
            resolver.resolve(here.module, path, namespace)
        };
        match found {
            Resolution::Def(def) => Name::Def(def),
            Resolution::Unsure | Resolution::Nothing => Name::Unknown,
        }
    }

    pub(super) fn follow(&mut self, def: Def, rest: &[String], namespace: Namespace) -> Name {
        match Resolver::new(self.index).follow(def, rest, namespace) {
            Resolution::Def(def) => Name::Def(def),
            Resolution::Unsure | Resolution::Nothing => Name::Unknown,
        }
    }
}

fn is_relative(word: &str) -> bool {
    matches!(word, "crate" | "self" | "super" | "Self" | "$crate")
}

/// The attribute of ours that an item bears.
fn marker(attributes: &[syn::Attribute]) -> Option<Kind> {
    attributes.iter().find_map(|attribute| mark::kind_of(&attribute.meta))
}
