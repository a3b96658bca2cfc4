//! The walker: what it knows at the place where it is, and how it notes what it finds.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::around::{Around, Chains, ClosuresUnder, Open, Ready};
use super::capture::{Taken, takes};
use super::live::{Live, State, Value};
use super::render::written;
use super::shape::refers;
use crate::facts::closures::Closures;
use crate::facts::locks::{HeldAround, LockPlace};
use crate::facts::model::{
    Callee, Context, Dropped, EndlessLoop, Event, Fate, Form, Happens, Inside, Model, RunsOn, Use,
};
use crate::knowledge::keepers::Ends;
use crate::source::Cfg;
use crate::source::FunctionId;
use crate::syntax::exemption::Exemption;
use crate::syntax::kind::Kind;
use crate::syntax::path::path_of;
use crate::syntax::quick::{HashMap, HashSet};
use crate::syntax::rule_id;
use crate::syntax::type_ref::TypeRef;
use crate::types::guards::Guarded;
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};
use crate::types::ty::Type;

/// Walks one body and fills the model.
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
pub(crate) struct Collector<'m, 'i> {
    pub(super) scope: Scope<'i>,
    pub(super) model: &'m mut Model,
    pub(super) exemptions: &'m mut Vec<Exemption>,
    /// Test code is not looked at, not even in a test build.
    pub(super) cfg: Cfg,
    pub(super) place: RunsOn,
    pub(super) may_await: bool,
    /// Inside a closure that is not async.
    pub(super) in_closure: bool,
    /// In an async block.
    pub(super) in_task: bool,
    pub(super) context: Context,
    pub(super) live: Live,
    /// The loops and labelled blocks around, innermost last.
    pub(super) loops: Vec<Around>,
    /// A loop is gone through once more.
    pub(super) again: bool,
    /// Closures that are held in variables or given to functions of the crate.
    pub(super) closures: Closures,
    /// Places for probes, the innermost last.
    pub(super) points: Vec<Open>,
    /// Contexts of the enclosing code that clippy skips, innermost last.
    pub(super) lint_allowed_around: Vec<RunsOn>,
    /// How many macros are around.
    pub(super) in_macros: usize,
    /// How many of them may do anything with the statements that they are given: await each, or wait where it yields.
    pub(super) in_strange_macros: usize,
    /// What another attribute calls the function that has the body now.
    body_under: Option<(String, FunctionId)>,
    pub(super) chains: Chains,
    pub(super) ready: Ready,
    /// Nothing names the variable of the `let` that is walked next.
    pub(super) is_forgotten: bool,
    /// Where code runs that hands a variable on to run elsewhere.
    pub(super) from: Option<RunsOn>,
    /// Where closures run that are given to the iterator that is walked next.
    pub(super) lazy: Option<RunsOn>,
    /// What the closure that is walked next is given.
    pub(super) given: Vec<Type>,
    /// The locks that are held while that closure runs.
    pub(super) around: HeldAround,
    /// What is held while the closures of the call that is walked run, besides what is alive.
    pub(super) closures_under: ClosuresUnder,
    /// Variables that are other names for a place, by how many were bound before each.
    pub(super) aliases: HashMap<usize, LockPlace>,
    /// Variables that stand for something else by now.
    pub(super) reassigned: HashSet<usize>,
    /// Statics whose first use has been seen.
    pub(super) filled: HashSet<String>,
    /// How many statics lead here, each initialised by the next.
    pub(super) in_lazies: u8,
    /// The body of a function is looked at that was handed over by its name.
    pub(super) is_in_asked: bool,
    /// The closure, by its place in memory, of which is thrown away what it gives.
    pub(super) drops_each: Option<*const syn::ExprClosure>,
    /// Something is taken from the iterator that the next closure gives.
    pub(super) takes_given: bool,
    /// Variables that hold a future which never waits, with how messages name it.
    pub(super) futile: HashMap<usize, String>,
    /// Tasks without an end, with the set that they were started in.
    pub(super) endless_in: Vec<(String, TokenStream)>,
    /// The places, as written, of which it may be known that they are empty.
    pub(super) looked_into: HashSet<String>,
    /// Variables that hold a value or a reference to it, with the type of that, by how many were bound before each.
    pub(super) kept: HashMap<usize, Type>,
    /// What the function returns, as written, and what that is; nothing in closures and tasks.
    output: Option<TypeRef>,
    pub(super) returns: Type,
    /// What conversions are to give, by the place of the call in memory.
    pub(super) expected: Vec<(*const (), Type)>,
    /// What stands on the way to a place that is changed, by its place in memory.
    pub(super) changed: HashSet<*const ()>,
    /// Something is taken from the iterator that is returned.
    pub(super) takes_returned: bool,
    /// The same of the one at the end of the block that is walked next.
    pub(super) takes_last: bool,
    /// The variables of the parameters.
    pub(super) parameters: Vec<Option<usize>>,
    /// How many of the branches around are taken or not as a parameter says.
    pub(super) decided: usize,
    /// Whether tasks that are started here are models of their own.
    pub(super) has_tasks: bool,
}

