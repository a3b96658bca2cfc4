//! Collect: the body is parsed and the model filled, with what the functions do that the body uses.

use quote::ToTokens as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use super::Engine;
use super::locate::Located;
use super::subject::Subject;
use super::whereabouts::Whereabouts;
use crate::facts::collect::Collector;
use crate::facts::locks::Pass;
use crate::facts::model::{Callee, DroppedBy, Event, Form, Happens, Model, Relock, RunsOn, Signature};
use crate::syntax::item::Item;
use crate::syntax::kind::Kind;
use crate::syntax::tokens::is_punct;
use crate::syntax::type_ref::TypeRef;
use crate::types::drops::Destructor;
use crate::types::locks::Mode;
use crate::types::scope::Scope;

impl Engine {
    /// Fills the model. What does not parse is left to the compiler.
    pub(super) fn collect(&mut self, subject: Subject, item: &Item, located: &mut Located, model: &mut Model) {
        let generics = item.generics.clone();
        let inputs = Punctuated::<syn::FnArg, syn::Token![,]>::parse_terminated.parse2(item.inputs.stream());
        let bounds = syn::parse2::<Option<syn::WhereClause>>(item.bounds.clone());
        let body = syn::Block::parse_within.parse2(match &located.whereabouts {
            Whereabouts::Inside(body) => body.clone(),
            Whereabouts::Here | Whereabouts::Under(_) => located.body.clone(),
        });
        let (Ok(body), Ok(mut generics), Ok(inputs)) = (body, syn::parse2::<syn::Generics>(generics), inputs) else {
            return;
        };
        generics.where_clause = bounds.ok().flatten();
        // A function that returns a future may await only inside the block that makes it.
        let may_await = model.asyncness.is_some() || model.kind == Kind::Coroutine;
        model.signature = Signature {
            returns: !item.output.is_empty(),
            borrows: inputs.iter().any(is_lent),
            is_fixed: located.function.is_some_and(|(_, function)| self.index.is_of_trait(function)),
        };
        let scope = match located.function {
            Some((here, function)) => Scope::of(&mut self.index, &self.known, here, function),
            None => Scope::new(&mut self.index, &self.known, None),
        };
        let output = syn::parse2::<syn::Type>(item.output.clone()).ok().map(|output| TypeRef::of(&output));
        let collector = Collector::new(scope, model, &mut located.exemptions, may_await).returning(output);
        let collector = match (&located.whereabouts, located.function) {
            (Whereabouts::Under(name), Some((_, function))) => collector.with_body_under(name, function),
            _ => collector,
        };
        let collector = if subject == Subject::Tasks { collector.with_tasks() } else { collector };
        let closures = collector.function(&generics, &mut inputs.iter(), &body);
        closures.settle(model, &mut |argument| self.summaries.runs(&mut self.index, argument));
        self.follow(model);
    }

    /// How the functions block that a body uses.
    fn follow(&mut self, model: &mut Model) {
        model.marked.iter_mut().for_each(|marked| self.follow(marked));
        for event in &mut model.events {
            if let Happens::Loses(losing) = &mut event.what
                && let Some(function) = losing.through
            {
                losing.loses = self.summaries.loses(&mut self.index, function);
            }
            let Happens::Drops(dropped) = &mut event.what else { continue };
            dropped.by = dropped.destructors.iter().find_map(|destructor| match destructor {
                Destructor::Local(function, of) => {
                    let chain = self.summaries.chain(&mut self.index, *function, &model.strict)?;
                    Some(DroppedBy::Local(of.clone(), chain))
                }
                Destructor::Listed(listed) => Some(DroppedBy::Listed(*listed)),
            });
        }
        for pass in std::mem::take(&mut model.locks.passes) {
            if let Some((held, taken)) = self.summaries.locks_again(&mut self.index, &pass) {
                let reads = held.mode != Mode::Exclusive && taken.mode == Mode::Queued;
                let relock = Relock { lock: held.lock, through: taken.through, panics: taken.panics, reads };
                let Pass { place, tokens, context, .. } = pass;
                model.events.push(Event { what: Happens::Relocks(relock), place, tokens, context });
            }
        }
        for found in &mut model.uses {
            if let (Callee::Local(None, Some(function)), RunsOn::Loop) = (&found.callee, found.place) {
                if self.index.function(*function).marker.is_some() && !function.is_iterator() {
                    self.summaries.answer_for(*function);
                }
                found.chain = self.summaries.chain(&mut self.index, *function, &model.strict);
                match (&mut found.chain, found.form) {
                    (Some(chain), Form::Lazy) => {
                        chain.through.insert(0, self.index.function(*function).name.clone());
                    }
                    (Some(chain), Form::Implicit) => chain.through.insert(0, self.index.name_with_owner(*function)),
                    _ => {}
                }
            }
        }
    }
}

/// Whether a parameter holds something that is only lent. A hub is there as long as its tasks.
fn is_lent(input: &syn::FnArg) -> bool {
    let of = match input {
        syn::FnArg::Receiver(receiver) => return !matches!(receiver.kind, syn::ReceiverKind::Value),
        syn::FnArg::Typed(typed) => &*typed.ty,
    };
    match of {
        syn::Type::Reference(reference) => !is_hub(&reference.elem),
        of => of.to_token_stream().into_iter().any(|token| is_punct(&token, '&')),
    }
}

fn is_hub(of: &syn::Type) -> bool {
    matches!(of, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Hub"))
}
