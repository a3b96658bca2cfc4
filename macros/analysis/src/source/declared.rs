//! Reads on demand what the declarations of types, constants and `impl`s say, as written.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::cfg::Cfg;
use super::declaration::{Declared, Fields, Head};
use super::ids::{ImplId, ModuleId};
use super::index::Index;
use super::parse::{parse, parse_with};
use quote::ToTokens as _;

use super::outline::What;
use crate::syntax::path::{Path, path_of};
use crate::syntax::type_ref::TypeRef;

/// What fills a static when it is first used.
#[derive(Clone, Debug)]
pub(crate) enum LazyInit {
    /// A function of that path.
    Function(Path),
    /// Code, as text.
    Code(String),
}

/// What is passed to the call that makes a static: `LazyLock::new(load)`.
fn init_of(value: &syn::Expr) -> Option<LazyInit> {
    let syn::Expr::Call(call) = value else { return None };
    match call.args.first()? {
        syn::Expr::Path(function) => Some(LazyInit::Function(path_of(&function.path))),
        syn::Expr::Closure(closure) if closure.inputs.is_empty() => {
            Some(LazyInit::Code(closure.body.to_token_stream().to_string()))
        }
        _ => None,
    }
}

impl Index {
    /// What a struct or enum of this crate is declared as.
    pub(crate) fn declared(&mut self, module: ModuleId, name: &Rc<str>) -> Rc<Declared> {
        let key = (module, name.clone());
        if let Some(known) = self.declared.get(&key) {
            return known.clone();
        }
        let bindings = self.module(module).bindings.get(&**name);
        let range = bindings.into_iter().flatten().find_map(|binding| match &binding.what {
            What::Type(range) => range.clone(),
            _ => None,
        });
        let text = self.text(module.file);
        let text = range.zip(text.as_deref()).and_then(|(range, text)| text.get(range));
        let declared = text.map(without_docs).and_then(|text| {
            let is_enum = text.starts_with("enum");
            if is_enum {
                parse::<syn::ItemEnum, _>(&text, of_enum)
            } else {
                parse::<syn::ItemStruct, _>(&text, of_struct)
            }
        });
        let declared = Rc::new(declared.unwrap_or_default());
        self.declared.insert(key, declared.clone());
        declared
    }

    /// Whether a struct or enum of this crate derives a trait.
    pub(crate) fn derives(&mut self, module: ModuleId, name: &str, of_trait: &str) -> bool {
        let mut bindings = self.module(module).bindings.get(name).into_iter().flatten();
        let Some(start) = bindings.find_map(|binding| match &binding.what {
            What::Type(Some(range)) => Some(range.start),
            _ => None,
        }) else {
            return false;
        };
        let text = self.text(module.file);
        let before = text.as_deref().and_then(|text| text.get(..start)).unwrap_or_default();
        // Its attributes stand behind the item before.
        let before = before.rsplit(['}', ';']).next().unwrap_or_default();
        let mut derived = before.split("derive(").skip(1).filter_map(|rest| rest.split(')').next());
        derived.any(|names| names.split(',').any(|name| name.trim().rsplit("::").next() == Some(of_trait)))
    }

    /// What the head of an `impl` says; nothing of a trait.
    pub(crate) fn head(&mut self, id: ImplId) -> Rc<Head> {
        if let Some(known) = self.heads.get(&id) {
            return known.clone();
        }
        let range = self.implementation(id).head.clone();
        let text = self.text(id.module.file);
        let text = text.as_deref().and_then(|text| text.get(range)).filter(|text| !text.is_empty());
        let head = text.and_then(|text| parse::<syn::ItemImpl, _>(&format!("{text}{{}}"), of_impl));
        let head = Rc::new(head.unwrap_or_default());
        self.heads.insert(id, head.clone());
        head
    }

