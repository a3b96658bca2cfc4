//! The facts of one function: what it uses, what it awaits, and where each of these runs.
//!
//! Filled by [`collect`](crate::facts::collect), then read-only: rules judge it and ask the catalogue.

mod chain;
pub(super) mod context;
mod event;

use std::rc::Rc;

use proc_macro2::TokenStream;

pub use self::chain::Step;
pub(crate) use self::chain::{Blocks, Chain};
pub(crate) use self::context::{Context, RunsOn};
pub(crate) use self::event::{DroppedBy, DroppedValue, Event, Futile, Happens, Losing, LostTask, Queued, Relock};
use crate::facts::locks::LockFacts;
use crate::facts::question::Probe;
use crate::knowledge::catalogue;
use crate::knowledge::keepers::Ends;
use crate::knowledge::project::Project;
use crate::knowledge::toolbox::Toolbox;
use crate::source::FunctionId;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;
use crate::syntax::point::Point;
use crate::types::guards::Guarded;

/// One annotated function, or one marked closure in it.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) kind: Kind,
    pub(crate) form: Of,
    /// As messages call it.
    pub(crate) name: String,
    /// Where it is named or marked.
    pub(crate) at: TokenStream,
    /// The `async` keyword, if there is one.
    pub(crate) asyncness: Option<TokenStream>,
    pub(crate) output: Output,
    pub(crate) signature: Signature,
    /// The body looks like what an attribute such as `#[tokio::main]` makes of an async function.
    pub(crate) lost_its_async: bool,
    /// What stands around it.
    pub(crate) context: Context,
    /// Categories whose calls are also reported if they only usually block.
    pub(crate) strict: Vec<catalogue::Category>,
    /// What the crate has to run code with.
    pub(crate) tools: Toolbox,
    pub(crate) uses: Vec<Use>,
    /// Each `.await` that stands outside an async block.
    pub(crate) awaits: Vec<Await>,
    /// Guards that are alive across an `.await`.
    pub(crate) crossings: Vec<Crossing>,
    /// Futures of the crate's own functions, and async blocks, that are thrown away.
    pub(crate) dropped: Vec<Dropped>,
    /// Loops without a way out.
    pub(crate) loops: Vec<EndlessLoop>,
    /// What else happens in it that some rule asks about.
    pub(crate) events: Vec<Event>,
    /// The locks that it takes, and what it calls with guards in hand.
    pub(crate) locks: LockFacts,
    /// Where clippy's lints are allowed, since it runs elsewhere or is exempt; nothing where clippy is not looking.
    pub(crate) lint_allowed: Option<Vec<(RunsOn, Point)>>,
    /// The jobs for the loop that stand where the lints are allowed, each with where that runs: there it is to look again.
    pub(crate) lint_denied: Vec<(Vec<RunsOn>, Point)>,
    /// Every call, where somebody asks why.
    pub(crate) seen: Option<Vec<Seen>>,
    /// The marked closures in it, which answer for themselves.
    pub(crate) marked: Vec<Model>,
}

/// What help lines ask about the head of a function.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signature {
    /// It returns something.
    pub(crate) returns: bool,
    /// Something is lent to it that no task can take along; a hub does not count.
    pub(crate) borrows: bool,
    /// A trait says what it looks like.
    pub(crate) is_fixed: bool,
}

/// What a method is called on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// It is a function.
    None,
    /// The text does not tell its type.
    Unknown,
    /// A value of this type.
    Is(String),
}

/// A call, whether a rule asks about it or not.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) written: String,
    pub(crate) tokens: TokenStream,
    /// What it resolves to, in words; nothing where the text does not tell.
    pub(crate) leads_to: Option<String>,
    pub(crate) receiver: Receiver,
    pub(crate) fate: Fate,
    pub(crate) place: RunsOn,
    pub(crate) exemptions: Vec<usize>,
}

/// What a model is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Function,
    /// `#[callback] |event| ..` inside one.
    Closure,
}

impl Model {
    /// The facts of a function that bears no attribute.
    pub(crate) fn of_helper(kind: Kind) -> Model {
        Model {
            kind,
            form: Of::Function,
            name: String::new(),
            at: TokenStream::new(),
            asyncness: None,
            output: Output::Unknown,
            signature: Signature::default(),
            lost_its_async: false,
            context: Context::default(),
            strict: Vec::new(),
            tools: Toolbox::default(),
            uses: Vec::new(),
            awaits: Vec::new(),
            crossings: Vec::new(),
            dropped: Vec::new(),
            loops: Vec::new(),
            events: Vec::new(),
            locks: LockFacts::default(),
            lint_allowed: None,
            lint_denied: Vec::new(),
            seen: None,
            marked: Vec::new(),
        }
    }

    /// What the loop runs. The other uses are there for the chains that they stand in.
    pub(crate) fn uses_on_loop(&self) -> impl Iterator<Item = &Use> {
        self.uses.iter().filter(|found| found.place == RunsOn::Loop)
    }

