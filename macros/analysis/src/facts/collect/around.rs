//! What the walker remembers of the code around the place where it is.

use std::cell::OnceCell;
use std::rc::Rc;

use super::live::{Exit, Value};
use super::shape::is_wrapper;
use crate::facts::locks::{Call, Held};
use crate::syntax::point::Point;
use crate::syntax::quick::HashMap;
use crate::types::scope::Since;

/// A loop, or a block with a label.
#[derive(Debug, Default)]
pub(super) struct Around {
    pub(super) label: Option<String>,
    pub(super) is_block: bool,
    /// How many variables were bound before it.
    pub(super) bound: usize,
    /// There is a way out.
    pub(super) leaves: bool,
    /// How it is left by `break`, and begun anew by `continue`.
    pub(super) breaks: Vec<Exit>,
    pub(super) continues: Vec<Exit>,
    /// What `break` gives.
    pub(super) value: Value,
}

/// A place for probes that the walk is inside of.
pub(super) struct Open {
    pub(super) since: Since,
    /// Told where that is if a probe stands here.
    pub(super) point: Option<Rc<OnceCell<Point>>>,
    /// Something in it is exempt, so clippy's lints are allowed in it.
    pub(super) is_exempt: bool,
}

/// Which use stands last in the chain that an expression is, by the place of its last call in memory.
#[derive(Debug, Default)]
pub(super) struct Chains(pub(super) HashMap<*const (), usize>);

impl Chains {
    pub(super) fn of(&self, expression: &syn::Expr) -> Option<usize> {
        self.0.get(&last_call(expression)?).copied()
    }
}

/// The last call of a chain, behind what only looks at its value.
fn last_call(expression: &syn::Expr) -> Option<*const ()> {
    match expression {
        syn::Expr::MethodCall(call) => Some(std::ptr::from_ref(call).cast()),
        syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => last_call(&call.args[0]),
        syn::Expr::Call(call) => Some(std::ptr::from_ref(call).cast()),
        syn::Expr::Await(inner) => last_call(&inner.base),
        syn::Expr::Cast(inner) => last_call(&inner.expr),
        syn::Expr::Field(inner) => last_call(&inner.base),
        syn::Expr::Group(inner) => last_call(&inner.expr),
        syn::Expr::Index(inner) => last_call(&inner.expr),
        syn::Expr::Paren(inner) => last_call(&inner.expr),
        syn::Expr::Reference(inner) => last_call(&inner.expr),
        syn::Expr::Try(inner) => last_call(&inner.expr),
        syn::Expr::Unary(inner) => last_call(&inner.expr),
        _ => None,
    }
}

/// What is known of threads and sockets.
#[derive(Debug, Default)]
pub(super) struct Ready {
    /// How many conditions around say that a thread has ended.
    pub(super) finished: usize,
    /// The variables and fields on which `set_nonblocking(true)` was called.
    pub(super) nonblocking: Vec<String>,
}

impl Ready {
    /// A method is called that may be `socket.set_nonblocking(true)`.
    pub(super) fn called(&mut self, method: &str, receiver: Option<String>, argument: Option<&syn::Expr>) {
        let Some(receiver) = receiver.filter(|_| method == "set_nonblocking") else { return };
        let is_set = match argument {
            Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. })) => value.value,
            // It may be.
            _ => true,
        };
        self.nonblocking.retain(|known| *known != receiver);
        self.nonblocking.extend(is_set.then_some(receiver));
    }
}

/// What is held while the closures of a call run, besides what is alive around it.
#[derive(Debug, Default)]
pub(super) struct ClosuresUnder {
    pub(super) held: Vec<Held>,
    /// They run when somebody takes from the iterator: by then a guard in a variable may be gone.
    pub(super) is_lazy: bool,
    /// The function of the crate that they are given to.
    pub(super) call: Option<Call>,
}

impl ClosuresUnder {
    /// Nothing more, and when they run is not known.
    pub(super) fn lazy() -> ClosuresUnder {
        ClosuresUnder { is_lazy: true, ..ClosuresUnder::default() }
    }
}
