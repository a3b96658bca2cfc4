//! Variables that patterns bind.

use syn::ext::IdentExt as _;

use super::{Name, Scope};
use crate::syntax::path::path_of;
use crate::syntax::type_ref::TypeRef;
use crate::types::names::{Def, Namespace};
use crate::types::ty::Type;

impl Scope<'_> {
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
                let variant = self.variant_named(&is.bare(), &pattern.path);
                for field in &pattern.fields {
                    let name = match &field.member {
                        syn::Member::Named(name) => name.unraw().to_string(),
                        syn::Member::Unnamed(index) => index.index.to_string(),
                    };
                    let of = match &variant {
                        Some(_) => self.type_of_field_in(&is.bare(), variant.as_deref(), &name),
                        None => self.type_of_field(&is.bare(), &name),
                    };
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
                let variant = self.variant_named(&is.bare(), &pattern.path);
                for (n, inner) in pattern.elems.iter().enumerate() {
                    let of = match name.as_str() {
                        _ if variant.is_some() => self.type_of_field_in(&is.bare(), variant.as_deref(), &n.to_string()),
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

    /// The variant of an enum of this crate that a path names.
    pub(crate) fn variant_named(&mut self, of: &Type, path: &syn::Path) -> Option<String> {
        let Type::Local(module, name, _) = of else { return None };
        let last = path.segments.last()?.ident.unraw().to_string();
        self.variants_of(*module, name).into_iter().find(|variant| *variant == last)
    }

    /// What `P(x)` finds in a `P<T>` of another crate.
    pub(super) fn unwrapped_by(&mut self, pattern: &syn::Path, is: &Type) -> Option<Type> {
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
}
