//! The arguments of the attributes.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use crate::knowledge::catalogue::Category;
use crate::rules::finding::Finding;
use crate::syntax::kind::Kind;
use crate::syntax::near::nearest;

/// What `#[onloop::callback(..)]` and its siblings take.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    /// `strict(lock, cpu)`, or `strict` for all: also report calls of these categories that only usually block.
    pub(crate) strict: Vec<Category>,
    /// `budget = "1ms"`: how long the function may hold the loop at a stretch, in microseconds; 0 if nothing is said.
    pub(crate) budget: u32,
}

const KNOWN: &str = "the arguments are `strict`, or `strict(..)` with categories, as in `strict(lock, cpu)`, and \
                     `budget = \"1ms\"`";

const BLOCKING: &str = "remove it: `#[onloop::blocking]` needs no arguments";

const BUDGET: &str = "write a number and `us`, `ms` or `s`, as in `budget = \"1.5ms\"`";

/// The shortest budget that the watch can tell from none, and the longest that is one, in microseconds.
const BUDGETS: std::ops::RangeInclusive<u32> = 1_000..=60_000_000;

impl Arguments {
    /// Reads the arguments. What is wrong with them is reported, and the rest of them counts.
    pub(crate) fn parse(kind: Kind, tokens: TokenStream, problems: &mut Vec<Finding>) -> Arguments {
        let mut arguments = Arguments::default();
        if tokens.is_empty() {
            return arguments;
        }
        let known = if kind == Kind::Blocking { BLOCKING } else { KNOWN };
        let Ok(list) = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated.parse2(tokens.clone()) else {
            problems.push(Finding::misuse(tokens, "expected a list of arguments", known));
            return arguments;
        };
        let mut seen = Vec::new();
        for argument in list {
            let name = argument.path().to_token_stream().to_string().replace(' ', "");
            let mut misuse = |message: String, help: &str| {
                problems.push(Finding::misuse(argument.to_token_stream(), message, help));
            };
            if name != "strict" && name != "budget" {
                misuse(format!("the attribute has no argument `{name}`"), known);
                continue;
            }
            if seen.contains(&name) {
                misuse(format!("the argument `{name}` is given twice"), &once(&name));
                continue;
            }
            match (name.as_str(), &argument) {
                ("budget", argument) if kind == Kind::Blocking => {
                    let message = "a blocking function has no budget: it never runs on the loop";
                    problems.push(Finding::misuse(argument.to_token_stream(), message, "remove it"));
                }
                ("budget", syn::Meta::NameValue(pair)) => match budget(&pair.value) {
                    Ok(budget) => arguments.budget = budget,
                    Err((message, help)) => {
                        problems.push(Finding::misuse(pair.value.to_token_stream(), message, help));
                    }
                },
                ("budget", _) => misuse("`budget` has no value".to_owned(), BUDGET),
                (_, syn::Meta::Path(_)) => arguments.strict = Category::ALL.to_vec(),
                (_, syn::Meta::List(list)) => arguments.categories(list, problems),
                (_, syn::Meta::NameValue(_)) => misuse("`strict` takes no value".to_owned(), KNOWN),
            }
            seen.push(name);
        }
        arguments
    }

    fn categories(&mut self, written: &syn::MetaList, problems: &mut Vec<Finding>) {
        let known = Category::ALL.map(Category::id);
        let list = || format!("the categories are {}", known.join(", "));
        let parser = Punctuated::<syn::Ident, syn::Token![,]>::parse_terminated;
        let Ok(names) = parser.parse2(written.tokens.clone()) else {
            let message = "expected a list of categories";
            return problems.push(Finding::misuse(
                written.to_token_stream(),
                message,
                format!("write them as in `strict(lock, cpu)`; {}", list()),
            ));
        };
        for name in names {
            if let Some(category) = Category::from_id(&name.to_string()) {
                self.strict.push(category);
            } else {
                let near = nearest(&name.to_string(), &known).map(|near| format!("did you mean `{near}`? "));
                let help = format!("{}{}", near.unwrap_or_default(), list());
                let message = format!("the catalogue has no category `{name}`");
                problems.push(Finding::misuse(name.into_token_stream(), message, help));
            }
        }
    }
}

/// What to do about an argument that is given twice.
fn once(name: &str) -> String {
    if name == "strict" {
        "name all categories in one, as in `strict(lock, cpu)`".to_owned()
    } else {
        format!("write `{name}` once")
    }
}

