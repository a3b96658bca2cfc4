//! The names inside a body: variables, items and imports of its blocks, and beyond them those of the module.

use std::collections::HashMap;
use std::rc::Rc;

use syn::ext::IdentExt as _;

use crate::knowledge::catalogue;
use crate::source::{Cfg, FunctionId, Here, ImplId, Index, LazyInit, ModuleId};
use crate::syntax::kind::Kind;
use crate::syntax::mark;
use crate::syntax::path::Path;
use crate::syntax::path::path_of;
use crate::syntax::type_ref::TypeRef;
use crate::types::names::{Def, Namespace, Resolution, Resolver};
use crate::types::project::ProjectItems;
use crate::types::ty::{Named, Type};

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

/// How deep bounds are followed.
const BOUNDS: usize = 3;

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

    /// The traits of a generic parameter.
    fn bounds_of(&mut self, name: &str) -> Option<Type> {
        let found = self.layers.iter().rev().find_map(|layer| layer.items.get(name))?;
        let bounds = match &found[..] {
            [Item::Parameter(bounds)] => bounds.clone(),
            [Item::OfImpl] => {
                let Here { module, owner } = self.here?;
                let head = self.index.head(ImplId { module, number: owner? });
                head.parameters.iter().find(|(parameter, _)| parameter == name)?.1.clone()
            }
            _ => return None,
        };
        let bounds = TypeRef::Traits(bounds);
        // `T: Ord<T>`, `I: IntoIterator<Item = P>, P: AsRef<Path>`
        if self.bounding >= BOUNDS {
            return Some(Type::Unknown);
        }
        self.bounding += 1;
        let is = self.type_of_written(&bounds);
        self.bounding -= 1;
        Some(is)
    }

    /// Binds every variable of a pattern that a value of a type is matched with.
    pub(crate) fn bind_pattern(&mut self, pattern: &syn::Pat, is: &Type) {
        match pattern {
            syn::Pat::Guard(pattern) => self.bind_pattern(&pattern.pat, is),
            syn::Pat::Ident(pattern) => {
                self.bind(&pattern.ident, None, is.clone());
                if let Some((_, inner)) = &pattern.subpat {
                    self.bind_pattern(inner, is);
                }
            }
            syn::Pat::Or(pattern) => pattern.cases.iter().for_each(|case| self.bind_pattern(case, is)),
            syn::Pat::Paren(pattern) => self.bind_pattern(&pattern.pat, is),
            syn::Pat::Reference(pattern) => self.bind_pattern(&pattern.pat, is),
            syn::Pat::Slice(pattern) => {
                let element = is.bare().element();
                pattern.elems.iter().for_each(|inner| self.bind_pattern(inner, &element));
            }
            syn::Pat::Struct(pattern) => {
                for field in &pattern.fields {
                    let name = match &field.member {
                        syn::Member::Named(name) => name.unraw().to_string(),
                        syn::Member::Unnamed(index) => index.index.to_string(),
                    };
                    let of = self.type_of_field(&is.bare(), &name);
                    self.bind_pattern(&field.pat, &of);
                }
            }
            syn::Pat::Tuple(pattern) => {
                let elements = match is.bare() {
                    Type::Tuple(elements) if elements.len() == pattern.elems.len() => elements,
                    _ => Vec::new(),
                };
                for (n, inner) in pattern.elems.iter().enumerate() {
                    self.bind_pattern(inner, elements.get(n).unwrap_or(&Type::Unknown));
                }
            }
            syn::Pat::TupleStruct(pattern) => {
                let name = pattern.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                for (n, inner) in pattern.elems.iter().enumerate() {
                    let of = match name.as_str() {
                        "Some" | "Ok" => is.unwrapped(),
                        "Err" => Type::Unknown,
                        _ => match self.unwrapped_by(&pattern.path, is) {
                            Some(inner) => inner,
                            None => self.type_of_field(&is.bare(), &n.to_string()),
                        },
                    };
                    self.bind_pattern(inner, &of);
                }
            }
            syn::Pat::Type(pattern) => {
                let is = self.type_of_written(&TypeRef::of(&pattern.ty));
                self.bind_pattern(&pattern.pat, &is);
            }
            // Constants, literals, paths, ranges, `_`, `..` and macros bind nothing that is visible here.
            _ => {}
        }
    }

    /// What `P(x)` finds in a `P<T>` of another crate.
    fn unwrapped_by(&mut self, pattern: &syn::Path, is: &Type) -> Option<Type> {
        let path = path_of(pattern);
        let mut at = is.clone();
        while let Type::External(paths, _) = &at {
            let is_named =
                paths.iter().any(|known| known.rsplit("::").next() == path.segments.last().map(String::as_str));
            let is_it = is_named
                || matches!(self.resolve(&path, Namespace::Value), Name::Def(Def::External(found)) if found == *paths);
            if is_it {
                return at.only_argument();
            }
            at = at.dereferenced()?;
        }
        None
    }

    /// What a type that is written in this body means.
    pub(crate) fn type_of_written(&mut self, written: &TypeRef) -> Type {
        self.fuel = 64;
        let mut lookup = |path: &Path, arguments: &[Type]| {
            if let ([only], false) = (&path.segments[..], path.absolute) {
                let found = if only == "Self" { self.generic_self() } else { self.bounds_of(only) };
                if found.is_some() {
                    return found.map(Named::Type);
                }
            }
            if let (Some(first), Some(here)) = (path.segments.first(), self.here) {
                let shadowed = self.layers.iter().any(|layer| layer.items.contains_key(first));
                let alias = if shadowed { None } else { self.alias(here.module, path, arguments) };
                if alias.is_some() {
                    return alias.map(Named::Type);
                }
            }
            match self.resolve(path, Namespace::Type) {
                Name::Def(def) => Some(Named::Def(def)),
                Name::Variable(_) | Name::Nested(_) | Name::Unknown => None,
            }
        };
        Type::of(written, &mut lookup)
    }

    /// What a type that is written in a module means.
    pub(crate) fn type_in(&mut self, module: ModuleId, written: &TypeRef) -> Type {
        self.type_in_impl(module, None, &[], written)
    }

    /// The same in an `impl`, where the parameters of an alias have types.
    fn type_in_impl(
        &mut self,
        module: ModuleId,
        owner: Option<usize>,
        parameters: &[(String, Type)],
        written: &TypeRef,
    ) -> Type {
        self.fuel = self.fuel.saturating_sub(1);
        let mut lookup = |path: &Path, arguments: &[Type]| {
            let is_parameter = |(name, _): &&(String, Type)| path.segments.len() == 1 && path.segments[0] == *name;
            if let Some((_, is)) = parameters.iter().find(is_parameter) {
                return Some(Named::Type(is.clone()));
            }
            if let Some(alias) = self.alias(module, path, arguments) {
                return Some(Named::Type(alias));
            }
            let mut resolver = Resolver::new(self.index);
            let is_self = path.segments.len() == 1 && path.segments[0] == "Self";
            if let (true, Some(owner)) = (is_self, owner) {
                return resolver.associated_type(module, owner).map(Named::Def);
            }
            match resolver.resolve(module, path, Namespace::Type) {
                Resolution::Def(def) => Some(Named::Def(def)),
                Resolution::Unsure | Resolution::Nothing => None,
            }
        };
        Type::of(written, &mut lookup)
    }

    /// What a path stands for that leads to a type alias of this crate.
    fn alias(&mut self, module: ModuleId, path: &Path, arguments: &[Type]) -> Option<Type> {
        if self.fuel == 0 {
            return None;
        }
        let found = Resolver::with_aliases(self.index).resolve(module, path, Namespace::Type);
        let Resolution::Def(Def::Type(of, name)) = found else { return None };
        let (parameters, written) = self.index.alias(of, &name)?;
        let arguments = arguments.iter().cloned().chain(std::iter::repeat(Type::Unknown));
        let parameters: Vec<_> = parameters.into_iter().zip(arguments).collect();
        Some(self.type_in_impl(of, None, &parameters, &written))
    }

    /// What calling a function of this crate gives.
    pub(crate) fn type_of_output(&mut self, function: FunctionId) -> Type {
        self.type_of_output_on(function, &Type::Unknown)
    }

    /// The same of a method that is called on a type.
    pub(crate) fn type_of_output_on(&mut self, function: FunctionId, receiver: &Type) -> Type {
        let output = self.index.output(function);
        let (module, owner) = self.index.scope_of(function);
        let parameters = match (receiver, owner) {
            (Type::Local(_, _, arguments), Some(number)) if !arguments.is_empty() => {
                self.parameters_in(ImplId { module, number }, arguments)
            }
            _ => Vec::new(),
        };
        self.fuel = 64;
        self.type_in_impl(module, owner, &parameters, &output)
    }

    /// Whether what a function of this crate returns may be behind a reference.
    pub(crate) fn returns_reference(&mut self, function: FunctionId) -> bool {
        self.index.mentions_reference(function)
    }

    /// Whether a function of this crate may return the handle of a task, by the name of the type.
    pub(crate) fn returns_handle(&mut self, function: FunctionId) -> bool {
        self.index.output(function).is_handle()
    }

    pub(crate) fn returns_future(&mut self, function: FunctionId) -> bool {
        self.index.output(function).is_future()
    }

    /// Whether a macro of this crate mentions something that runs closures elsewhere, or exempts them: then it may be a
    /// wrapper of it.
    pub(crate) fn hands_on(&mut self, function: FunctionId) -> bool {
        self.index.text_of(function).is_some_and(|text| catalogue::mentions_hand_over(&text))
    }

    pub(crate) fn never_returns(&mut self, function: FunctionId) -> bool {
        self.index.output(function) == TypeRef::Never
    }

    /// The type of a field.
    pub(crate) fn type_of_field(&mut self, of: &Type, name: &str) -> Type {
        self.fuel = 64;
        match of {
            Type::Tuple(elements) => {
                name.parse::<usize>().ok().and_then(|n| elements.get(n).cloned()).unwrap_or(Type::Unknown)
            }
            Type::Local(module, of, arguments) => {
                let declared = self.index.declared(*module, of);
                let Some((_, written)) = declared.fields.iter().find(|(field, _)| field == name) else {
                    return Type::Unknown;
                };
                let parameters: Vec<_> = declared.parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
                self.type_in_impl(*module, None, &parameters, written)
            }
            Type::External(paths, _) => {
                let made = paths.iter().find_map(|of| catalogue::made_by(&format!("{of}.{name}")).first().copied());
                match made {
                    Some((path, _)) => Type::external(path, Vec::new()),
                    None if of.gives_held(name) => of.dereferenced().unwrap_or(Type::Unknown),
                    None => Type::Unknown,
                }
            }
            Type::Slice(_) | Type::Traits(_) | Type::Unknown => Type::Unknown,
        }
    }

    /// The types of the fields that a struct of this crate owns.
    pub(crate) fn types_of_owned_fields(&mut self, module: ModuleId, name: &Rc<str>) -> Vec<Type> {
        self.fuel = 64;
        let declared = self.index.declared(module, name);
        let owned = declared.fields.iter().filter(|(field, _)| !declared.referring.contains(field));
        owned.map(|(_, written)| self.type_in(module, written)).collect()
    }

    /// Whether a struct of this crate owns what is in a field.
    pub(crate) fn owns_field(&mut self, of: &Type, field: &str) -> bool {
        let Type::Local(module, name, _) = of else { return false };
        let declared = self.index.declared(*module, name);
        declared.fields.iter().any(|(known, _)| known == field)
            && !declared.referring.iter().any(|known| known == field)
    }

    /// The text of a function that hides behind `impl Deref` what it gives.
    pub(crate) fn hidden_output(&mut self, function: FunctionId) -> Option<String> {
        fn hides(output: &TypeRef) -> bool {
            match output {
                TypeRef::Path(path, arguments) => {
                    path.segments.last().is_some_and(|last| last == "Option" || last == "Result")
                        && arguments.first().is_some_and(hides)
                }
                TypeRef::Traits(traits) => traits.iter().any(|of| match of {
                    TypeRef::Path(path, _) => path.segments.last().is_some_and(|last| last.starts_with("Deref")),
                    _ => false,
                }),
                _ => false,
            }
        }
        let output = self.index.output(function);
        if hides(&output) { self.index.text_of(function) } else { None }
    }

    /// Looks from the place of a function of the crate.
    pub(crate) fn in_function<R>(&mut self, function: FunctionId, look: impl FnOnce(&mut Scope<'_>) -> R) -> R {
        let (module, owner) = self.index.scope_of(function);
        look(&mut Scope::of(self.index, self.known, Here { module, owner }, function))
    }

    /// What fills a static of this crate when it is first used.
    pub(crate) fn lazy_init(&mut self, module: ModuleId, name: &str) -> Option<LazyInit> {
        self.index.lazy_init(module, name)
    }

    /// Looks from a module of the crate.
    pub(crate) fn in_module<R>(&mut self, module: ModuleId, look: impl FnOnce(Scope<'_>) -> R) -> R {
        look(Scope::new(self.index, self.known, Some(Here { module, owner: None })))
    }

    /// Asks something about the body of a function.
    pub(crate) fn body_of<R>(
        &mut self,
        function: FunctionId,
        ask: impl FnOnce(proc_macro2::TokenStream) -> R,
    ) -> Option<R> {
        let text = self.index.text_of(function)?;
        crate::source::parse::<syn::ItemFn, _>(&text, |item| {
            ask(item.block.stmts.iter().map(quote::ToTokens::to_token_stream).collect())
        })
    }

    /// Whether a method takes its receiver by value.
    pub(crate) fn takes_self(&mut self, function: FunctionId) -> bool {
        self.index.takes_self(function)
    }

    /// The type of a constant or static.
    pub(crate) fn type_of_value(&mut self, path: &Path) -> Type {
        if let ([only], false) = (&path.segments[..], path.absolute)
            && let Some(items) = self.layers.iter().rev().find_map(|layer| layer.items.get(only))
            && let [Item::Value(written)] = &items[..]
        {
            let written = written.clone();
            return self.type_of_written(&written);
        }
        match self.resolve(path, Namespace::Value) {
            Name::Def(Def::Value(module, name)) => {
                self.fuel = 64;
                let written = self.index.type_of_value(module, &name);
                written.map_or(Type::Unknown, |written| self.type_in(module, &written))
            }
            Name::Def(Def::Type(module, name)) if self.index.declared(module, &name).is_unit => {
                Type::Local(module, name, Vec::new())
            }
            Name::Unknown => self.type_of_variant(path),
            _ => Type::Unknown,
        }
    }

    /// The enum of this crate that has a variant of that path.
    pub(crate) fn type_of_variant(&mut self, path: &Path) -> Type {
        let mut of = path.clone();
        let Some(variant) = of.segments.pop().filter(|_| !of.segments.is_empty()) else { return Type::Unknown };
        match self.resolve(&of, Namespace::Type) {
            Name::Def(Def::Type(module, name)) if self.index.declared(module, &name).variants.contains(&variant) => {
                Type::Local(module, name, Vec::new())
            }
            _ => Type::Unknown,
        }
    }

    /// The type of `self`.
    pub(crate) fn type_of_self(&mut self) -> Type {
        if let Some(is) = self.generic_self() {
            return is;
        }
        let path = Path { absolute: false, segments: vec!["Self".to_owned()] };
        self.type_of_written(&TypeRef::Path(path, Vec::new()))
    }

    /// What `Self` means in an `impl` of a type that has arguments.
    fn generic_self(&mut self) -> Option<Type> {
        let Here { module, owner } = self.here?;
        let head = self.index.head(ImplId { module, number: owner? });
        match &head.self_type {
            Some(written @ TypeRef::Path(_, arguments)) if !arguments.is_empty() => Some(self.type_of_written(written)),
            _ => None,
        }
    }

    /// What a type of this crate holds, where a method that it does not have is looked for next.
    pub(crate) fn dereferenced(&mut self, of: &Type) -> Option<Type> {
        let Type::Local(module, name, arguments) = of else { return of.dereferenced() };
        let id = Resolver::new(self.index).implementation_of(*module, name, "Deref")?;
        let target = self.index.associated_type(id, "Target")?;
        let parameters = self.parameters_in(id, arguments);
        self.fuel = 64;
        Some(self.type_in_impl(id.module, Some(id.number), &parameters, &target))
    }

    /// The parameters of an `impl` for a type that has these arguments.
    fn parameters_in(&mut self, id: ImplId, arguments: &[Type]) -> Vec<(String, Type)> {
        let head = self.index.head(id);
        let Some(TypeRef::Path(_, written)) = &head.self_type else { return Vec::new() };
        let parameters = written.iter().zip(arguments).filter_map(|(written, is)| match written {
            TypeRef::Path(path, inner) if inner.is_empty() => match &path.segments[..] {
                [only] if head.parameters.iter().any(|(name, _)| name == only) => Some((only.clone(), is.clone())),
                _ => None,
            },
            _ => None,
        });
        parameters.collect()
    }

    /// A method of a type of this crate; with the last name of a trait, the one that this gives it.
    pub(crate) fn method(&mut self, module: ModuleId, of: &str, name: &str, via: Option<&str>) -> Option<FunctionId> {
        Resolver::new(self.index).associated(module, of, name, via)
    }

    /// What a trait of this crate declares under that name: its head is that of every method which it may be.
    pub(crate) fn declared_in_trait(&mut self, module: ModuleId, of: &str, name: &str) -> Option<FunctionId> {
        Resolver::new(self.index).declared_in_trait(module, of, name)
    }

    /// Whether a name of this crate is that of a trait.
    pub(crate) fn is_trait(&self, module: ModuleId, name: &str) -> bool {
        self.index.declared_trait(module, name).is_some()
    }

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
    fn block_of(&mut self, names: &[String]) -> Option<ModuleId> {
        let blocks = self.index.blocks_of(self.function?);
        let declares = |block: &ModuleId| {
            let bindings = &self.index.module(*block).bindings;
            names.iter().all(|name| bindings.contains_key(name))
        };
        let mut fitting = blocks.into_iter().filter(declares);
        fitting.next().filter(|_| fitting.next().is_none())
    }

    fn declare_use(&mut self, tree: &syn::UseTree, prefix: &Path) {
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
    fn resolve_from(&mut self, count: usize, path: &Path, namespace: Namespace) -> Name {
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

    fn through_globs(&mut self, globs: Vec<(usize, Path)>, path: &Path, namespace: Namespace) -> Name {
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
    fn outside(&mut self, path: &Path, namespace: Namespace) -> Name {
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

    fn follow(&mut self, def: Def, rest: &[String], namespace: Namespace) -> Name {
        match Resolver::new(self.index).follow(def, rest, namespace) {
            Resolution::Def(def) => Name::Def(def),
            Resolution::Unsure | Resolution::Nothing => Name::Unknown,
        }
    }

    /// What blocks: the catalogue, and what the project adds.
    pub(crate) fn known(&self) -> &'i ProjectItems {
        self.known
    }

    pub(crate) fn index(&self) -> &Index {
        self.index
    }

    /// The configuration of the crate around the body.
    pub(crate) fn cfg(&self) -> &Cfg {
        self.here.map_or(self.index.cfg(), |here| self.index.cfg_of(here.module))
    }
}

fn is_relative(word: &str) -> bool {
    matches!(word, "crate" | "self" | "super" | "Self" | "$crate")
}

/// The attribute of ours that an item bears.
fn marker(attributes: &[syn::Attribute]) -> Option<Kind> {
    attributes.iter().find_map(|attribute| mark::kind_of(&attribute.meta))
}
