//! What the functions and traits of the crate say of themselves.

use super::Scope;
use crate::knowledge::catalogue;
use crate::source::{FunctionId, Here, ImplId, LazyInit, ModuleId};
use crate::syntax::kind::Kind;
use crate::syntax::type_ref::TypeRef;
use crate::types::names::{Resolver, prelude};
use crate::types::ty::Type;

impl Scope<'_> {
    /// A method of a type of this crate; with the last name of a trait, the one that this gives it.
    pub(crate) fn method(&mut self, module: ModuleId, of: &str, name: &str, via: Option<&str>) -> Option<FunctionId> {
        Resolver::new(self.index).associated(module, of, name, via)
    }

    /// The function that a trait, by its last name, gives to a type of this crate.
    pub(crate) fn function_of_trait(&mut self, of: &Type, of_trait: &str, name: &str) -> Option<FunctionId> {
        let Type::Local(module, own, _) = of else { return None };
        if self.is_trait(*module, own) || !self.has_methods(name) {
            return None;
        }
        self.method(*module, own, name, Some(of_trait))
    }

    /// The functions that all `impl`s of a trait give to a type of this crate.
    pub(crate) fn functions_of_trait(
        &mut self,
        module: ModuleId,
        of: &str,
        of_trait: &str,
        name: &str,
    ) -> Vec<(ImplId, FunctionId)> {
        Resolver::new(self.index).functions_of(module, of, of_trait, name)
    }

    /// Whether some type has a method of that name, so that looking for it may lead to something.
    pub(crate) fn has_methods(&mut self, name: &str) -> bool {
        self.here.is_some() && !self.index.methods_named(name).is_empty()
    }

    /// Whether the crate may use another one.
    pub(crate) fn uses_crate(&mut self, name: &str) -> bool {
        self.index.may_use(name)
    }

    /// Whether a struct of this crate has a field.
    pub(crate) fn has_field(&mut self, of: &Type, field: &str) -> bool {
        let Type::Local(module, name, _) = of else { return false };
        self.index.declared(*module, name).fields.get(field).is_some()
    }

    /// Whether a type of this crate derives a trait.
    pub(crate) fn derives(&mut self, module: ModuleId, name: &str, of_trait: &str) -> bool {
        self.index.derives(module, name, of_trait)
    }

    /// What a trait of this crate declares under that name: its head is that of every method which it may be.
    pub(crate) fn declared_in_trait(&mut self, module: ModuleId, of: &str, name: &str) -> Option<FunctionId> {
        Resolver::new(self.index).declared_in_trait(module, of, name)
    }

    /// Whether a name of this crate is that of a trait.
    pub(crate) fn is_trait(&self, module: ModuleId, name: &str) -> bool {
        self.index.declared_trait(module, name).is_some()
    }

    /// The kind of a function, as those who call it see it.
    pub(crate) fn kind_of(&mut self, function: FunctionId) -> Option<Kind> {
        Resolver::new(self.index).kind_of(function)
    }

    /// Whether a method takes its receiver by `&mut`.
    pub(crate) fn changes_self(&mut self, function: FunctionId) -> bool {
        self.index.changes_self(function)
    }

    /// Whether a method takes its receiver by value.
    pub(crate) fn takes_self(&mut self, function: FunctionId) -> bool {
        self.index.takes_self(function)
    }

    /// Whether what a function of this crate returns may be behind a reference.
    pub(crate) fn returns_reference(&mut self, function: FunctionId) -> bool {
        self.index.mentions_reference(function)
    }

    /// Whether a function of this crate may return the handle of a task, by the name of the type.
    pub(crate) fn returns_handle(&mut self, function: FunctionId) -> bool {
        self.index.returns_handle(function)
    }

    /// Whether a function of this crate returns a type by its name, and none that everybody uses.
    pub(crate) fn returns_named_type(&mut self, function: FunctionId) -> bool {
        match self.index.output(function) {
            TypeRef::Path(path, _) => path.segments.last().is_some_and(|last| prelude(last).is_none()),
            _ => false,
        }
    }

    pub(crate) fn returns_future(&mut self, function: FunctionId) -> bool {
        self.index.returns_future(function)
    }

    pub(crate) fn never_returns(&mut self, function: FunctionId) -> bool {
        self.index.never_returns(function)
    }

    /// Whether a macro of this crate mentions something that runs closures elsewhere, or exempts them: then it may be a
    /// wrapper of it.
    pub(crate) fn hands_on(&mut self, function: FunctionId) -> bool {
        self.index.text_of(function).is_some_and(|text| catalogue::mentions_hand_over(&text))
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

    /// Looks from a module of the crate.
    pub(crate) fn in_module<R>(&mut self, module: ModuleId, look: impl FnOnce(Scope<'_>) -> R) -> R {
        look(Scope::new(self.index, self.known, Some(Here { module, owner: None })))
    }

    /// Whether a word stands in a function.
    pub(crate) fn mentions(&mut self, function: FunctionId, word: &str) -> bool {
        self.index.text_of(function).is_some_and(|text| text.contains(word))
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

    /// Where a static of this crate stands, as messages show it, and its line.
    pub(crate) fn place_of_value(&mut self, module: ModuleId, name: &str) -> (String, usize) {
        let file = self.index.shown_module(module);
        match self.index.line_of_value(module, name) {
            Some(line) => (format!("{file}:{line}"), line),
            None => (file, 1),
        }
    }

    /// What fills a static of this crate when it is first used.
    pub(crate) fn lazy_init(&mut self, module: ModuleId, name: &str) -> Option<LazyInit> {
        let known = self.known;
        self.index.lazy_init(module, name, |index| {
            let Some(written) = index.type_of_value(module, name) else { return false };
            let says_lazy = |path: &str| path.rsplit("::").next().is_some_and(|last| last.starts_with("Lazy"));
            if matches!(&written, TypeRef::Path(path, _) if path.segments.last().is_some_and(|last| says_lazy(last))) {
                return true;
            }
            // An alias has another name.
            let is = Scope::new(index, known, None).type_in(module, &written);
            matches!(is, Type::External(paths, _) if paths.iter().any(|path| says_lazy(path)))
        })
    }
}