/// The budget that an expression stands for, in microseconds; or what is wrong with it, and what to write.
fn budget(value: &syn::Expr) -> Result<u32, (String, &'static str)> {
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = value else {
        return Err(("`budget` takes a duration in quotes".to_owned(), BUDGET));
    };
    let text = text.value();
    let shown = text.escape_debug();
    let not_a_duration = || (format!("`{shown}` is not a duration"), BUDGET);
    let (is_negative, positive) = text.trim().strip_prefix('-').map_or((false, text.trim()), |rest| (true, rest));
    let digits = positive.find(|found: char| !found.is_ascii_digit() && found != '.').unwrap_or(positive.len());
    let (number, unit) = positive.split_at(digits);
    let number: f64 = number.parse().map_err(|_| not_a_duration())?;
    // The micro sign, and the letter that looks like it.
    let factor = match unit.trim() {
        "us" | "\u{b5}s" | "\u{3bc}s" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        "" => return Err((format!("`{shown}` has no unit"), BUDGET)),
        _ => return Err(not_a_duration()),
    };
    let budget = (number * factor).round();
    if is_negative {
        Err((format!("a budget of `{shown}` is negative"), "write `1ms` or more"))
    } else if budget == 0.0 {
        Err((format!("a budget of `{shown}` leaves the function no time to run"), "write `1ms` or more"))
    } else if budget < f64::from(*BUDGETS.start()) {
        Err((format!("a budget of `{shown}` is too short"), "write `1ms` or more: the watch sees no less"))
    } else if budget > f64::from(*BUDGETS.end()) {
        let help = "write `60s` or less, or mark the function `#[onloop::blocking]`, so that it runs in the executor";
        Err((format!("a budget of `{shown}` is too long"), help))
    } else {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between the two limits")]
        Ok(budget as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use crate::knowledge::catalogue::Category;
    use crate::syntax::kind::Kind;

    fn problems_of(kind: Kind, tokens: &str) -> Vec<String> {
        let mut problems = Vec::new();
        Arguments::parse(kind, tokens.parse().unwrap(), &mut problems);
        problems.into_iter().map(|problem| problem.message).collect()
    }

    fn problems(tokens: &str) -> Vec<String> {
        problems_of(Kind::Callback, tokens)
    }

    fn parsed(tokens: &str) -> Arguments {
        let mut problems = Vec::new();
        let arguments = Arguments::parse(Kind::Coroutine, tokens.parse().unwrap(), &mut problems);
        assert!(problems.is_empty(), "{tokens}");
        arguments
    }

    #[test]
    fn what_is_right_is_taken() {
        assert_eq!(parsed("strict(lock, cpu,),").strict, [Category::Lock, Category::Cpu]);
        assert_eq!(parsed("strict").strict.len(), Category::ALL.len());
        let both = parsed("budget = \"5ms\", strict(lock)");
        assert_eq!((both.budget, both.strict), (5_000, vec![Category::Lock]));
    }

    #[test]
    fn each_mistake_is_told() {
        assert_eq!(problems("strict(lock), strict"), ["the argument `strict` is given twice"]);
        assert_eq!(problems("strict(locks, sleep)"), ["the catalogue has no category `locks`"]);
        assert_eq!(problems("strict(1)"), ["expected a list of categories"]);
        assert_eq!(problems("strict = true"), ["`strict` takes no value"]);
        assert_eq!(
            problems("limit = \"1ms\", a::b"),
            ["the attribute has no argument `limit`", "the attribute has no argument `a::b`"]
        );
        assert_eq!(problems("=> ,"), ["expected a list of arguments"]);
        assert_eq!(problems("budget = \"1ms\", budget = \"2ms\""), ["the argument `budget` is given twice"]);
        let message = "a blocking function has no budget: it never runs on the loop";
        assert_eq!(problems_of(Kind::Blocking, "budget = \"1ms\""), [message]);
    }

    #[test]
    fn a_budget_is_a_number_and_a_unit() {
        for (text, microseconds) in [
            ("1ms", 1_000),
            ("1.5ms", 1_500),
            (" 20 ms ", 20_000),
            ("2s", 2_000_000),
            (".25s", 250_000),
            ("1500us", 1_500),
            ("1500\u{b5}s", 1_500),
            ("60s", 60_000_000),
        ] {
            assert_eq!(parsed(&format!("budget = {text:?}")).budget, microseconds, "{text}");
        }
    }

    #[test]
    fn what_is_no_budget_is_told() {
        for (value, message) in [
            ("\"\"", "`` is not a duration"),
            ("\"soon\"", "`soon` is not a duration"),
            ("\"ms\"", "`ms` is not a duration"),
            ("\"1.2.3ms\"", "`1.2.3ms` is not a duration"),
            ("\"1ms 2us\"", "`1ms 2us` is not a duration"),
            ("\"1h\"", "`1h` is not a duration"),
            ("\"inf s\"", "`inf s` is not a duration"),
            ("\"1e3ms\"", "`1e3ms` is not a duration"),
            ("\"--1ms\"", "`--1ms` is not a duration"),
            ("\"5\"", "`5` has no unit"),
            ("\"0ms\"", "a budget of `0ms` leaves the function no time to run"),
            ("\"0\"", "`0` has no unit"),
            ("\"-1ms\"", "a budget of `-1ms` is negative"),
            ("\"10us\"", "a budget of `10us` is too short"),
            ("\"61s\"", "a budget of `61s` is too long"),
            ("\"99999999999999999999999999s\"", "a budget of `99999999999999999999999999s` is too long"),
            ("5", "`budget` takes a duration in quotes"),
            ("-1", "`budget` takes a duration in quotes"),
            ("Duration::from_millis(1)", "`budget` takes a duration in quotes"),
        ] {
            assert_eq!(problems(&format!("budget = {value}")), [message]);
        }
        assert_eq!(problems("budget"), ["`budget` has no value"]);
        assert_eq!(problems("budget(\"1ms\")"), ["`budget` has no value"]);
    }
}
