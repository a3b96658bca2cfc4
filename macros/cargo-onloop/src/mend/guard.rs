//! Where a guard can be dropped before somebody waits.

use syn::visit::{self, Visit};

use super::place::{Extent, extent, holds};

/// The variable of the guard that is pointed at, and the first statement behind its use that awaits.
pub(crate) fn find(file: &syn::File, at: (usize, usize)) -> Option<(String, Extent)> {
    let mut finder = Finder { at, found: None };
    finder.visit_file(file);
    finder.found
}

struct Finder {
    at: (usize, usize),
    found: Option<(String, Extent)>,
}

impl Finder {
    /// The first of the statements that awaits behind those that use the guard. A guard that nobody uses is held for
    /// what happens meanwhile.
    fn look(&mut self, name: &str, statements: &[syn::Stmt]) {
        let Some(awaiting) = statements.iter().position(awaits) else { return };
        let is_used = statements[..awaiting].iter().any(|statement| mentions(statement, name));
        if is_used && !name.starts_with('_') && self.found.is_none() {
            self.found = Some((name.to_owned(), extent(&statements[awaiting])));
        }
    }
}

/// The one variable of a pattern.
fn bound(pattern: &syn::Pat) -> Option<String> {
    struct Names(Vec<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, ident: &'ast syn::PatIdent) {
            self.0.push(ident.ident.to_string());
            visit::visit_pat_ident(self, ident);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    // `None` may stand there as well, which binds nothing.
    names.0.retain(|name| name.starts_with(|first: char| first.is_lowercase() || first == '_'));
    (names.0.len() == 1).then(|| names.0.remove(0))
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_block(&mut self, block: &'ast syn::Block) {
        // The innermost `let` is meant.
        visit::visit_block(self, block);
        for (number, statement) in block.stmts.iter().enumerate() {
            if let syn::Stmt::Local(local) = statement
                && holds(extent(local), self.at)
                && let Some(name) = bound(&local.pat)
            {
                self.look(&name, &block.stmts[number + 1..]);
            }
        }
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        if let syn::Expr::Let(condition) = &*branch.cond
            && holds(extent(condition), self.at)
            && let Some(name) = bound(&condition.pat)
        {
            self.look(&name, &branch.then_branch.stmts);
        }
        visit::visit_expr_if(self, branch);
    }

    fn visit_expr_match(&mut self, branches: &'ast syn::ExprMatch) {
        let of_all = holds(extent(&*branches.expr), self.at);
        for arm in &branches.arms {
            if let syn::Expr::Block(body) = &*arm.body
                && (of_all || holds(extent(&arm.pat), self.at))
                && let Some(name) = bound(&arm.pat)
            {
                self.look(&name, &body.block.stmts);
            }
        }
        visit::visit_expr_match(self, branches);
    }
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
        fn visit_macro(&mut self, called: &'ast syn::Macro) {
            // `select!` and its like wait.
            self.0 |= called.tokens.to_string().contains("await")
                || called
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| matches!(&*last.ident.to_string(), "select" | "join" | "try_join"));
        }
    }
    let mut found = Awaits(false);
    found.visit_stmt(statement);
    found.0
}

/// Whether a name stands in a statement, in macros too.
fn mentions(statement: &syn::Stmt, name: &str) -> bool {
    use quote::ToTokens as _;
    fn look(tokens: proc_macro2::TokenStream, name: &str) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => ident == name,
            proc_macro2::TokenTree::Group(group) => look(group.stream(), name),
            proc_macro2::TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{name}")),
            proc_macro2::TokenTree::Punct(_) => false,
        })
    }
    look(statement.to_token_stream(), name)
}