impl<'m, 'i> Collector<'m, 'i> {
    pub(crate) fn new(
        scope: Scope<'i>,
        model: &'m mut Model,
        exemptions: &'m mut Vec<Exemption>,
        may_await: bool,
    ) -> Self {
        let cfg = Cfg { test: false, ..scope.cfg().clone() };
        // The exemptions of the function itself are around everything.
        let context = model.context.clone();
        let lint_allowed_around = if model.kind == Kind::Blocking { vec![RunsOn::Elsewhere] } else { Vec::new() };
        Collector {
            scope,
            model,
            exemptions,
            cfg,
            place: RunsOn::Loop,
            may_await,
            in_closure: false,
            in_task: false,
            context,
            live: Live::default(),
            loops: Vec::new(),
            again: false,
            closures: Closures::default(),
            points: Vec::new(),
            lint_allowed_around,
            in_macros: 0,
            in_strange_macros: 0,
            body_under: None,
            chains: Chains::default(),
            is_forgotten: false,
            ready: Ready::default(),
            from: None,
            lazy: None,
            given: Vec::new(),
            around: HeldAround::default(),
            closures_under: ClosuresUnder::default(),
            aliases: HashMap::default(),
            reassigned: HashSet::default(),
            looked_into: HashSet::default(),
            kept: HashMap::default(),
            filled: HashSet::default(),
            in_lazies: 0,
            is_in_asked: false,
            drops_each: None,
            takes_given: false,
            futile: HashMap::default(),
            endless_in: Vec::new(),
            output: None,
            returns: Type::Unknown,
            expected: Vec::new(),
            changed: HashSet::default(),
            takes_returned: false,
            takes_last: false,
            parameters: Vec::new(),
            decided: 0,
            has_tasks: false,
        }
    }

    /// The body of the function is in another one, which has this name.
    pub(crate) fn with_body_under(mut self, name: &str, function: FunctionId) -> Self {
        self.body_under = Some((name.to_owned(), function));
        self
    }

    /// The function whose body stands under the name that is called.
    pub(super) fn called_for_body(&self, path: &syn::ExprPath) -> Option<FunctionId> {
        let (name, function) = self.body_under.as_ref()?;
        path.path.segments.last().is_some_and(|last| last.ident == name).then_some(*function)
    }

    /// Walks as if somebody took something from the iterator that the function returns.
    pub(crate) fn taking_from_returned(mut self) -> Self {
        self.takes_returned = true;
        self.takes_last = true;
        self
    }

    /// Tells what the function returns, as written.
    pub(crate) fn returning(mut self, output: Option<TypeRef>) -> Self {
        self.output = output;
        self
    }

