//! The path of a function through the engine, on one screen: split, locate, scan, collect, judge, expand.
//!
//! [`Engine::expand`] is the way in for attributes. A host that reads whole crates comes in by `whole`.

mod allow;
pub(crate) mod arguments;
mod collect;
mod dependence;
mod emit;
mod entry;
mod implicit;
mod locate;
mod misuse;
mod pages;
mod request;
pub(crate) mod scan;
mod settings;
mod subject;
pub(crate) mod suspects;
mod takers;
mod triage;
mod whereabouts;
mod whole;
mod why;

use std::path::PathBuf;
use std::rc::Rc;

use proc_macro2::{Span, TokenStream};

pub use self::allow::exempt;
use self::arguments::Arguments;
pub use self::dependence::{Asked, Body, Question};
pub use self::entry::Entry;
use self::implicit::ImplicitCalls;
use self::misuse::{is_declaration, misplaced};
pub use self::pages::page;
use self::scan::Scan;
use self::subject::Subject;
use self::suspects::Seen;
pub use self::whole::{Looked, ProjectConfig};
pub use self::why::{Known, Why};
use crate::expand::clippy::Clippy;
use crate::facts::model::Model;
use crate::facts::question::Wanted;
use crate::facts::summary::Summaries;
use crate::rules;
use crate::rules::finding::Finding;
use crate::source::{Here, Index, Place};
use crate::syntax::depth::is_too_deep;
use crate::syntax::exemption::Exemption;
use crate::syntax::item::{Attribute, Item};
use crate::syntax::kind::Kind;
use crate::types::project::ProjectItems;

/// Whether findings become errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They do.
    Error,
    /// `ONLOOP_LEVEL=off`: functions are rewritten and nothing is reported.
    Off,
}

/// The engine for one crate: its source index, and what is known of it so far.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Engine {
    index: Index,
    summaries: Summaries,
    /// What the scan asked before.
    seen: Seen,
    /// Rules on request are asked, too.
    has_all_rules: bool,
    /// For tests: every body is looked at, whatever the scan says.
    looks_at_all: bool,
    /// What blocks in this crate and is called without being named.
    implicit: ImplicitCalls,
    /// Whether some `Drop` of this crate blocks, once somebody asked.
    drop_blocks: Option<bool>,
    /// Whether the compiler knows that the crate depends on `ONLOOP_LEVEL`.
    level_is_tracked: bool,
    /// The crate may use the hub.
    has_hub: bool,
    /// The package's folder and the crate's name, until its `onloop.toml` has been read.
    package: Option<(PathBuf, String)>,
    /// What `onloop.toml` adds.
    known: Rc<ProjectItems>,
    /// What `onloop.toml` says of the levels of rules.
    levels: Vec<(String, String)>,
    /// The files on which the crate depends, until the compiler is told.
    untracked: Vec<PathBuf>,
    /// Nothing where the compiler is not clippy.
    clippy: Option<Clippy>,
    /// The lints that the command line forbids, and whether probes need one of those or of the root's.
    forbidden: String,
    forbids_probes: Option<bool>,
    /// Whether functions are to tell that they run.
    is_scoped: bool,
}

impl Engine {
    /// An engine that has read nothing yet.
    #[must_use]
    pub fn new(index: Index) -> Self {
        Engine {
            index,
            summaries: Summaries::default(),
            seen: Seen::default(),
            has_all_rules: false,
            looks_at_all: false,
            implicit: ImplicitCalls::default(),
            drop_blocks: None,
            level_is_tracked: false,
            has_hub: true,
            package: None,
            known: Rc::default(),
            levels: Vec::new(),
            untracked: Vec::new(),
            clippy: None,
            forbidden: String::new(),
            forbids_probes: None,
            is_scoped: true,
        }
    }

