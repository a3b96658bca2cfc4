//! The lines of a function that are exempt from the rules on blocking. Checks at run time see lines, not tokens.
//!
//! The lines are found by tokens alone, since `ONLOOP_LEVEL=off` walks no body and the exemptions still apply. A
//! function without an exemption never comes here.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser as _};

use crate::syntax::exemption::{Exemption, exemptions};
use crate::syntax::mark;
use crate::syntax::tokens::is_punct;

/// Written in a site where the whole function is exempt.
pub(crate) const ALL: &str = "*";

/// Where a token stands in the function's file; nothing for one of another file.
pub(crate) type LineOf<'a> = &'a dyn Fn(Span) -> Option<usize>;

/// The lines, each range from its first to its last, in order.
#[derive(Debug, Default)]
pub(crate) struct Lines(Vec<(usize, usize)>);

impl Lines {
    /// Those of what bears an exemption in a body.
    pub(crate) fn of(body: TokenStream, line: LineOf<'_>) -> Lines {
        let mut found = Vec::new();
        find(body, line, &mut found);
        found.sort_unstable();
        let mut lines: Vec<(usize, usize)> = Vec::new();
        for (first, last) in found {
            match lines.last_mut() {
                Some(before) if first <= before.1 => before.1 = before.1.max(last),
                _ => lines.push((first, last)),
            }
        }
        Lines(lines)
    }

    /// Those that a closure has a part in, which begins at `mark`: what stands in it, and what it stands in.
    pub(crate) fn in_closure(&self, mark: Span, closure: &TokenStream, line: LineOf<'_>) -> Lines {
        let Some(first) = line(mark).filter(|_| !self.0.is_empty()) else { return Lines::default() };
        let last = last_of_all(closure, line).unwrap_or(first);
        Lines(self.0.iter().filter(|range| range.0 <= last && first <= range.1).copied().collect())
    }

    /// As a site has it: `12-14,20`.
    pub(crate) fn text(&self) -> String {
        let range = |&(first, last): &(usize, usize)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        };
        self.0.iter().map(range).collect::<Vec<_>>().join(",")
    }
}

fn find(tokens: TokenStream, line: LineOf<'_>, found: &mut Vec<(usize, usize)>) {
    let mut tokens = tokens.into_iter();
    let mut is_attribute = false;
    while let Some(token) = tokens.next() {
        if is_punct(&token, '#')
            && let Some(function) = mark::marked_function(&token, &tokens)
        {
            tokens.by_ref().take(function).for_each(drop);
            continue;
        }
        if let TokenTree::Group(group) = &token {
            if is_attribute && exemptions(group).iter().any(Exemption::is_for_blocking) {
                found.extend(range(&exempt_part(tokens.clone().collect()), line));
            }
            find(group.stream(), line, found);
        }
        is_attribute = is_punct(&token, '#');
    }
}

/// Of the tokens behind an attribute those that it is for.
fn exempt_part(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let all = || tokens.iter().cloned().collect::<TokenStream>();
    // A statement ends with a semicolon, or is one by its braces; an arm has an arrow; the rest is an expression.
    let behind = match behind::<syn::Stmt>.parse2(all()) {
        // A function in the body answers for itself.
        Ok((syn::Stmt::Item(_), _)) => return Vec::new(),
        Ok((_, behind)) => Ok(behind),
        Err(_) => behind::<syn::Arm>.parse2(all()).map(|(_, behind)| behind),
    };
    let behind = behind.or_else(|_| behind_expression.parse2(all()));
    let Ok(count) = behind.map(|behind| behind.into_iter().count()) else { return Vec::new() };
    tokens[..tokens.len() - count].to_vec()
}

fn behind<T: Parse>(input: ParseStream<'_>) -> syn::Result<(T, TokenStream)> {
    Ok((input.parse()?, input.parse()?))
}

fn behind_expression(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    behind::<syn::Expr>(input).map(|(_, behind)| behind)
}

fn range(tokens: &[TokenTree], line: LineOf<'_>) -> Option<(usize, usize)> {
    let first = line(tokens.first()?.span())?;
    // What a macro puts together may end where it does not begin.
    let last = last_line(tokens.last()?, line).filter(|&last| last >= first);
    Some((first, last.unwrap_or(first)))
}

fn last_line(token: &TokenTree, line: LineOf<'_>) -> Option<usize> {
    match token {
        TokenTree::Group(group) if group.delimiter() != Delimiter::None => line(group.span_close()),
        TokenTree::Group(group) => group.stream().into_iter().last().and_then(|last| last_line(&last, line)),
        token => line(token.span()),
    }
}

/// The last line that any of the tokens has. Braces that were put around a body have no place of their own.
fn last_of_all(tokens: &TokenStream, line: LineOf<'_>) -> Option<usize> {
    let lines = tokens.clone().into_iter().filter_map(|token| {
        let inside = match &token {
            TokenTree::Group(group) => last_of_all(&group.stream(), line),
            _ => None,
        };
        last_line(&token, line).max(inside)
    });
    lines.max()
}

#[cfg(test)]
mod tests {
    use crate::testing::exempt_lines_of;
    use crate::{Kind, Level};

