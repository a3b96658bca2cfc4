//! What written types mean: in the body, in a module, in an `impl`.

use std::rc::Rc;

use super::{Item, Name, Scope};
use crate::knowledge::catalogue;
use crate::source::{Fields, FunctionId, Here, ImplId, ModuleId};
use crate::syntax::path::Path;
use crate::syntax::type_ref::TypeRef;
use crate::types::names::{Def, Namespace, Resolution, Resolver};
use crate::types::ty::{Named, Type};

/// How deep bounds are followed.
const BOUNDS: usize = 3;

impl Scope<'_> {
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
                if !shadowed && let Ok(alias) = self.alias(here.module, path, arguments) {
                    return Some(Named::Type(alias));
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
    pub(super) fn type_in_impl(
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
            let is_self = path.segments.len() == 1 && path.segments[0] == "Self";
            if let (true, Some(owner)) = (is_self, owner) {
                return Resolver::new(self.index).associated_type(module, owner).map(Named::Def);
            }
            let found = match self.alias(module, path, arguments) {
                Ok(alias) => return Some(Named::Type(alias)),
                Err(found @ Resolution::Def(Def::External(_) | Def::Type(..))) => found,
                // Behind an alias it may be another.
                Err(_) => Resolver::new(self.index).resolve(module, path, Namespace::Type),
            };
            match found {
                Resolution::Def(def) => Some(Named::Def(def)),
                Resolution::Unsure | Resolution::Nothing => None,
            }
        };
        Type::of(written, &mut lookup)
    }

    /// What a path stands for that leads to a type alias of this crate; else what it leads to where aliases are not
    /// looked through.
    pub(super) fn alias(&mut self, module: ModuleId, path: &Path, arguments: &[Type]) -> Result<Type, Resolution> {
        if self.fuel == 0 {
            return Err(Resolution::Unsure);
        }
        let found = Resolver::with_aliases(self.index).resolve(module, path, Namespace::Type);
        let Resolution::Def(Def::Type(of, name)) = &found else { return Err(found) };
        let Some((parameters, written)) = self.index.alias(*of, name) else { return Err(found) };
        let arguments = arguments.iter().cloned().chain(std::iter::repeat(Type::Unknown));
        let parameters: Vec<_> = parameters.into_iter().zip(arguments).collect();
        Ok(self.type_in_impl(*of, None, &parameters, &written))
    }

    /// The traits of a generic parameter.
    pub(super) fn bounds_of(&mut self, name: &str) -> Option<Type> {
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

    /// What `Self` means in an `impl` of a type that has arguments.
    pub(super) fn generic_self(&mut self) -> Option<Type> {
        let Here { module, owner } = self.here?;
        let head = self.index.head(ImplId { module, number: owner? });
        match &head.self_type {
            Some(written @ TypeRef::Path(_, arguments)) if !arguments.is_empty() => Some(self.type_of_written(written)),
            _ => None,
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

    /// The parameters of an `impl` for a type that has these arguments.
    pub(super) fn parameters_in(&mut self, id: ImplId, arguments: &[Type]) -> Vec<(String, Type)> {
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

    /// What calling a function of this crate gives.
    pub(crate) fn type_of_output(&mut self, function: FunctionId) -> Type {
        self.type_of_output_on(function, &Type::Unknown)
    }

    /// The same of a method that is called on a type.
    pub(crate) fn type_of_output_on(&mut self, function: FunctionId, receiver: &Type) -> Type {
        let parameters = self.parameters_on(function, receiver);
        self.type_of_output_with(function, &parameters)
    }

    /// What the parameters of the `impl` are around a function that is called on a type.
    fn parameters_on(&mut self, function: FunctionId, receiver: &Type) -> Vec<(String, Type)> {
        match (receiver, self.index.scope_of(function)) {
            (Type::Local(_, _, arguments), (module, Some(number))) if !arguments.is_empty() => {
                self.parameters_in(ImplId { module, number }, arguments)
            }
            _ => Vec::new(),
        }
    }

    /// The same where some parameters of the `impl` are known.
    pub(crate) fn type_of_output_with(&mut self, function: FunctionId, parameters: &[(String, Type)]) -> Type {
        if let (true, Some(known)) = (parameters.is_empty(), self.known.memo.outputs.get(&function)) {
            return known;
        }
        let output = self.index.output(function);
        let (module, owner) = self.index.scope_of(function);
        self.fuel = 64;
        // `Self`, with the arguments that the `impl` says.
        let is_self = |path: &Path| path.segments.len() == 1 && path.segments[0] == "Self";
        if let (TypeRef::Path(path, _), Some(number), [_, ..]) = (&output, owner, parameters)
            && is_self(path)
            && let Some(whole) = self.index.head(ImplId { module, number }).self_type.clone()
        {
            return self.type_in_impl(module, owner, parameters, &whole);
        }
        let is = self.type_in_impl(module, owner, parameters, &output);
        let is = if output.is_iterator() { is.made_by(function) } else { is };
        if parameters.is_empty() { self.known.memo.outputs.keep(function, is) } else { is }
    }

    /// The parameters of the `impl` around a function that are the types of arguments of it, with their numbers.
    pub(crate) fn arguments_of_parameters(&mut self, function: FunctionId) -> Vec<(String, usize)> {
        let (module, owner) = self.index.scope_of(function);
        let Some(number) = owner else { return Vec::new() };
        let generics = self.index.outline(module).impls[number].generics.clone();
        if generics.is_empty() {
            return Vec::new();
        }
        let inputs = self.index.inputs(function);
        let of = |parameter: String| {
            let is_of = |written: &TypeRef| matches!(written, TypeRef::Path(path, held) if held.is_empty() && path.segments == [parameter.clone()]);
            inputs.iter().position(is_of).map(|number| (parameter, number))
        };
        generics.into_iter().filter_map(of).collect()
    }

    /// The type of a field.
    pub(crate) fn type_of_field(&mut self, of: &Type, name: &str) -> Type {
        self.fuel = 64;
        match of {
            Type::Tuple(elements) => {
                name.parse::<usize>().ok().and_then(|n| elements.get(n).cloned()).unwrap_or(Type::Unknown)
            }
            Type::Local(..) => self.type_of_field_in(of, None, name),
            Type::External(paths, _) => {
                let made = paths.iter().find_map(|of| catalogue::made_by(&format!("{of}.{name}")).first().copied());
                match made {
                    Some((path, _)) => Type::external(path, Vec::new()),
                    None if of.gives_held(name) => of.dereferenced().unwrap_or(Type::Unknown),
                    None => Type::Unknown,
                }
            }
            Type::Slice(_) | Type::Traits(_) | Type::Made(_) | Type::Unknown => Type::Unknown,
        }
    }

    /// The type of a field of a type of this crate, or of one of its variants.
    pub(crate) fn type_of_field_in(&mut self, of: &Type, variant: Option<&str>, name: &str) -> Type {
        let Type::Local(module, of, arguments) = of else { return Type::Unknown };
        let declared = self.index.declared(*module, of);
        let Some(written) = declared.fields_of(variant).and_then(|fields| fields.get(name)) else {
            return Type::Unknown;
        };
        let parameters: Vec<_> = declared.parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
        let key = ((*module, of.clone(), variant.map(Into::into)), name.into());
        if let (true, Some(known)) = (parameters.is_empty(), self.known.memo.fields.get(&key)) {
            return known;
        }
        self.fuel = 64;
        let is = self.type_in_impl(*module, None, &parameters, written);
        if parameters.is_empty() { self.known.memo.fields.keep(key, is) } else { is }
    }

    /// The types of the fields that a struct of this crate owns, or one of its variants.
    pub(crate) fn types_of_owned_fields(
        &mut self,
        module: ModuleId,
        name: &Rc<str>,
        arguments: &[Type],
        variant: Option<&str>,
    ) -> Rc<[Type]> {
        let declared = self.index.declared(module, name);
        let parameters: Vec<_> = declared.parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
        let key = (module, name.clone(), variant.map(Into::into));
        if let (true, Some(known)) = (parameters.is_empty(), self.known.memo.owned.get(&key)) {
            return known;
        }
        self.fuel = 64;
        let owned = declared.fields_of(variant).into_iter().flat_map(Fields::owned);
        let types = owned.map(|written| self.type_in_impl(module, None, &parameters, written)).collect();
        if parameters.is_empty() { self.known.memo.owned.keep(key, types) } else { types }
    }

    /// The names of the variants of an enum of this crate.
    pub(crate) fn variants_of(&mut self, module: ModuleId, name: &Rc<str>) -> Vec<String> {
        self.index.declared(module, name).variants.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The types that a function of this crate takes; a method that is called on a type, without its receiver.
    pub(crate) fn types_of_inputs_on(&mut self, function: FunctionId, receiver: &Type) -> Vec<Type> {
        let (module, owner) = self.index.scope_of(function);
        let parameters = self.parameters_on(function, receiver);
        if let (true, Some(known)) = (parameters.is_empty(), self.known.memo.inputs.get(&function)) {
            return known;
        }
        let inputs = self.index.inputs(function);
        let of = |written: &TypeRef| {
            self.fuel = 64;
            self.type_in_impl(module, owner, &parameters, written)
        };
        let types = inputs.iter().map(of).collect();
        if parameters.is_empty() { self.known.memo.inputs.keep(function, types) } else { types }
    }

    /// The types of all fields of a struct of this crate.
    pub(crate) fn types_of_fields(&mut self, module: ModuleId, name: &Rc<str>, arguments: &[Type]) -> Vec<Type> {
        self.fuel = 64;
        let declared = self.index.declared(module, name);
        let parameters: Vec<_> = declared.parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
        let all = declared.fields.all.iter();
        all.map(|(_, written)| self.type_in_impl(module, None, &parameters, written)).collect()
    }

    /// For each parameter of a struct of this crate the field that has its type.
    pub(crate) fn fields_of_parameters(&mut self, module: ModuleId, name: &Rc<str>) -> Vec<Option<String>> {
        let declared = self.index.declared(module, name);
        let is_of = |written: &TypeRef, parameter: &String| match written {
            TypeRef::Path(path, held) => held.is_empty() && path.segments == [parameter.clone()],
            _ => false,
        };
        let field = |parameter: &String| {
            let field = declared.fields.all.iter().find(|(_, written)| is_of(written, parameter));
            field.map(|(name, _)| name.clone())
        };
        declared.parameters.iter().map(field).collect()
    }

    /// The argument of the trait that an `impl` is of: `A` in `impl From<A> for B`.
    pub(crate) fn argument_of_trait(&mut self, id: ImplId) -> Type {
        let head = self.index.head(id);
        let Some(TypeRef::Path(_, arguments)) = &head.of_trait else { return Type::Unknown };
        self.fuel = 64;
        arguments.first().map_or(Type::Unknown, |of| self.type_in_impl(id.module, Some(id.number), &[], of))
    }

    /// An associated type of the `impl` that a function stands in.
    pub(crate) fn associated_of(&mut self, function: FunctionId, name: &str) -> Option<Type> {
        let (module, owner) = self.index.scope_of(function);
        let id = ImplId { module, number: owner? };
        let written = self.index.associated_type(id, name)?;
        self.fuel = 64;
        Some(self.type_in_impl(module, owner, &[], &written))
    }

    /// Whether a struct of this crate, or one of its variants, owns what is in a field.
    pub(crate) fn owns_field(&mut self, of: &Type, variant: Option<&str>, field: &str) -> bool {
        let Type::Local(module, name, _) = of else { return false };
        self.index.declared(*module, name).fields_of(variant).is_some_and(|fields| fields.owns(field))
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
            // `Scrypt`, a struct without fields.
            Name::Def(Def::External(paths)) if paths.iter().any(|path| catalogue::lists_type(path)) => {
                Type::External(paths, Vec::new())
            }
            Name::Unknown => self.type_of_variant(path),
            _ => Type::Unknown,
        }
    }

    /// What a constant of this crate is, of a module or of a type, if it is written as `true`, `false` or `cfg!(..)`.
    pub(crate) fn value_of_bool(&mut self, path: &Path) -> Option<bool> {
        if let Name::Def(Def::Value(module, name)) = self.resolve(path, Namespace::Value) {
            return self.index.value_of_bool(module, &name);
        }
        let mut of = path.clone();
        let constant = of.segments.pop().filter(|_| !of.segments.is_empty())?;
        let Name::Def(Def::Type(module, name)) = self.resolve(&of, Namespace::Type) else { return None };
        let id = Resolver::new(self.index).constant_of(module, &name, &constant)?;
        self.index.associated_bool(id, &constant)
    }

    /// The enum of this crate that has a variant of that path.
    pub(crate) fn type_of_variant(&mut self, path: &Path) -> Type {
        let mut of = path.clone();
        let Some(variant) = of.segments.pop().filter(|_| !of.segments.is_empty()) else { return Type::Unknown };
        match self.resolve(&of, Namespace::Type) {
            Name::Def(Def::Type(module, name))
                if self.index.declared(module, &name).fields_of(Some(&variant)).is_some() =>
            {
                Type::Local(module, name, Vec::new())
            }
            _ => Type::Unknown,
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
}
