//! Replacements for the code of findings, where these are mechanical.

use onloop_analysis::catalogue::{self, Remedy};
use onloop_analysis::rule_id;
use syn::visit::{self, Visit};

use crate::edit::{Edit, byte_of};
use crate::finding::Finding;

/// The changes for one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mended {
    pub(crate) edits: Vec<Edit>,
    /// The lines that it is about.
    lines: (usize, usize),
}

impl Mended {
    /// Whether an error in a line may come from it. Other changes may have moved the line a little.
    pub(crate) fn is_near(&self, line: usize) -> bool {
        const MOVED: usize = 3;
        (self.lines.0.saturating_sub(MOVED)..=self.lines.1 + MOVED).contains(&line)
    }
}

/// The changes that mend a finding; nothing where nobody but its author can.
pub(crate) fn mend(text: &str, found: &Finding) -> Option<Mended> {
    let file = syn::parse_file(text).ok()?;
    let mut finder = Finder { at: (found.line, found.column), asynchronous: Vec::new(), call: None };
    finder.visit_file(&file);
    let call = finder.call.filter(|call| call.may_await);
    match found.rule.as_str() {
        rule_id::BLOCKING_CALL => {
            let call = call?;
            match (sibling(found), call.path) {
                (Some(instead), Some(path)) => Some(call_sibling(text, instead, path, call.extent)),
                _ => Some(hand_over(text, call.extent)),
            }
        }
        rule_id::BLOCKING_TRANSITIVE => Some(hand_over(text, call?.extent)),
        rule_id::GUARD_ACROSS_AWAIT => drop_before(text, &file, found),
        _ => None,
    }
}

/// The lines and columns that something stands at, all from 1.
type Extent = [usize; 4];

fn extent(spanned: &impl syn::spanned::Spanned) -> Extent {
    let span = spanned.span();
    [span.start().line, span.start().column + 1, span.end().line, span.end().column + 1]
}

/// What the catalogue says to await instead of a function.
fn sibling(found: &Finding) -> Option<&'static str> {
    match catalogue::call(&found.callee)?.remedy() {
        Remedy::Sibling(path) if !path.contains('<') => Some(path),
        _ => None,
    }
}

/// `std::fs::read(x)` becomes `tokio::fs::read(x).await`.
fn call_sibling(text: &str, instead: &str, path: Extent, call: Extent) -> Mended {
    let replaced = byte_of(text, path[0], path[1])..byte_of(text, path[2], path[3]);
    let end = byte_of(text, call[2], call[3]);
    let edits =
        vec![Edit { range: replaced, text: instead.to_owned() }, Edit { range: end..end, text: ".await".to_owned() }];
    Mended { edits, lines: (call[0], call[2]) }
}

/// `f(x)` becomes `tokio::task::spawn_blocking(move || f(x)).await.unwrap()`: a panic goes on as it did.
fn hand_over(text: &str, call: Extent) -> Mended {
    let (start, end) = (byte_of(text, call[0], call[1]), byte_of(text, call[2], call[3]));
    let edits = vec![
        Edit { range: start..start, text: "tokio::task::spawn_blocking(move || ".to_owned() },
        Edit { range: end..end, text: ").await.unwrap()".to_owned() },
    ];
    Mended { edits, lines: (call[0], call[2]) }
}

/// A line `drop(guard);` before the statement that first awaits behind the guard's `let`.
fn drop_before(text: &str, file: &syn::File, found: &Finding) -> Option<Mended> {
    let mut finder = Guard { at: (found.line, found.column), found: None };
    finder.visit_file(file);
    let (name, statement) = finder.found?;
    let at = byte_of(text, statement[0], statement[1]);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let indent: String = text[start..at].chars().take_while(|letter| letter.is_whitespace()).collect();
    let edits = vec![Edit { range: at..at, text: format!("drop({name});\n{indent}") }];
    Some(Mended { edits, lines: (statement[0], statement[2]) })
}

/// A call, found by where it is pointed at.
struct Call {
    extent: Extent,
    /// Of a function: its path.
    path: Option<Extent>,
    may_await: bool,
}

struct Finder {
    at: (usize, usize),
    /// Whether the functions, closures and blocks around may await, the innermost last.
    asynchronous: Vec<bool>,
    call: Option<Call>,
}