    /// Binds generic parameters and arguments, then walks the body. What is in closures has no place yet: that is
    /// for [`Closures::settle`].
    pub(crate) fn function(
        mut self,
        generics: &syn::Generics,
        inputs: &mut dyn Iterator<Item = &syn::FnArg>,
        body: &[syn::Stmt],
    ) -> Closures {
        self.scope.open();
        self.scope.bind_types(generics);
        for input in inputs {
            let syn::FnArg::Typed(input) = input else {
                self.closures.has_receiver = true;
                self.owned_receiver(input);
                continue;
            };
            let is = self.scope.type_of_written(&TypeRef::of(&input.ty));
            let mut value = self.declared(&input.ty, &is, input.pat.to_token_stream());
            if value.is_empty() && !refers(&input.ty) && matches!(&*input.pat, syn::Pat::Ident(_)) {
                value = self.falling(&is, input.pat.to_token_stream());
            }
            let context = self.next_context();
            self.live.bind(&input.pat, value, &context);
            match &*input.pat {
                syn::Pat::Ident(name) => {
                    let held = self.closures.parameter(true);
                    self.parameters.push(Some(self.scope.now().bound));
                    self.keeps_parameter(&input.ty, &is);
                    self.scope.bind(&name.ident, held, is);
                }
                pattern => {
                    self.closures.parameter(false);
                    self.parameters.push(None);
                    self.scope.bind_pattern(pattern, &is);
                }
            }
        }
        if let Some(output) = self.output.take() {
            self.returns = self.scope.type_of_written(&output);
            self.expects_of_block(body, &self.returns.clone());
        }
        self.block_with(body, self.place_of_returned(), Fate::Used);
        self.has_asked_before(body);
        self.live.close(0);
        self.tell_fallen();
        self.closures
    }

    /// What is returned runs somewhere else, if it is a closure.
    pub(super) fn place_of_returned(&self) -> RunsOn {
        if self.takes_returned { RunsOn::Loop } else { RunsOn::Elsewhere }
    }

    /// A closure or async block may take along what it names.
    pub(super) fn takes_along(&mut self, code: &impl ToTokens, by_move: bool) -> Vec<(String, Guarded, State)> {
        let mut taken = Vec::new();
        for (name, is_plain) in self.live.holders() {
            match takes(code.to_token_stream(), &name) {
                Some(Taken::Looked) if is_plain && !by_move => {}
                Some(Taken::Named) => drop(self.live.captured(&name)),
                Some(Taken::Looked | Taken::Given) => taken.extend(self.live.captured(&name)),
                None => {}
            }
        }
        taken
    }

    /// Something is awaited here.
    pub(super) fn crosses(&mut self, awaited: &str) {
        if self.place != RunsOn::Elsewhere {
            let is_ours = |&&index: &&usize| self.exemptions[index].rule == rule_id::GUARD_ACROSS_AWAIT;
            let exemptions = self.context.exemptions.iter().filter(is_ours).copied().collect();
            let here = Context { gates: self.context.gates.clone(), exemptions, order: self.context.order };
            let crossed = self.live.cross(awaited, self.place, &here);
            self.model.crossings.extend(crossed);
        }
    }

    /// Every loop around has a way out here.
    pub(super) fn leaves(&mut self) {
        self.loops.iter_mut().for_each(|around| around.leaves = true);
    }

    /// Another body: of what is alive only `live` reaches into it.
    pub(super) fn apart(&mut self, live: Live, walk: impl FnOnce(&mut Self)) {
        let live = std::mem::replace(&mut self.live, live);
        let loops = std::mem::take(&mut self.loops);
        walk(self);
        self.tell_fallen();
        (self.live, self.loops) = (live, loops);
    }

    /// The body of a closure or async block, with its parameters.
    pub(super) fn in_body(&mut self, walk: impl FnOnce(&mut Self)) {
        let body = self.scope.now().body;
        self.scope.in_body(body + 1);
        let returns = std::mem::replace(&mut self.returns, Type::Unknown);
        let takes = (std::mem::take(&mut self.takes_returned), std::mem::take(&mut self.takes_last));
        walk(self);
        (self.takes_returned, self.takes_last) = takes;
        self.returns = returns;
        self.scope.in_body(body);
    }

    /// The body of a closure or match arm. A block has statements of its own for what is to stand in front of them.
    pub(super) fn headed(&mut self, body: &syn::Expr, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        match body {
            syn::Expr::Block(_) | syn::Expr::Async(_) | syn::Expr::Unsafe(_) => walk(self),
            _ => self.at_point(body, false, walk),
        }
    }