    /// Where clippy's lints are allowed in it, marked closures included. `is_allowed`: they are in all of it.
    pub(crate) fn all_lint_allowed(&self, is_allowed: bool) -> Vec<&Point> {
        let own = self.lint_allowed.iter().flatten().filter(|_| !is_allowed).map(|(_, point)| point);
        let is_allowed_in = |marked: &Model| is_allowed && marked.kind == Kind::Blocking;
        own.chain(self.marked.iter().flat_map(|marked| marked.all_lint_allowed(is_allowed_in(marked)))).collect()
    }

    /// Where it is to look again.
    pub(crate) fn all_lint_denied(&self) -> Vec<&Point> {
        let own = self.lint_denied.iter().map(|(_, point)| point);
        own.chain(self.marked.iter().flat_map(Model::all_lint_denied)).collect()
    }

    /// How an attribute of a kind is written here.
    pub(crate) fn attribute(&self, kind: Kind) -> String {
        match self.form {
            Of::Function => format!("#[onloop::{}]", kind.word()),
            Of::Closure => format!("#[{}]", kind.word()),
        }
    }
}

/// A future that is made and thrown away, or something that ends with it.
#[derive(Debug)]
pub(crate) struct Dropped {
    /// What ends with it, if it is not a future.
    pub(crate) ends: Option<Ends>,
    /// The call as the user wrote it; nothing for an async block.
    pub(crate) written: Option<String>,
    pub(crate) place: RunsOn,
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
}

/// A loop without a way out.
#[derive(Debug)]
pub(crate) struct EndlessLoop {
    pub(crate) place: RunsOn,
    /// The keyword.
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
}

/// A function, method or macro that the body names.
#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) callee: Callee,
    /// What is known of it, if it blocks.
    pub(crate) entry: Option<catalogue::Entry>,
    pub(crate) form: Form,
    pub(crate) fate: Fate,
    pub(crate) place: RunsOn,
    /// Inside an async block, where waiting at `.await` is right.
    pub(crate) may_await: bool,
    pub(crate) inside: Inside,
    /// The path or name as the user wrote it.
    pub(crate) written: String,
    /// Whether something stands between the parentheses of a call.
    pub(crate) has_arguments: bool,
    /// What to point at.
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
    /// How an unmarked function of this crate blocks inside; filled in when the body has been walked.
    pub(crate) chain: Option<Chain>,
    /// The use before it in a chain of calls, by its number.
    pub(crate) follows: Option<usize>,
}

/// The innermost code with a return of its own around a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    /// The function, or an async closure.
    Body,
    /// A closure that is not async.
    Closure,
    /// An async block.
    Block,
}

/// What a use leads to.
#[derive(Debug)]
pub(crate) enum Callee {
    /// An item of another crate, by the canonical paths that it can have.
    External(Rc<[String]>),
    /// A function of this crate, with the attribute that it bears. One that is written inside the body has no number.
    Local(Option<Kind>, Option<FunctionId>),
    /// A method that blocks on the type of its receiver.
    Method(catalogue::Entry),
    /// A method whose name is proof enough.
    Named(catalogue::Entry),
    /// A method that blocks on some types, on a receiver whose type the compiler has to tell.
    Suspect(Probe),
}

impl Callee {
    /// The entry for it.
    pub(crate) fn entry(&self, project: &Project) -> Option<catalogue::Entry> {
        match self {
            Callee::External(paths) => project.any_call(paths),
            Callee::Method(entry) | Callee::Named(entry) => Some(*entry),
            Callee::Local(..) | Callee::Suspect(_) => None,
        }
    }

    /// Whether it is an item of another crate with one of these paths.
    pub(crate) fn is_any(&self, paths: &[&str]) -> bool {
        matches!(self, Callee::External(found) if found.iter().any(|path| paths.contains(&path.as_str())))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Called,
    /// Passed on without being called.
    Value,
    /// `#[callback] path`: passed on as a job.
    Job,
    /// By the first use of a static.
    Lazy,
    /// By something that does not name it: a loop, an operator, a conversion.
    Implicit,
    Macro,
}

/// What becomes of the value of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Used,
    /// `.await` stands right behind it, or a macro that awaits it is around it.
    Awaited,
    /// `f();`, `let _ = f();`
    Discarded,
    /// `drop(f())`
    Dropped,
    /// `let _later = f();`, where nothing behind it names the variable.
    Forgotten,
}

#[derive(Debug)]
pub(crate) struct Await {
    /// In a closure that is not async.
    pub(crate) in_closure: bool,
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
}

/// A guard that is alive across an `.await`.
#[derive(Debug)]
pub(crate) struct Crossing {
    pub(crate) what: Guarded,
    /// What holds it, as the user would write it; nothing for a temporary.
    pub(crate) holder: Option<String>,
    /// The holder is not the guard itself.
    pub(crate) is_inside: bool,
    /// Another variable has the holder's name by now.
    pub(crate) is_hidden: bool,
    /// The guard, to point at.
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
    /// The first thing that is awaited meanwhile, as the user wrote it.
    pub(crate) awaited: String,
    /// Where that is awaited.
    pub(crate) place: RunsOn,
}
