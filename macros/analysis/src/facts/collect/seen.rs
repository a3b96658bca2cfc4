//! What is known about every call, also those that no rule asks about: for `why`.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use super::Collector;
use super::render::written;
use crate::facts::model::{Callee, Fate, Receiver, Seen};
use crate::types::ty::Type;

impl Collector<'_, '_> {
    pub(super) fn sees_call(&mut self, path: &syn::ExprPath, callee: Option<&Callee>, fate: Fate) {
        if self.model.seen.is_some() {
            let leads_to = callee.map(|callee| self.leads_to(callee));
            self.sees(written(path), path.to_token_stream(), leads_to, Receiver::None, fate);
        }
    }

    pub(super) fn sees_method(
        &mut self,
        call: &syn::ExprMethodCall,
        receiver: &Type,
        callee: Option<&Callee>,
        fate: Fate,
    ) {
        if self.model.seen.is_some() {
            let leads_to = callee.map(|callee| self.leads_to(callee));
            let receiver = self.shown_type(receiver).map_or(Receiver::Unknown, Receiver::Is);
            self.sees(call.method.to_string(), call.method.to_token_stream(), leads_to, receiver, fate);
        }
    }

    fn sees(&mut self, written: String, tokens: TokenStream, leads_to: Option<String>, receiver: Receiver, fate: Fate) {
        let (place, exemptions) = (self.place, self.context.exemptions.clone());
        let seen = Seen { written, tokens, leads_to, receiver, fate, place, exemptions };
        self.model.seen.get_or_insert_default().push(seen);
    }

    fn leads_to(&mut self, callee: &Callee) -> String {
        match callee {
            Callee::External(paths) => format!("`{}`", paths.join("` or `")),
            Callee::Local(_, Some(id)) => {
                let index = self.scope.index();
                let function = index.function(*id);
                let word = if function.is_async { "the async function" } else { "the function" };
                let (name, line) = (function.name.clone(), function.at[0].0);
                format!("{word} `{name}` at {}:{line}", index.shown_path(*id))
            }
            Callee::Local(_, None) => "a function that is written inside this one".to_owned(),
            Callee::Method(entry) | Callee::Named(entry) => format!("`{}`", entry.path),
            Callee::Suspect(_) => "a method that blocks on some types".to_owned(),
        }
    }

    /// A type as people write it; nothing where it is not known.
    fn shown_type(&mut self, of: &Type) -> Option<String> {
        match of {
            Type::External(paths, arguments) => Some(format!("{}{}", paths.join(" or "), self.shown_types(arguments))),
            Type::Local(_, name, arguments) => Some(format!("{name}{} of this crate", self.shown_types(arguments))),
            Type::Tuple(parts) => {
                let parts: Vec<_> =
                    parts.iter().map(|part| self.shown_type(part).unwrap_or_else(|| "_".into())).collect();
                Some(format!("({})", parts.join(", ")))
            }
            Type::Slice(element) => Some(format!("[{}]", self.shown_type(element).unwrap_or_else(|| "_".into()))),
            Type::Traits(traits) => {
                let traits: Vec<_> = traits.iter().filter_map(|of| self.shown_type(of)).collect();
                Some(format!("some type that is {}", traits.join(" + ")))
            }
            Type::Made(_) | Type::Unknown => None,
        }
    }

    fn shown_types(&mut self, arguments: &[Type]) -> String {
        if arguments.is_empty() {
            return String::new();
        }
        let shown: Vec<_> = arguments.iter().map(|of| self.shown_type(of).unwrap_or_else(|| "_".to_owned())).collect();
        format!("<{}>", shown.join(", "))
    }
}