    pub(super) fn running<R>(&mut self, place: RunsOn, walk: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.place, place);
        let value = walk(self);
        self.place = before;
        value
    }

    pub(super) fn awaiting(&mut self, may_await: bool, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.may_await, may_await);
        walk(self);
        self.may_await = before;
    }

    pub(super) fn loops_for_ever(&mut self, leaves: bool, tokens: TokenStream) {
        if !leaves && self.place != RunsOn::Elsewhere && self.in_strange_macros == 0 {
            let context = self.next_context();
            self.model.loops.push(EndlessLoop { place: self.place, tokens, context });
        }
    }

    /// A loop only looks at something.
    pub(super) fn spun(&mut self, looked_at: Option<String>, tokens: TokenStream) {
        if let Some(looked_at) = looked_at.filter(|_| self.in_strange_macros == 0) {
            self.happens(Happens::Spins(looked_at), tokens);
        }
    }

    pub(super) fn happens(&mut self, what: Happens, tokens: TokenStream) {
        if self.place != RunsOn::Elsewhere {
            let context = self.next_context();
            self.model.events.push(Event { what, place: self.place, tokens, context });
        }
    }

    /// A future is made and thrown away.
    pub(super) fn drops(&mut self, written: Option<String>, tokens: TokenStream) {
        self.drops_what(None, written, tokens);
    }

    pub(super) fn drops_what(&mut self, ends: Option<Ends>, written: Option<String>, tokens: TokenStream) {
        if self.place != RunsOn::Elsewhere && self.in_strange_macros == 0 {
            let context = self.next_context();
            self.model.dropped.push(Dropped { ends, written, place: self.place, tokens, context });
        }
    }

    pub(super) fn path(&mut self, path: &syn::ExprPath, form: Form, fate: Fate) {
        if let Some(callee) = self.callee(path, Namespace::Value) {
            self.found(callee, form, fate, written(path), path.to_token_stream());
        } else {
            self.fills(path);
        }
    }

    /// What a path leads to; nothing if no rule asks about it. A variable is noted as used here.
    pub(super) fn callee(&mut self, path: &syn::ExprPath, namespace: Namespace) -> Option<Callee> {
        if let Some(function) = self.called_for_body(path) {
            return Some(Callee::Local(None, Some(function)));
        }
        let written = path_of(&path.path);
        let name = match &path.qself {
            None => self.scope.resolve(&written, namespace),
            // `<Type as Trait>::name` is looked up on the type.
            Some(qself) => {
                let (of_trait, name) = (qself.position.checked_sub(1), written.segments.last()?);
                let via = of_trait.and_then(|at| written.segments.get(at)).map(String::as_str);
                match self.scope.type_of_written(&TypeRef::of(&qself.ty)) {
                    Type::External(types, _) => {
                        Name::Def(Def::External(types.iter().map(|of| format!("{of}::{name}")).collect()))
                    }
                    Type::Local(module, of, _) => {
                        let function = self.scope.method(module, &of, name, via)?;
                        Name::Def(Def::Function(function))
                    }
                    _ => return None,
                }
            }
        };
        match name {
            Name::Variable(held) => {
                if let Some(held) = held {
                    self.closures.used(held, self.place, self.from.unwrap_or(self.place));
                }
                None
            }
            Name::Nested(marker) => Some(Callee::Local(marker, None)),
            Name::Def(Def::Function(id)) => match self.scope.known().function(id) {
                Some(entry) => Some(Callee::Method(entry)),
                None => Some(Callee::Local(self.scope.kind_of(id), Some(id))),
            },
            Name::Def(Def::External(paths)) => Some(Callee::External(paths)),
            Name::Unknown if namespace == Namespace::Value => self.callee_of_parameter(&written),
            Name::Def(_) | Name::Unknown => None,
        }
    }

    pub(super) fn found(&mut self, callee: Callee, form: Form, fate: Fate, written: String, tokens: TokenStream) {
        let context = self.next_context();
        let entry = callee.entry(&self.scope.known().project);
        let inside = match (self.in_closure, self.in_task) {
            (true, _) => Inside::Closure,
            (false, true) => Inside::Block,
            (false, false) => Inside::Body,
        };
        self.model.uses.push(Use {
            callee,
            entry,
            form,
            fate,
            place: self.place,
            may_await: self.may_await,
            inside,
            written,
            tokens,
            context,
            has_arguments: false,
            chain: None,
            follows: None,
        });
    }

    pub(super) fn last_has_arguments(&mut self, has_arguments: bool) {
        if let Some(last) = self.model.uses.last_mut() {
            last.has_arguments = has_arguments;
        }
    }

    pub(super) fn next_context(&mut self) -> Context {
        self.context.order += 1;
        self.context.clone()
    }
}