    /// An associated type of an `impl`.
    pub(crate) fn associated_type(&mut self, id: ImplId, name: &str) -> Option<TypeRef> {
        let range = self.implementation(id).types.iter().find(|(known, _)| known == name)?.1.clone();
        self.written_at(id.module, range)
    }

    fn written_at(&mut self, module: ModuleId, range: Range<usize>) -> Option<TypeRef> {
        let key = (module.file, range.start);
        if let Some(known) = self.written.get(&key) {
            return Some(known.clone());
        }
        let written = parse::<syn::Type, _>(self.text(module.file)?.get(range)?, TypeRef::of)?;
        self.written.insert(key, written.clone());
        Some(written)
    }

    /// The parameters of a type alias and what it stands for, as written, if the module declares one of that name.
    pub(crate) fn alias(&mut self, module: ModuleId, name: &str) -> Option<(Vec<String>, TypeRef)> {
        let bindings = self.module(module).bindings.get(name)?;
        let (parameters, range) = bindings.iter().find_map(|binding| match &binding.what {
            What::Alias(_, parameters, range) => Some((parameters.clone(), range.clone())),
            _ => None,
        })?;
        Some((parameters, self.written_at(module, range)?))
    }

    /// What fills a static when it is first used, if its type is one that is filled then: `is_lazy` says so.
    pub(crate) fn lazy_init(
        &mut self,
        module: ModuleId,
        name: &str,
        is_lazy: impl FnOnce(&mut Index) -> bool,
    ) -> Option<LazyInit> {
        let range = self.value_range(module, name)?;
        let is_by_macro = self.outline(module).lazy.contains(&range.start);
        let text = self.text(module.file)?;
        let text = text.get(range)?;
        let is_call = || text.split_once('=').is_some_and(|(_, value)| value.contains("::") && value.contains('('));
        let is_filled_later = is_by_macro || is_call() && is_lazy(self);
        if !is_filled_later {
            return None;
        }
        let filled = |input: syn::parse::ParseStream<'_>| {
            input.parse::<syn::Type>()?;
            input.parse::<syn::Token![=]>()?;
            let value = input.parse::<syn::Expr>()?;
            input.parse::<Option<syn::Token![;]>>()?;
            Ok(value)
        };
        let by_macro = |value: &syn::Expr| Some(LazyInit::Code(value.to_token_stream().to_string()));
        parse_with(filled, text, |value| if is_by_macro { by_macro(value) } else { init_of(value) }).flatten()
    }

    /// The line of a constant or static.
    pub(crate) fn line_of_value(&mut self, module: ModuleId, name: &str) -> Option<usize> {
        let range = self.value_range(module, name)?;
        let text = self.text(module.file)?;
        Some(text.get(..range.start)?.matches('\n').count() + 1)
    }

    fn value_range(&self, module: ModuleId, name: &str) -> Option<Range<usize>> {
        let mut ranges = self.module(module).bindings.get(name)?.iter().filter_map(|binding| match &binding.what {
            What::Value(range) => Some(range.clone()),
            _ => None,
        });
        let (Some(range), None) = (ranges.next(), ranges.next()) else { return None };
        Some(range)
    }

    /// What a constant is, if it is written as `true`, `false` or `cfg!(..)`.
    pub(crate) fn value_of_bool(&mut self, module: ModuleId, name: &str) -> Option<bool> {
        let range = self.value_range(module, name)?;
        self.bool_at(module, range)
    }

    /// The same of a constant that stands in an `impl`.
    pub(crate) fn associated_bool(&mut self, id: ImplId, name: &str) -> Option<bool> {
        let mut named = self.implementation(id).constants.iter().filter(|(known, _)| known == name);
        let (Some((_, range)), None) = (named.next(), named.next()) else { return None };
        let range = range.clone();
        self.bool_at(id.module, range)
    }

    fn bool_at(&mut self, module: ModuleId, range: Range<usize>) -> Option<bool> {
        let text = self.text(module.file)?;
        let before = text.get(..range.start)?.trim_end().trim_end_matches(':').trim_end();
        let is_changed = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').trim_end().ends_with("mut");
        let (of, value) = text.get(range)?.split_once('=').filter(|_| !is_changed)?;
        let value = value.trim_end().trim_end_matches(';');
        (of.trim() == "bool").then(|| bool_of(value, self.cfg_of(module))).flatten()
    }

    /// The type of a constant or static, as written, where the module declares one of that name.
    pub(crate) fn type_of_value(&mut self, module: ModuleId, name: &str) -> Option<TypeRef> {
        let range = self.value_range(module, name)?;
        let text = self.text(module.file)?;
        let declared = |input: syn::parse::ParseStream<'_>| {
            let declared = input.parse::<syn::Type>();
            // The value does not matter.
            input.parse::<proc_macro2::TokenStream>()?;
            declared
        };
        parse_with(declared, text.get(range)?, TypeRef::of)
    }
}