    /// What an attribute makes of its item: the function, rewritten or as it came, and a compile error for each finding.
    ///
    /// `place` tells where a token stands; it answers `None` where that is not known.
    pub fn expand(
        &mut self,
        kind: Kind,
        arguments: TokenStream,
        item: TokenStream,
        level: Level,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> TokenStream {
        match Item::split(kind, item.clone()) {
            Ok(item) => {
                let judgement = self.judge(kind, arguments, &item, level, place);
                self.emit(&item, judgement, level, place)
            }
            // It says what all implementations are, to those who call them. The other kinds are checked in a body.
            Err(_) if kind == Kind::Blocking && is_declaration(&item) => item,
            Err(message) => misplaced(message, item),
        }
    }

    /// The findings in one function, without rewriting it. Anything but a function has no findings.
    pub fn findings(
        &mut self,
        kind: Kind,
        arguments: TokenStream,
        item: TokenStream,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> Vec<Finding> {
        Item::split(kind, item)
            .map_or_else(|_| Vec::new(), |item| self.judge(kind, arguments, &item, Level::Error, place).findings)
    }

    /// What the compiler would be asked about one function.
    #[cfg(test)]
    pub(crate) fn asked(
        &mut self,
        kind: Kind,
        item: TokenStream,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> Vec<Wanted> {
        let item = Item::split(kind, item).expect("a function");
        self.judge(kind, TokenStream::new(), &item, Level::Error, place).wanted
    }

    /// From the function to what is found in it.
    fn judge(
        &mut self,
        kind: Kind,
        arguments: TokenStream,
        item: &Item,
        level: Level,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> Judgement {
        let mut findings = Vec::new();
        let arguments = Arguments::parse(kind, arguments, &mut findings);
        if level == Level::Error {
            self.configure(&mut findings);
        }
        let mut located = self.locate(item, place);
        findings.extend(misuse::constant(kind, item));
        findings.extend(misuse::second_kind(kind, &mut located.attributes));
        let mut scan = self.scan(item, &located);
        let mut model = self.head(kind, item, &located, &arguments);
        self.look_at_output(item, &located, place, &mut model);
        model.lost_its_async = item.asyncness.is_none() && scan.blocks_on;
        // In a blocking function clippy looks at the jobs for the loop, if there are any.
        let is_looked_at = level == Level::Error && (kind != Kind::Blocking || scan.attributes);
        model.lint_allowed = self.clippy.filter(|_| is_looked_at).map(|_| Vec::new());
        let (mut wanted, mut exempts_guards) = (Vec::new(), false);
        if level == Level::Error {
            let is_asked_about = self.is_asked_about(item, &located, &scan, &model);
            scan.too_deep |= is_asked_about && is_too_deep(&item.head);
            let requested = self.request_all(&mut model);
            if is_asked_about && !scan.too_deep {
                self.collect(Subject::Function, item, &mut located, &mut model);
            }
            exempts_guards = located.exemptions.iter().any(Exemption::is_for_guards);
            let (found, asked) = Subject::Function.judge(&model, std::mem::take(&mut located.exemptions));
            findings.extend(found);
            rules::mark_unrequested(&mut findings, &requested);
            wanted = asked;
        }
        // Without a file there is no telling one token from another.
        wanted.retain(|_| located.at.is_some());
        Judgement {
            findings,
            wanted,
            model,
            scan,
            here: located.here(),
            line: located.at.map_or(1, |at| at.line),
            budget: arguments.budget,
            exempts_guards,
            attributes: located.attributes,
            body: located.body,
        }
    }
}

/// What was found out about one function.
struct Judgement {
    findings: Vec<Finding>,
    /// What the compiler is to be asked.
    wanted: Vec<Wanted>,
    model: Model,
    scan: Scan,
    here: Option<Here>,
    /// The line of `fn`; 1 where it is not known.
    line: usize,
    /// How long the function may hold the loop, in microseconds; 0 where it has no limit of its own.
    budget: u32,
    /// Some guard in it may be alive across an `.await`.
    exempts_guards: bool,
    /// All attributes, those from inside the body included.
    attributes: Vec<Attribute>,
    body: TokenStream,
}