impl Finder {
    fn within(&mut self, asynchronous: bool, walk: impl FnOnce(&mut Self)) {
        self.asynchronous.push(asynchronous);
        walk(self);
        self.asynchronous.pop();
    }

    fn take(&mut self, at: Extent, call: Extent, path: Option<Extent>) {
        if (at[0], at[1]) == self.at && self.call.is_none() {
            let may_await = self.asynchronous.last().copied().unwrap_or_default();
            self.call = Some(Call { extent: call, path, may_await });
        }
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within(item.sig.asyncness.is_some(), |this| visit::visit_item_fn(this, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within(item.sig.asyncness.is_some(), |this| visit::visit_impl_item_fn(this, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.within(item.sig.asyncness.is_some(), |this| visit::visit_trait_item_fn(this, item));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.within(closure.asyncness.is_some(), |this| visit::visit_expr_closure(this, closure));
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.within(true, |this| visit::visit_expr_async(this, block));
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let path = extent(&call.func);
        self.take(path, extent(call), matches!(*call.func, syn::Expr::Path(_)).then_some(path));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.take(extent(&call.method), extent(call), None);
        visit::visit_expr_method_call(self, call);
    }
}

/// The variable of a guard, and the first statement behind it that awaits.
struct Guard {
    at: (usize, usize),
    found: Option<(String, Extent)>,
}

impl<'ast> Visit<'ast> for Guard {
    fn visit_block(&mut self, block: &'ast syn::Block) {
        let mut name = None;
        for statement in &block.stmts {
            if let Some(name) = &name
                && self.found.is_none()
                && awaits(statement)
            {
                self.found = Some((String::clone(name), extent(statement)));
            }
            if let syn::Stmt::Local(local) = statement
                && holds(local, self.at)
                && let syn::Pat::Ident(variable) = &local.pat
            {
                name = Some(variable.ident.to_string());
            }
        }
        visit::visit_block(self, block);
    }
}

/// Whether a `let` begins at a place, or has it in its pattern or value.
fn holds(local: &syn::Local, (line, column): (usize, usize)) -> bool {
    let [from, from_column, to, to_column] = extent(local);
    (from, from_column) <= (line, column) && (line, column) < (to, to_column)
}

fn awaits(statement: &syn::Stmt) -> bool {
    struct Awaits(bool);
    impl<'ast> Visit<'ast> for Awaits {
        fn visit_expr_await(&mut self, _: &'ast syn::ExprAwait) {
            self.0 = true;
        }
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut found = Awaits(false);
    found.visit_stmt(statement);
    found.0
}

#[cfg(test)]
mod tests {
    use super::mend;
    use crate::edit::apply;
    use crate::finding::Finding;

    fn mended(text: &str, rule: &str, callee: &str, at: &str) -> Option<String> {
        let at = text.find(at).unwrap();
        let found = Finding { rule: rule.to_owned(), callee: callee.to_owned(), column: at + 1, ..Finding::nowhere() };
        mend(text, &found).map(|mended| apply(text, &mended.edits))
    }

    #[test]
    fn a_sibling_is_awaited() {
        let text = "async fn f() { let t = std::fs::read(\"x\")?; }";
        let expected = "async fn f() { let t = tokio::fs::read(\"x\").await?; }";
        assert_eq!(mended(text, "blocking_call", "std::fs::read", "std").as_deref(), Some(expected));
        assert_eq!(mended("fn f() { std::fs::read(\"x\"); }", "blocking_call", "std::fs::read", "std"), None);
        let closure = "async fn f() { g(|| std::fs::read(\"x\")); }";
        assert_eq!(mended(closure, "blocking_call", "std::fs::read", "std"), None);
    }

    #[test]
    fn the_executor_takes_the_rest() {
        let text = "async fn f() { a.load(1).b(); }";
        let expected = "async fn f() { tokio::task::spawn_blocking(move || a.load(1)).await.unwrap().b(); }";
        assert_eq!(mended(text, "blocking_transitive", "load", "load").as_deref(), Some(expected));
    }

    #[test]
    fn a_guard_is_dropped() {
        let text = "async fn f() { let g = m.lock(); g.x(); h().await; }";
        let expected = "async fn f() { let g = m.lock(); g.x(); drop(g);\nh().await; }";
        assert_eq!(mended(text, "guard_across_await", "g", "g = ").as_deref(), Some(expected));
    }
}