/// Without the lines that are comments: there may be more of them than of all else.
fn without_docs(text: &str) -> Cow<'_, str> {
    if !text.contains("//") || text.contains("/*") {
        return Cow::Borrowed(text);
    }
    text.lines().filter(|line| !line.trim_ascii_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect()
}

/// What a constant is whose value is written like that.
fn bool_of(value: &str, cfg: &Cfg) -> Option<bool> {
    let value = value.trim();
    if let Some(negated) = value.strip_prefix('!') {
        return bool_of(negated, cfg).map(|value| !value);
    }
    match value {
        "true" => Some(true),
        "false" => Some(false),
        _ => {
            let asked = value.strip_prefix("cfg!")?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
            // `cfg!(a) || cfg!(b)` is more than one.
            let mut depth = 0;
            let is_one = asked.bytes().all(|byte| {
                depth += i32::from(byte == b'(') - i32::from(byte == b')');
                depth >= 0
            });
            if is_one { cfg.holds(asked) } else { None }
        }
    }
}

fn of_struct(item: &syn::ItemStruct) -> Declared {
    Declared {
        parameters: names_of(&item.generics).collect(),
        fields: of_fields(&item.fields),
        is_unit: matches!(item.fields, syn::Fields::Unit),
        variants: Vec::new(),
    }
}

fn of_fields(fields: &syn::Fields) -> Fields {
    let name = |(n, field): (usize, &syn::Field)| field.ident.as_ref().map_or(n.to_string(), ToString::to_string);
    let referring = fields.iter().enumerate().filter(|(_, field)| may_refer(&field.ty));
    Fields {
        all: fields.iter().enumerate().map(|(n, field)| (name((n, field)), TypeRef::of(&field.ty))).collect(),
        referring: referring.map(name).collect(),
    }
}

/// Whether a type, as written, may hold a reference or a pointer.
pub(crate) fn may_refer(written: &syn::Type) -> bool {
    fn has_sign(tokens: proc_macro2::TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Punct(sign) => matches!(sign.as_char(), '&' | '*'),
            proc_macro2::TokenTree::Group(group) => has_sign(group.stream()),
            _ => false,
        })
    }
    has_sign(quote::ToTokens::to_token_stream(written))
}

fn of_enum(item: &syn::ItemEnum) -> Declared {
    Declared {
        parameters: names_of(&item.generics).collect(),
        variants: item.variants.iter().map(|of| (of.ident.to_string(), of_fields(&of.fields))).collect(),
        ..Declared::default()
    }
}

fn of_impl(item: &syn::ItemImpl) -> Head {
    Head {
        parameters: TypeRef::bounds(&item.generics),
        self_type: Some(TypeRef::of(&item.self_ty)),
        of_trait: item.trait_.as_ref().map(|(path, _)| TypeRef::of_path(path)),
    }
}

fn names_of(generics: &syn::Generics) -> impl Iterator<Item = String> {
    generics.type_params().map(|parameter| parameter.ident.to_string())
}
