//! Locate: where a function stands, and what its head says.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;

use super::Engine;
use super::arguments::Arguments;
use super::misuse::is_known_rule;
use super::whereabouts::Whereabouts;
use crate::facts::model::{Context, Model};
use crate::knowledge::toolbox::Toolbox;
use crate::source::{FunctionId, Here, Place};
use crate::syntax::exemption::{self, Exemption};
use crate::syntax::item::{Attribute, Item};
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;
use crate::syntax::path::path_of;
use crate::syntax::type_ref::TypeRef;
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};

/// A function with its place.
pub(super) struct Located {
    /// The place of `fn`, where it is known.
    pub(super) at: Option<Place>,
    /// Where it stands in its file; nothing where the item is not what the file shows.
    pub(super) function: Option<(Here, FunctionId)>,
    /// All attributes, those from inside the body included.
    pub(super) attributes: Vec<Attribute>,
    /// What they exempt the function from, and what `onloop.toml` does.
    pub(super) exemptions: Vec<Exemption>,
    pub(super) body: TokenStream,
    /// Where the body is that the user has written.
    pub(super) whereabouts: Whereabouts,
    /// Another attribute has made up the function, `fn` and name included: a second one beside the user's.
    pub(super) is_made_up: bool,
}

impl Located {
    pub(super) fn here(&self) -> Option<Here> {
        self.function.map(|(here, _)| here)
    }
}

impl Engine {
    pub(super) fn locate(&mut self, item: &Item, place: &dyn Fn(Span) -> Option<Place>) -> Located {
        let (at, name_at) = (place(item.keyword.span()), place(item.name.span()));
        let function = at.as_ref().zip(name_at.as_ref()).and_then(|(at, name)| self.index.locate(at, name));
        let is_made_up = function.is_none() && at.is_some() && at == name_at;
        let whereabouts = match (&function, &at, &name_at) {
            (Some((_, function)), Some(at), Some(name_at)) => {
                Whereabouts::of(item, &self.index.function(*function).name, at, name_at, place)
            }
            _ => Whereabouts::Here,
        };
        let (inner, body) = item.open_body();
        let attributes: Vec<_> = item.attributes.iter().chain(&inner).cloned().collect();
        let told = attributes.iter().filter(|found| !found.is_doc());
        let mut exemptions: Vec<_> = told.flat_map(|found| exemption::exemptions(found)).collect();
        exemptions.extend(self.exempt_by_path(function.map(|(here, _)| here), item));
        Located { at, function, attributes, exemptions, body, whereabouts, is_made_up }
    }

    /// What `onloop.toml` exempts the function from.
    fn exempt_by_path(&mut self, here: Option<Here>, item: &Item) -> Vec<Exemption> {
        let Some(here) = here.filter(|_| !self.known.project.exempts.is_empty()) else { return Vec::new() };
        let mut path = self.index.path_to(here);
        path.push(item.name.to_string());
        let rules = self.known.exempt_from(&path).into_iter().filter(|rule| is_known_rule(rule));
        rules.map(Exemption::by_path).collect()
    }

    /// The facts that the head shows.
    pub(super) fn head(&mut self, kind: Kind, item: &Item, located: &Located, arguments: &Arguments) -> Model {
        Model {
            name: format!("`{}`", item.name),
            at: item.name.to_token_stream(),
            asyncness: item.asyncness.as_ref().map(quote::ToTokens::to_token_stream),
            output: if self.gives_future(located.here(), item) { Output::Plain } else { Output::of(&item.output) },
            // Its own exemptions are around everything.
            context: Context { exemptions: (0..located.exemptions.len()).collect(), ..Context::default() },
            strict: self.known.project.with_switched_on(arguments.strict.clone()),
            tools: self.toolbox(located.here()),
            ..Model::of_helper(kind)
        }
    }