    /// The texts of all sites that a function becomes, its own first.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        for level in [Level::Error, Level::Off] {
            assert_eq!(exempt_lines_of(Kind::Callback, text, level), expected, "in\n{text}");
        }
    }

    const ALLOW: &str = "#[onloop::allow(blocking_call, reason = \"r\")]";

    #[test]
    fn nothing_is_exempt_without_an_exemption() {
        check("fn f() { g(); }", &[""]);
        check("#[allow(unused)] fn f() { #[allow(unused)] let x = 1; }", &[""]);
        for other in ["untracked_spawn", "dropped_future", "blocking", "blocking_calls"] {
            check(&format!("#[onloop::allow({other}, reason = \"r\")] fn f() {{ g(); }}"), &[""]);
            check(&format!("fn f() {{ #[onloop::allow({other}, reason = \"r\")] g(); }}"), &[""]);
        }
        check("fn f() { #[allow(onloop::blocking_call)] g(); }", &[""]);
    }

    #[test]
    fn a_function_is_exempt_as_a_whole() {
        for rules in ["blocking_call", "dropped_future, blocking_transitive", "onloop::blocking_call"] {
            for word in ["allow", "expect"] {
                check(
                    &format!("#[onloop::{word}({rules}, reason = \"r\")] fn f() {{ g(#[callback] || 1); }}"),
                    &["*", "*"],
                );
                check(&format!("fn f() {{ #![onloop::{word}({rules})] g(); }}"), &["*"]);
            }
        }
    }

    #[test]
    fn a_statement_from_its_first_line_to_its_last() {
        check(&format!("fn f() {{\n{ALLOW}\ng();\nh();\n}}"), &["3"]);
        check(&format!("fn f() {{\n{ALLOW} g(\n1,\n)\n.h();\ni();\n}}"), &["2-5"]);
        check(&format!("fn f() {{\n{ALLOW}\nlet x = if y {{\n1 }} else {{\n2\n}};\nh();\n}}"), &["3-6"]);
        check(&format!("fn f() {{\n{ALLOW}\nif y {{\ng();\n}}\n(h)();\n}}"), &["3-5"]);
        check(&format!("fn f() {{\n{ALLOW}\nx =\ng();\ny = h();\n}}"), &["3-4"]);
        check(&format!("fn f() {{\n{ALLOW}\ng!(\n1);\nh();\n}}"), &["3-4"]);
        check(&format!("fn f() {{\ng();\n{ALLOW}\nh()\n+ 1\n}}"), &["4-5"]);
        check(&format!("fn f() {{\n{ALLOW}\n#[cfg(x)]\ng();\n}}"), &["3-4"]);
        check("fn f() {\n#[onloop::expect(blocking_transitive)]\ng();\n}", &["3"]);
    }

    #[test]
    fn an_expression_ends_where_the_next_begins() {
        check(&format!("fn f() {{\ng({ALLOW} h(\n),\ni(\n));\n}}"), &["2-3"]);
        check(&format!("fn f() {{\nlet x = {ALLOW}\ng();\nh();\n}}"), &["3"]);
        check(&format!("fn f() {{\nmatch x {{\n{ALLOW}\nSome(y) if y =>\ng(),\n_ => h(),\n}}\n}}"), &["4-5"]);
        check(&format!("fn f() {{\njoin!(\n{ALLOW}\ng(),\nh());\n}}"), &["4"]);
    }

    #[test]
    fn several_are_in_order_and_those_inside_others_are_not_told() {
        check(&format!("fn f() {{\n{ALLOW} {{\n{ALLOW} g();\n\n}}\nh();\n{ALLOW} i();\n}}"), &["2-5,7"]);
        check(&format!("fn f() {{\n{ALLOW} g(); {ALLOW} g();\n{ALLOW} h();\n}}"), &["2,3"]);
    }

    #[test]
    fn a_marked_closure_has_what_is_in_it_and_around_it() {
        check(&format!("fn f() {{\n{ALLOW} g();\nh(#[callback] |e: &E| {{\n{ALLOW} g();\n}});\n}}"), &["2,4", "4"]);
        check(
            &format!("fn f() {{\n{ALLOW}\nh(\n#[callback] || g(),\n);\ni(#[blocking] || 1);\n}}"),
            &["3-5", "3-5", ""],
        );
        check(
            &format!("fn f() {{\nh(#[callback] || {{\n{ALLOW} g();\ni(#[callback] || {{\n{ALLOW} g();\n}});\n}});\n}}"),
            &["3,5", "3,5", "5"],
        );
        check(
            &format!("fn f() {{\nh({ALLOW} #[callback] || g());\nh(#[callback] {ALLOW}\n|| g());\n}}"),
            &["2,4", "2", "4"],
        );
    }

    #[test]
    fn a_function_in_the_body_answers_for_itself() {
        check(&format!("fn f() {{\n{ALLOW}\nfn g() {{ h(); }}\n}}"), &[""]);
        check(&format!("fn f() {{\n#[onloop::callback]\nfn g() {{ {ALLOW} h(); }}\n}}"), &[""]);
        check(&format!("fn f() {{\nfn g() {{ {ALLOW} h(); }}\n}}"), &["2"]);
    }

    #[test]
    fn what_is_no_code_is_left_alone() {
        check(&format!("fn f() {{ m!({ALLOW} => =>); }}"), &[""]);
        check(&format!("fn f() {{ m!({ALLOW}); }}"), &[""]);
    }
}
