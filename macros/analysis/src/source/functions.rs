//! What is known of a function: its text, what it returns, and where messages say that it stands.

use std::rc::Rc;

use super::ids::{FunctionId, ModuleId};
use super::index::Index;
use super::parse::parse;
use crate::syntax::type_ref::TypeRef;

impl Index {
    /// The type that a function returns, as written.
    pub(crate) fn output(&mut self, id: FunctionId) -> TypeRef {
        if let Some(known) = self.outputs.get(&id) {
            return known.clone();
        }
        let range = self.function(id).signature.clone();
        let text = self.text(id.file);
        let output = text.as_deref().and_then(|text| text.get(range)).and_then(|text| {
            if !text.contains("->") {
                return Some(TypeRef::Tuple(Vec::new()));
            }
            parse::<syn::Signature, _>(text, |signature| match &signature.output {
                syn::ReturnType::Type(_, output) => TypeRef::of(output),
                syn::ReturnType::Default => TypeRef::Tuple(Vec::new()),
            })
        });
        let output = output.unwrap_or(TypeRef::Unknown);
        self.outputs.insert(id, output.clone());
        output
    }

    /// Whether a function returns what tasks are joined by, going by the name of the type. Most do not write one.
    pub(crate) fn returns_handle(&mut self, id: FunctionId) -> bool {
        self.head_holds(id, &["AbortOnDropHandle", "JoinHandle", "JoinSet"]) && self.output(id).is_handle()
    }

    /// Whether a function returns an iterator of a type that it does not name.
    pub(crate) fn returns_iterator(&mut self, id: FunctionId) -> bool {
        self.head_holds(id, &["Iterator"]) && self.output(id).is_iterator()
    }

    pub(crate) fn returns_future(&mut self, id: FunctionId) -> bool {
        self.head_holds(id, &["Future"]) && self.output(id).is_future()
    }

    pub(crate) fn never_returns(&mut self, id: FunctionId) -> bool {
        self.head_holds(id, &["!"]) && self.output(id) == TypeRef::Never
    }

    /// The types that a function takes, as written, without its receiver. A parameter stands for its bounds.
    pub(crate) fn inputs(&mut self, id: FunctionId) -> Rc<[TypeRef]> {
        if let Some(known) = self.inputs.get(&id) {
            return known.clone();
        }
        let range = self.function(id).signature.clone();
        let text = self.text(id.file);
        let inputs = text.as_deref().and_then(|text| text.get(range)).and_then(|text| {
            parse::<syn::Signature, _>(text, |signature| {
                let bounds = TypeRef::bounds(&signature.generics);
                let bound = |written: TypeRef| match &written {
                    TypeRef::Path(path, _) if path.segments.len() == 1 => {
                        let found = bounds.iter().find(|(name, _)| *name == path.segments[0]);
                        found.map_or(written, |(_, traits)| TypeRef::Traits(traits.clone()))
                    }
                    _ => written,
                };
                let typed = signature.inputs.iter().filter_map(|input| match input {
                    syn::FnArg::Typed(input) => Some(bound(TypeRef::of(&input.ty))),
                    syn::FnArg::Receiver(_) => None,
                });
                typed.collect()
            })
        });
        let inputs: Rc<[TypeRef]> = inputs.unwrap_or_default();
        self.inputs.insert(id, inputs.clone());
        inputs
    }

    /// Whether a function stands in an `impl` of a trait.
    pub(crate) fn is_of_trait(&self, id: FunctionId) -> bool {
        let outline = &self.loaded[id.file].outline;
        outline.functions[id.function].owner.is_some_and(|owner| outline.impls[owner].of_trait.is_some())
    }

    /// The name of a function, with that of the type it belongs to: `Store::next`.
    pub(crate) fn name_with_owner(&self, id: FunctionId) -> String {
        let outline = &self.loaded[id.file].outline;
        let function = &outline.functions[id.function];
        match function.owner.and_then(|owner| outline.impls[owner].self_type.segments.last()) {
            Some(owner) => format!("{owner}::{}", function.name),
            None => function.name.clone(),
        }
    }

    /// Whether a reference is among the types that a function returns.
    pub(crate) fn mentions_reference(&mut self, id: FunctionId) -> bool {
        let range = self.function(id).signature.clone();
        let text = self.text(id.file);
        let output = text.as_deref().and_then(|text| text.get(range)?.rsplit_once("->"));
        output.is_some_and(|(_, output)| output.contains('&'))
    }

    /// Whether a method takes its receiver by value.
    pub(crate) fn takes_self(&mut self, id: FunctionId) -> bool {
        let range = self.function(id).signature.clone();
        let text = self.text(id.file);
        let first =
            text.as_deref().and_then(|text| text.get(range)?.split_once('(')).map(|(_, inputs)| inputs.trim_start());
        first.is_some_and(|first| first.starts_with("self") || first.starts_with("mut self"))
    }

    /// Whether a method takes its receiver by `&mut`.
    pub(crate) fn changes_self(&mut self, id: FunctionId) -> bool {
        let range = self.function(id).signature.clone();
        let text = self.text(id.file);
        let first = text.as_deref().and_then(|text| text.get(range)?.split_once('(')?.1.split([',', ')']).next());
        first.is_some_and(|first| first.trim_start().starts_with('&') && first.trim_end().ends_with("mut self"))
    }

    /// Whether the head of a function holds one of these texts.
    pub(crate) fn head_holds(&mut self, id: FunctionId, texts: &[&str]) -> bool {
        let function = self.function(id);
        let end = function.body.as_ref().map_or(function.signature.end, |body| body.0.start);
        let range = function.signature.start..end;
        let text = self.text(id.file);
        text.as_deref()
            .and_then(|text| text.get(range))
            .is_some_and(|head| texts.iter().any(|text| head.contains(text)))
    }

    /// The text of a function from `fn` on.
    pub(crate) fn text_of(&mut self, id: FunctionId) -> Option<String> {
        self.looked_into.insert(id);
        let function = self.function(id);
        let range = function.signature.start..function.body.as_ref()?.0.end + 1;
        self.text(id.file)?.get(range).map(str::to_owned)
    }

    /// Whether a function is what a trait declares.
    pub(crate) fn is_declared_in_trait(&self, id: FunctionId) -> bool {
        let outline = &self.loaded[id.file].outline;
        outline.functions[id.function].owner.is_some_and(|owner| outline.impls[owner].is_trait)
    }

    /// The file of a function as an editor can open it: relative to where the compiler runs, which for cargo is the
    /// root of the workspace, as the places in its own messages are.
    pub(crate) fn shown_path(&self, id: FunctionId) -> String {
        self.shown_file(id.file)
    }

    /// The same of the file of a module.
    pub(crate) fn shown_module(&self, id: ModuleId) -> String {
        self.shown_file(id.file)
    }

    pub(super) fn shown_file(&self, file: usize) -> String {
        let path = &self.loaded[file].path;
        path.strip_prefix(&self.folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// Whether a function is in another crate whose features are not known.
    pub(crate) fn is_of_dependency(&self, id: FunctionId) -> bool {
        let krate = self.loaded[id.file].krate;
        krate != 0 && self.crates[krate].cfg.features.is_none()
    }

    /// The module and the `impl` that a function stands in.
    pub(crate) fn scope_of(&self, id: FunctionId) -> (ModuleId, Option<usize>) {
        let function = self.function(id);
        (ModuleId { file: id.file, module: function.module }, function.owner)
    }
}