    /// Looks closer at what a function gives: it may be a future by another name, or what another attribute wrote.
    pub(super) fn look_at_output(
        &mut self,
        item: &Item,
        located: &Located,
        place: &dyn Fn(Span) -> Option<Place>,
        model: &mut Model,
    ) {
        // `#[async_trait]` writes return types of its own: what is wrong with them is shown at the function, and where the
        // function must not be `async`, that is what its author wrote.
        if let Output::Future(output) = &mut model.output {
            let stands = output.clone().into_iter().next().and_then(|token| place(token.span()));
            let is_before = |(at, stands): (&Place, Place)| (stands.line, stands.column) < (at.line, at.column);
            if located.at.as_ref().zip(stands).is_some_and(is_before) {
                *output = item.name.to_token_stream();
                if model.kind != Kind::Coroutine {
                    model.asyncness = Some(item.name.to_token_stream());
                }
            }
        }
        let is_open = matches!(model.output, Output::Plain | Output::Unknown);
        if located.is_made_up && item.asyncness.is_none() {
            // `#[wasm_bindgen]` gives the attributes of an async function to the one that starts it, too.
            model.output = Output::Hidden;
        } else if model.kind == Kind::Coroutine && item.asyncness.is_none() && is_open {
            self.look_through_alias(located.here(), item, model);
        }
    }

    /// `type Result<T> = BoxFuture<'static, T>`: an alias of the crate may be a future, whatever it is called. A type of
    /// another crate that says nothing by its name may be polled without being a `Future`.
    fn look_through_alias(&mut self, here: Option<Here>, item: &Item, model: &mut Model) {
        let Ok(output) = syn::parse2::<syn::Type>(item.output.clone()) else { return };
        let syn::Type::Path(path) = &output else { return };
        let mut scope = Scope::new(&mut self.index, &self.known, here);
        let name = scope.resolve(&path_of(&path.path), Namespace::Type);
        let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let is_strange =
            |path: &String| !["std", "core", "alloc"].contains(&path.split("::").next().unwrap_or_default());
        if matches!(model.output, Output::Unknown) {
            if matches!(&name, Name::Def(Def::External(paths)) if paths.iter().all(is_strange)) {
                model.output = Output::Hidden;
            }
            return;
        }
        let is_alias = match name {
            Name::Def(Def::Type(..)) => true,
            Name::Def(Def::External(paths)) => paths.iter().any(|path| path.rsplit("::").next() != Some(&last)),
            _ => false,
        };
        if !is_alias {
            return;
        }
        let is = scope.type_of_written(&TypeRef::of(&output));
        if !is.is_any(&["std::result::Result", "std::option::Option", "std::vec::Vec"]) {
            model.output = Output::Unknown;
        }
    }

    /// What help lines name: the hub too, where the file of the function speaks of it.
    fn toolbox(&mut self, here: Option<Here>) -> Toolbox {
        const NAMES: &[&str] = &["Hub", "hub"];
        let crates = self.index.cfg().crates.as_deref();
        let may_have = crates.is_none_or(|crates| crates.iter().any(|name| name == "onloop"));
        let has_hub = self.has_hub && may_have && here.is_none_or(|here| self.index.names(here.module, NAMES));
        Toolbox::of(self.index.cfg().crates.as_deref(), has_hub)
    }

    /// The path of a function in the crate.
    pub(super) fn path_of(&mut self, here: Option<Here>, item: &Item) -> String {
        let mut path = here.map(|here| self.index.path_to(here)).unwrap_or_default();
        path.push(item.name.to_string());
        path.join("::")
    }

    /// Whether a function runs at once and gives a future by the rules of its trait: the `call` of a `tower::Service`.
    fn gives_future(&self, here: Option<Here>, item: &Item) -> bool {
        let owner = here.and_then(|here| Some(&self.index.outline(here.module).impls[here.owner?]));
        let of_trait = owner.and_then(|owner| owner.of_trait.as_ref()?.segments.last());
        item.asyncness.is_none() && item.name == "call" && of_trait.is_some_and(|name| name == "Service")
    }

    pub(super) fn is_in_trait(&self, here: Here) -> bool {
        here.owner.is_some_and(|owner| self.index.outline(here.module).impls[owner].is_trait)
    }

    pub(super) fn qualified_name(&self, here: Option<Here>, item: &Item) -> String {
        let owner = here.and_then(|here| Some(&self.index.outline(here.module).impls[here.owner?]));
        match owner.and_then(|owner| owner.self_type.segments.last()) {
            Some(owner) => format!("{owner}::{}", item.name),
            None => item.name.to_string(),
        }
    }
}
