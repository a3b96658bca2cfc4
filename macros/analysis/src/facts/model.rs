//! The facts of one function: what it uses, what it awaits, and where each of these runs.
//!
//! Filled by [`collect`](crate::facts::collect), then read-only: rules judge it and ask the catalogue.

use std::rc::Rc;

use proc_macro2::TokenStream;

use crate::facts::locks::LockFacts;
use crate::facts::question::Probe;
use crate::facts::summary::Chain;
use crate::knowledge::catalogue;
use crate::knowledge::keepers::Ends;
use crate::knowledge::project::Project;
use crate::knowledge::toolbox::Toolbox;
use crate::source::FunctionId;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;
use crate::syntax::point::Point;
use crate::types::drops::Destructor;
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
    pub(crate) loops: Vec<(TokenStream, Context)>,
    /// What else happens in it that some rule asks about.
    pub(crate) events: Vec<Event>,
    /// The locks that it takes, and what it calls with guards in hand.
    pub(crate) locks: LockFacts,
    /// Where those facts stand that have no place of their own.
    pub(crate) places: Places,
    /// What clippy is to spare, since it runs elsewhere or is exempt; nothing where clippy is not looking.
    pub(crate) lint_allowed: Option<Vec<(RunsOn, Point)>>,
    /// The jobs for the loop that stand in what clippy spares, each with where that runs: there it is to look again.
    pub(crate) lint_denied: Vec<(Vec<RunsOn>, Point)>,
    /// Every call, where somebody asks why.
    pub(crate) seen: Option<Vec<Seen>>,
    /// The marked closures in it, which answer for themselves.
    pub(crate) marked: Vec<Model>,
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

/// The places of facts, in the order of the facts. Only while collecting.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) dropped: Vec<RunsOn>,
    pub(crate) loops: Vec<RunsOn>,
    pub(crate) crossings: Vec<RunsOn>,
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
            places: Places::default(),
            lint_allowed: None,
            lint_denied: Vec::new(),
            seen: None,
            marked: Vec::new(),
        }
    }

    /// What clippy is to spare in it, marked closures included. `is_spared`: it is spared as a whole.
    pub(crate) fn all_lint_allowed(&self, is_spared: bool) -> Vec<&Point> {
        let own = self.lint_allowed.iter().flatten().filter(|_| !is_spared).map(|(_, point)| point);
        let is_spared_in = |marked: &Model| is_spared && marked.kind == Kind::Blocking;
        own.chain(self.marked.iter().flat_map(|marked| marked.all_lint_allowed(is_spared_in(marked)))).collect()
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

/// Something that happens at a place of the body.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) what: Happens,
    pub(crate) place: RunsOn,
    /// What to point at.
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
}

/// What happens.
#[derive(Debug)]
pub(crate) enum Happens {
    /// A loop only looks at this, until somebody else changes it.
    Spins(String),
    /// A lock is taken again while its guard is alive.
    Relocks(Relock),
    /// A future that never waits is given a time limit, or races with others.
    Futile(Futile),
    /// A future that may lose data is a branch of `select!` in a loop.
    Loses(Losing),
    /// Nobody hears of a task again.
    LosesTask(LostTask),
    /// A task that somebody waits for has no end.
    Endless,
    /// A value is dropped that may block then.
    Drops(DroppedValue),
}

/// How a task is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LostTask {
    /// Its handle is thrown away.
    Handle,
    /// Only what can end it is kept.
    Aborting,
    /// It is in a set that is dropped without being waited for.
    Set,
}

/// A future that never waits.
#[derive(Debug)]
pub(crate) struct Futile {
    /// In words, or as written.
    pub(crate) future: String,
    pub(crate) is_race: bool,
}

/// A future that loses what it has read or written when it is dropped half-way, or may.
#[derive(Debug)]
pub(crate) struct Losing {
    /// As written.
    pub(crate) written: String,
    /// The function of the crate that makes it.
    pub(crate) through: Option<FunctionId>,
    /// Whether it does; of a function filled in when the body has been walked.
    pub(crate) loses: bool,
}

/// A value that is dropped.
#[derive(Debug)]
pub(crate) struct DroppedValue {
    /// As written.
    pub(crate) value: String,
    /// Where its variable goes out of scope.
    pub(crate) at_end: bool,
    pub(crate) destructors: Vec<Destructor>,
    /// What blocks then; filled in when the body has been walked.
    pub(crate) by: Option<DroppedBy>,
}

/// What blocks where a value is dropped.
#[derive(Debug)]
pub(crate) enum DroppedBy {
    /// The `Drop` of a type of the crate, and how.
    Own(Rc<str>, Chain),
    Listed(catalogue::Dropping),
}

/// A lock that is taken again while its guard is alive.
#[derive(Debug)]
pub(crate) struct Relock {
    /// The lock, as written.
    pub(crate) lock: String,
    /// The functions through which it is taken again.
    pub(crate) through: Vec<String>,
    /// A second borrow panics, a second lock waits for ever.
    pub(crate) panics: bool,
}

/// A future that is made and thrown away, or something that ends with it.
#[derive(Debug)]
pub(crate) struct Dropped {
    /// What ends with it, if it is not a future.
    pub(crate) ends: Option<Ends>,
    /// The call as the user wrote it; nothing for an async block.
    pub(crate) written: Option<String>,
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

/// Where code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunsOn {
    Loop,
    /// In a closure passed to an unknown function: assumed to be the loop, but not proven. Only while
    /// collecting.
    Likely,
    Elsewhere,
    /// In a closure that is held in a variable, or given to a function of the crate: where that one goes. Only while
    /// collecting.
    Held(usize),
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
}

/// What stands around a fact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    /// The predicates of the `cfg`s around it: a finding counts only where they hold.
    pub(crate) gates: Vec<TokenStream>,
    /// The exemptions around it, the outermost first.
    pub(crate) exemptions: Vec<usize>,
    /// How many facts stand before it: findings are shown in the order of the text.
    pub(crate) order: usize,
}
