//! The arguments of the attributes.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use crate::catalogue::Category;
use crate::finding::Finding;

/// What `#[onloop::callback(..)]` and its siblings take.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    /// `strict(lock, cpu)`, or `strict` for all: also report calls of these categories that only usually block.
    pub(crate) strict: Vec<Category>,
}

const KNOWN: &str = "the known argument is `strict`, or `strict(..)` with categories, as in `strict(lock, cpu)`";

impl Arguments {
    /// Reads the arguments. What is wrong with them is reported, and the rest of them counts.
    pub(crate) fn parse(tokens: TokenStream, problems: &mut Vec<Finding>) -> Arguments {
        let mut arguments = Arguments::default();
        if tokens.is_empty() {
            return arguments;
        }
        let Ok(list) = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated.parse2(tokens.clone()) else {
            problems.push(Finding::misuse(tokens, "this is no list of arguments", KNOWN));
            return arguments;
        };
        let mut seen = false;
        for argument in list {
            if !argument.path().is_ident("strict") {
                let name = argument.path().to_token_stream().to_string().replace(' ', "");
                let message = format!("the attribute has no argument `{name}`");
                problems.push(Finding::misuse(argument.to_token_stream(), message, KNOWN));
                continue;
            }
            if std::mem::replace(&mut seen, true) {
                let message = "the argument `strict` is given twice";
                problems.push(Finding::misuse(argument.to_token_stream(), message, "write it once"));
                continue;
            }
            match &argument {
                syn::Meta::Path(_) => arguments.strict = Category::ALL.to_vec(),
                syn::Meta::List(list) => arguments.categories(list, problems),
                syn::Meta::NameValue(_) => {
                    let message = "`strict` takes no value";
                    problems.push(Finding::misuse(argument.to_token_stream(), message, KNOWN));
                }
            }
        }
        arguments
    }

    fn categories(&mut self, list: &syn::MetaList, problems: &mut Vec<Finding>) {
        let known = || Category::ALL.iter().map(|category| category.id()).collect::<Vec<_>>().join(", ");
        let parser = Punctuated::<syn::Ident, syn::Token![,]>::parse_terminated;
        let Ok(names) = parser.parse2(list.tokens.clone()) else {
            let help = format!("the categories are {}", known());
            return problems.push(Finding::misuse(list.to_token_stream(), "this is no list of categories", help));
        };
        for name in names {
            if let Some(category) = Category::from_id(&name.to_string()) {
                self.strict.push(category);
            } else {
                let help = format!("the categories are {}", known());
                let message = format!("the catalogue has no category `{name}`");
                problems.push(Finding::misuse(name.into_token_stream(), message, help));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use crate::catalogue::Category;

    fn problems(tokens: &str) -> Vec<String> {
        let mut problems = Vec::new();
        Arguments::parse(tokens.parse().unwrap(), &mut problems);
        problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn what_is_right_is_taken() {
        let mut problems = Vec::new();
        let arguments = Arguments::parse("strict(lock, cpu,),".parse().unwrap(), &mut problems);
        assert_eq!(arguments.strict, [Category::Lock, Category::Cpu]);
        let arguments = Arguments::parse("strict".parse().unwrap(), &mut problems);
        assert_eq!(arguments.strict.len(), Category::ALL.len());
        assert!(problems.is_empty());
    }

    #[test]
    fn each_mistake_is_told() {
        assert_eq!(problems("strict(lock), strict"), ["the argument `strict` is given twice"]);
        assert_eq!(problems("strict(locks, sleep)"), ["the catalogue has no category `locks`"]);
        assert_eq!(problems("strict(1)"), ["this is no list of categories"]);
        assert_eq!(problems("strict = true"), ["`strict` takes no value"]);
        assert_eq!(
            problems("budget = \"1ms\", a::b"),
            ["the attribute has no argument `budget`", "the attribute has no argument `a::b`"]
        );
        assert_eq!(problems("=> ,"), ["this is no list of arguments"]);
    }
}
