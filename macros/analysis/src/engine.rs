//! The path of a function through the engine, on one screen: split, locate, scan, collect, judge, expand.

pub(crate) mod arguments;
mod dependence;
mod entry;
mod pages;
pub(crate) mod scan;
pub(crate) mod suspects;
mod whole;
mod why;

use std::path::PathBuf;
use std::rc::Rc;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use self::arguments::Arguments;
pub use self::dependence::{Asked, Body, Question};
pub use self::entry::Entry;
pub use self::pages::page;
use self::scan::Scan;
use self::suspects::{Seen, Suspects};
pub use self::whole::{Looked, ProjectConfig};
pub use self::why::{Known, Why};
use crate::expand::clippy::{self, Clippy};
use crate::expand::function::{self as expand, Awaits};
use crate::expand::jobs;
use crate::expand::lines::{self, Lines};
use crate::expand::probe;
use crate::facts::asked;
use crate::facts::collect;
use crate::facts::locks::Pass;
use crate::facts::model::{self, Callee, Context, DroppedBy, Event, Happens, Model, Relock};
use crate::facts::question::Wanted;
use crate::facts::sign::Sign;
use crate::facts::summary::Summaries;
use crate::knowledge::catalogue::Category;
use crate::knowledge::config::{Config, Problem};
use crate::knowledge::exempt::RuleName;
use crate::knowledge::toolbox::Toolbox;
use crate::rules;
use crate::rules::finding::{Finding, Report};
use crate::source::{FunctionId, Here, Index, Place};
use crate::syntax::exemption::{self, Exemption};
use crate::syntax::item::{Attribute, Item};
use crate::syntax::kind::Kind;
use crate::syntax::mark;
use crate::syntax::output::Output;
use crate::syntax::path::path_of;
use crate::syntax::splice;
use crate::syntax::tokens::{any_token, is_word};
use crate::syntax::type_ref::TypeRef;
use crate::types::drops::Destructor;
use crate::types::names::{Def, Namespace};
use crate::types::project::ProjectItems;
use crate::types::scope::{Name, Scope};

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

    /// The engine for a crate whose functions are checked alone: they go out as they came in. So it is where no program
    /// is made, and where nobody asks who holds the loop.
    #[must_use]
    pub fn without_scopes(mut self) -> Self {
        self.is_scoped = false;
        self
    }

    /// The engine for a crate of which the command line forbids these lints.
    #[must_use]
    pub fn with_forbidden(mut self, lints: &str) -> Self {
        lints.clone_into(&mut self.forbidden);
        self
    }

    /// Whether the crate forbids a lint that probes are exempt from: the exemption would be an error.
    fn forbids_probes(&mut self) -> bool {
        *self.forbids_probes.get_or_insert_with(|| {
            let root = self.index.root_text().unwrap_or_default();
            probe::are_forbidden(&self.forbidden) || probe::are_forbidden_in(&root)
        })
    }

    /// The engine for a crate that clippy looks at: on annotated functions the lints that know what blocks, by their
    /// configuration, become errors. `forbidden` are the lints that the command line forbids.
    #[must_use]
    pub fn under_clippy(mut self, forbidden: &str) -> Self {
        let root = self.index.root_text().unwrap_or_default();
        let forbids_guards = clippy::forbids_guards(forbidden) || clippy::forbids_guards_in(&root);
        let is_forbidding = clippy::is_forbidden(forbidden)
            || self.index.root_text().is_some_and(|text| clippy::is_forbidden_in(&text));
        self.clippy = Some(Clippy { is_forbidding, forbids_guards });
        self.without_scopes()
    }

    /// The engine for a host that decides afterwards which rules count: those on request are asked, too, and a finding
    /// says whether somebody requested its rule.
    #[must_use]
    pub fn with_all_rules(mut self) -> Self {
        self.has_all_rules = true;
        self
    }

    /// The engine without its scan: it parses every body. What is found is the same, which tests make sure of.
    #[doc(hidden)]
    #[must_use]
    pub fn looking_at_all(mut self) -> Self {
        self.looks_at_all = true;
        self
    }

    /// The engine for a crate that has onloop without the hub: help lines do not speak of it.
    #[must_use]
    pub fn without_hub(mut self) -> Self {
        self.has_hub = false;
        self
    }

    /// The engine for a crate of a package: with what the `onloop.toml` in its folder, and the one in the root of its
    /// workspace, say. They are read when the first function is looked at.
    #[must_use]
    pub fn in_package(mut self, folder: PathBuf, crate_name: String) -> Self {
        self.package = Some((folder, crate_name));
        self
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
            Ok(item) => self.expand_function(kind, arguments, &item, level, place),
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

    fn judge(
        &mut self,
        kind: Kind,
        arguments: TokenStream,
        item: &Item,
        level: Level,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> Judgement {
        let (mut findings, mut wanted) = (Vec::new(), Vec::new());
        let arguments = Arguments::parse(kind, arguments, &mut findings);
        if level == Level::Error {
            self.configure(&mut findings);
        }
        if let Some(constness) = item.constness.as_ref() {
            let message = format!("a {} enters its scope when it runs, which a `const fn` cannot", kind.word());
            findings.push(Finding::misuse(constness.to_token_stream(), message, "remove `const`, or the attribute"));
        }
        let (at, name_at) = (place(item.keyword.span()), place(item.name.span()));
        let located = at.as_ref().zip(name_at.as_ref()).and_then(|(at, name)| self.index.locate(at, name));
        let here = located.map(|(here, _)| here);
        let (inner, body) = item.open_body();
        let mut scan = self.scan(body.clone(), here);
        let mut attributes: Vec<_> = item.attributes.iter().chain(&inner).cloned().collect();
        if let Some(second) = attributes.iter().position(|found| is_kind(found)) {
            let second = attributes.remove(second);
            let message = format!("the function is marked `#[onloop::{}]` already", kind.word());
            findings.push(Finding::misuse(second.stream(), message, "a function is of one kind: keep one of the two"));
        }
        let mut exemptions: Vec<_> = attributes.iter().flat_map(|found| exemption::exemptions(found)).collect();
        exemptions.extend(self.exempt_by_path(here, item));
        // In a blocking function clippy looks at the jobs for the loop, if there are any.
        let is_looked_at = level == Level::Error && (kind != Kind::Blocking || scan.attributes);
        let mut model = Model {
            name: format!("`{}`", item.name),
            at: item.name.to_token_stream(),
            asyncness: item.asyncness.as_ref().map(quote::ToTokens::to_token_stream),
            output: Output::of(&item.output),
            // Its own exemptions are around everything.
            context: Context { exemptions: (0..exemptions.len()).collect(), ..Context::default() },
            strict: self.known.project.with_switched_on(arguments.strict),
            tools: self.toolbox(here),
            lint_allowed: self.clippy.filter(|_| is_looked_at).map(|_| Vec::new()),
            ..Model::of_helper(kind)
        };
        // `#[async_trait]` writes return types of its own: what is wrong with them is shown at the function.
        if let Output::Future(output) = &mut model.output {
            let stands = output.clone().into_iter().next().and_then(|token| place(token.span()));
            if at.as_ref().zip(stands).is_some_and(|(at, stands)| (stands.line, stands.column) < (at.line, at.column)) {
                *output = item.name.to_token_stream();
            }
        }
        model.lost_its_async = item.asyncness.is_none() && scan.blocks_on;
        if kind == Kind::Coroutine && item.asyncness.is_none() && matches!(model.output, Output::Plain) {
            self.look_through_alias(here, item, &mut model);
        }
        let mut exempts_guards = false;
        if level == Level::Error {
            let names_guards = here.is_some_and(|here| self.index.names_guards(here.module));
            let may_hold = names_guards || self.known.has_guards();
            // Most loops run over collections. A receiver is named in the head, or where the module imports it.
            let receives = scan.iterates
                && (scan::names_receiver(&item.inputs.stream())
                    || here.is_some_and(|here| self.index.imports_receiver(here.module)));
            scan.calls |= receives;
            let mut asked = rules::asks(kind, &|sign| scan.has(sign, may_hold)) || scan.attributes;
            // What only usually blocks is no suspect: it is looked for where somebody asks.
            asked |= !model.strict.is_empty();
            if !asked && rules::asks(kind, &|sign| matches!(sign, Sign::LocksTwice)) {
                asked = self.may_lock_twice(here, &scan, &body);
            }
            if !asked && rules::asks(kind, &|sign| matches!(sign, Sign::Drops)) {
                asked = self.may_drop(here, [&item.inputs.stream(), &body]);
            }
            let requested = self.request_all(&mut model);
            if !scan.too_deep && (asked || model.lint_allowed.is_some() || self.looks_at_all) {
                self.collect(item, body.clone(), located, &mut model, &mut exemptions);
            }
            exempts_guards = exemptions.iter().any(Exemption::is_for_guards);
            let mut report = Report::new(exemptions);
            rules::check(&model, &mut report);
            let (found, asked) = report.finish();
            findings.extend(found);
            mark_unrequested(&mut findings, &requested);
            wanted = asked;
        }
        // Without a file there is no telling one token from another.
        wanted.retain(|_| at.is_some());
        Judgement {
            findings,
            wanted,
            model,
            scan,
            here,
            line: at.map_or(1, |at| at.line),
            budget: arguments.budget,
            exempts_guards,
            attributes,
            body,
        }
    }

    /// Asks for all rules, if the host does; gives what was asked for before.
    fn request_all(&self, model: &mut Model) -> Vec<Category> {
        let requested = model.strict.clone();
        if self.has_all_rules {
            model.strict.extend(Category::OF_RULES.into_iter().filter(|category| !requested.contains(category)));
        }
        requested
    }

    fn scan(&mut self, body: TokenStream, here: Option<Here>) -> Scan {
        let Engine { index, summaries, known, seen, has_all_rules: all, .. } = self;
        let mut suspects = Suspects { index, summaries, known, seen, here, all: *all };
        scan::scan(body, &mut |question| suspects.suspects(question))
    }

    /// What help lines name: the hub too, where the file of the function speaks of it.
    fn toolbox(&mut self, here: Option<Here>) -> Toolbox {
        const NAMES: &[&str] = &["Hub", "hub"];
        let crates = self.index.cfg().crates.as_deref();
        let may_have = crates.is_none_or(|crates| crates.iter().any(|name| name == "onloop"));
        let has_hub = self.has_hub && may_have && here.is_none_or(|here| self.index.names(here.module, NAMES));
        Toolbox::of(self.index.cfg().crates.as_deref(), has_hub)
    }

    /// `type Result<T> = BoxFuture<'static, T>`: an alias of the crate may be a future, whatever it is called.
    fn look_through_alias(&mut self, here: Option<Here>, item: &Item, model: &mut Model) {
        let Ok(output) = syn::parse2::<syn::Type>(item.output.clone()) else { return };
        let syn::Type::Path(path) = &output else { return };
        let mut scope = Scope::new(&mut self.index, &self.known, here);
        let name = scope.resolve(&path_of(&path.path), Namespace::Type);
        let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let is_alias = match name {
            Name::Def(Def::Type(..)) => true,
            Name::Def(Def::External(paths)) => paths.iter().any(|path| path.rsplit("::").next() != Some(&last)),
            _ => false,
        };
        if !is_alias {
            return;
        }
        let is = scope.type_of_written(&TypeRef::of(&output));
        if !is.is_any(&["std::result::Result", "std::option::Option", "std::vec::Vec"]) {
            model.output = Output::Unknown;
        }
    }

    /// Reads `onloop.toml`, once; the first function tells what is wrong in it.
    fn configure(&mut self, findings: &mut Vec<Finding>) {
        let Some((folder, crate_name)) = self.package.take() else { return };
        let Config { project, mut problems, levels, files } = Config::read(self.index.files(), &folder);
        let named = levels.iter().map(|(name, _)| name).chain(project.exempts.iter().flat_map(|exempt| &exempt.rules));
        problems.extend(named.filter(|name| !is_known_rule(&name.rule)).map(unknown_rule));
        self.levels = levels.into_iter().map(|(name, level)| (name.rule, level)).collect();
        // At the attribute: it is not the function that is wrong.
        let at = Ident::new("onloop", Span::call_site()).into_token_stream();
        findings.extend(problems.into_iter().map(|found| Finding::misuse(at.clone(), found.message, found.help)));
        if !files.is_empty() {
            self.known = Rc::new(ProjectItems::find(project, &mut self.index, &crate_name));
            self.summaries = Summaries::new(Rc::clone(&self.known));
        }
        self.untracked = files;
    }

    fn expand_function(
        &mut self,
        kind: Kind,
        arguments: TokenStream,
        item: &Item,
        level: Level,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> TokenStream {
        let Judgement { findings, wanted, model, scan, here, line, budget, exempts_guards, attributes, body } =
            self.judge(kind, arguments, item, level, place);
        let exemptions: Vec<_> = attributes.iter().flat_map(|found| exemption::exemptions(found)).collect();
        let is_exempt = exemptions.iter().any(Exemption::is_for_clippy);
        let is_all_exempt = exemptions.iter().any(Exemption::is_for_blocking);
        // Asked about where there is an exemption or a mark, and mostly there is none.
        let may_be_exempt = scan.attributes && !scan.too_deep;
        let file = if may_be_exempt { place(item.keyword.span()).map(|at| at.file) } else { None };
        let line_of = |span| place(span).filter(|at| Some(&at.file) == file.as_ref()).map(|at| at.line);
        let exempt = if may_be_exempt { Lines::of(body.clone(), &line_of) } else { Lines::default() };
        let text = |lines: &Lines| if is_all_exempt { lines::ALL.to_owned() } else { lines.text() };
        let mut errors: TokenStream = findings.iter().map(Finding::statement).collect();
        if !std::mem::replace(&mut self.level_is_tracked, true) {
            // Once in a crate is enough for a change of the variable to compile it anew.
            errors.extend(quote! {
                const _: ::core::option::Option<&'static ::core::primitive::str> = ::core::option_env!("ONLOOP_LEVEL");
            });
        }
        // As including it does; nothing of it is left in the program.
        for path in self.untracked.drain(..).filter_map(|path| path.into_os_string().into_string().ok()) {
            errors.extend(quote! { const _: &[::core::primitive::u8] = ::core::include_bytes!(#path); });
        }
        let is_denied = !attributes.iter().any(|found| clippy::is_named_in(found)) && model.lint_allowed.is_some();
        let clippy = self.clippy.filter(|_| is_denied);
        let lints = clippy.and_then(|clippy| clippy.attribute(is_exempt));
        // Only behind an error that is there for certain may the body become one that nobody can run.
        let is_told = |rule| findings.iter().any(|found| found.rule == rule && found.is_unconditional());
        let wrapping = expand::Wrapping {
            kind,
            item,
            output: &model.output,
            name: &self.qualified_name(here, item),
            line,
            budget,
            exempt: &text(&exempt),
            is_scoped: self.is_scoped,
            is_in_trait: here.is_some_and(|here| self.is_in_trait(here)),
            unfit: item.constness.is_some() || !is_fit(&model),
            awaits: match kind {
                _ if level == Level::Off || model.asyncness.is_some() || !scan.may_await => Awaits::Right,
                Kind::Callback if model.awaits.iter().any(|found| found.in_closure) && is_told("await_in_callback") => {
                    Awaits::InClosure
                }
                Kind::Callback if is_told("await_in_callback") => Awaits::Wrong,
                Kind::Coroutine if is_told("sync_coroutine") => Awaits::Wrong,
                _ => Awaits::Right,
            },
            lints,
        };
        let wanted = if wanted.is_empty() || self.forbids_probes() { Vec::new() } else { wanted };
        let mut insertions = probe::insertions(wanted);
        if let Some(clippy) = clippy {
            insertions
                .extend(clippy.insertions(&model.all_lint_allowed(kind == Kind::Blocking), &model.all_lint_denied()));
        }
        let body = splice::insert(body, insertions);
        let body = if scan.attributes {
            let site = |kind, at: Span, closure: &TokenStream| {
                let line = place(at).map_or(wrapping.line, |at| at.line);
                let exempt = text(&exempt.in_closure(at, closure, &line_of));
                expand::site(kind, &format!("{}::{{closure}}", wrapping.name), line, 0, &exempt)
            };
            jobs::rewrite(exemption::strip(body), &site)
        } else {
            body
        };
        let mut attributes: Vec<_> = attributes.into_iter().filter(|found| !exemption::is_exemption(found)).collect();
        if exempts_guards {
            attributes.extend(self.clippy.and_then(Clippy::spare_guards));
        }
        expand::expand(&wrapping, &attributes, body, &errors)
    }

    /// Parses the body and fills the model. What does not parse is left to the compiler.
    fn collect(
        &mut self,
        item: &Item,
        body: TokenStream,
        located: Option<(Here, FunctionId)>,
        model: &mut Model,
        exemptions: &mut Vec<exemption::Exemption>,
    ) {
        self.collect_with(item, body, located, model, exemptions, false);
    }

    /// The same, where tasks that the body starts are models of their own.
    fn collect_tasks(
        &mut self,
        item: &Item,
        body: TokenStream,
        located: Option<(Here, FunctionId)>,
        model: &mut Model,
        exemptions: &mut Vec<exemption::Exemption>,
    ) {
        self.collect_with(item, body, located, model, exemptions, true);
    }

    fn collect_with(
        &mut self,
        item: &Item,
        body: TokenStream,
        located: Option<(Here, FunctionId)>,
        model: &mut Model,
        exemptions: &mut Vec<exemption::Exemption>,
        with_tasks: bool,
    ) {
        let generics = item.generics.clone();
        let inputs = Punctuated::<syn::FnArg, syn::Token![,]>::parse_terminated.parse2(item.inputs.stream());
        let bounds = syn::parse2::<Option<syn::WhereClause>>(item.bounds.clone());
        let (Ok(body), Ok(mut generics), Ok(inputs)) =
            (syn::Block::parse_within.parse2(body), syn::parse2::<syn::Generics>(generics), inputs)
        else {
            return;
        };
        generics.where_clause = bounds.ok().flatten();
        // A function that returns a future may await only inside the block that makes it.
        let may_await = model.asyncness.is_some();
        let in_task = model.kind == Kind::Coroutine;
        let scope = match located {
            Some((here, function)) => Scope::of(&mut self.index, &self.known, here, function),
            None => Scope::new(&mut self.index, &self.known, None),
        };
        let collector = collect::Collector::new(scope, model, exemptions, may_await || in_task);
        let collector = if with_tasks { collector.with_tasks() } else { collector };
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
                Destructor::Own(function, of) => {
                    let chain = self.summaries.chain(&mut self.index, *function, &model.strict)?;
                    Some(DroppedBy::Own(of.clone(), chain))
                }
                Destructor::Listed(listed) => Some(DroppedBy::Listed(*listed)),
            });
        }
        for pass in std::mem::take(&mut model.locks.passes) {
            if let Some((held, taken)) = self.summaries.locks_again(&mut self.index, &pass) {
                let through = std::iter::once(self.index.function(pass.function).name.clone()).chain(taken.through);
                let relock = Relock { lock: held.lock, through: through.collect(), panics: taken.panics };
                let Pass { place, tokens, context, .. } = pass;
                model.events.push(Event { what: Happens::Relocks(relock), place, tokens, context });
            }
        }
        for found in &mut model.uses {
            if let (Callee::Local(None, Some(function)), model::RunsOn::Loop) = (&found.callee, found.place) {
                found.chain = self.summaries.chain(&mut self.index, *function, &model.strict);
                if let (Some(chain), model::Form::Lazy) = (&mut found.chain, found.form) {
                    chain.through.insert(0, self.index.function(*function).name.clone());
                }
            }
        }
    }

    /// Whether a body may drop a value that blocks then: the crate has a `Drop` that does, or the module knows a type of
    /// the catalogue by name.
    fn may_drop(&mut self, here: Option<Here>, tokens: [&TokenStream; 2]) -> bool {
        const WORDS: &[&str] = &[
            "AsyncGuard",
            "Browser",
            "ClientInitGuard",
            "LocalRuntime",
            "Runtime",
            "TempDir",
            "WorkerGuard",
            "cpal",
            "postgres",
            "reqwest::blocking",
            "rocksdb",
            "scoped_threadpool",
            "tempdir",
        ];
        let Some(here) = here else {
            let is_known = |token: &TokenTree| WORDS.iter().any(|word| is_word(token, word));
            return tokens.into_iter().any(|tokens| any_token(tokens, &is_known));
        };
        if self.index.mentions(here.module, WORDS) {
            return true;
        }
        if self.drop_blocks.is_none() {
            let asked = std::mem::take(&mut self.summaries.asked);
            let root = self.index.own_root().unwrap_or(here.module);
            let all = self.index.impls_of_trait(root, "Drop").unwrap_or_default();
            let functions = all.into_iter().flat_map(|id| self.index.functions_in(id)).collect::<Vec<_>>();
            let blocks =
                functions.into_iter().any(|function| self.summaries.chain(&mut self.index, function, &[]).is_some());
            self.drop_blocks = Some(blocks);
            self.summaries.asked = asked;
        }
        asked::note(&mut self.summaries.asked.blocking, "drop");
        self.drop_blocks == Some(true)
    }

    /// Whether a body may take a lock that it holds: by itself, through a function of the crate, or in a map of which
    /// the module knows that it locks.
    fn may_lock_twice(&mut self, here: Option<Here>, scan: &Scan, body: &TokenStream) -> bool {
        const SHARDS: &[&str] = &["DashMap", "DashSet", "dashmap"];
        let Some(here) = here else { return scan.locks > 1 };
        if scan.locks > 1 || self.index.mentions(here.module, SHARDS) {
            return true;
        }
        let Engine { index, summaries, known, seen, .. } = self;
        let mut suspects = Suspects { index, summaries, known, seen, here: Some(here), all: false };
        scan.locks == 1 && scan::scan(body.clone(), &mut |question| suspects.takes_locks(question)).calls
    }

    fn is_in_trait(&self, here: Here) -> bool {
        here.owner.is_some_and(|owner| self.index.outline(here.module).impls[owner].is_trait)
    }

    fn qualified_name(&self, here: Option<Here>, item: &Item) -> String {
        let owner = here.and_then(|here| Some(&self.index.outline(here.module).impls[here.owner?]));
        match owner.and_then(|owner| owner.self_type.segments.last()) {
            Some(owner) => format!("{owner}::{}", item.name),
            None => item.name.to_string(),
        }
    }
}

/// What `#[onloop::allow(..)]` and `#[onloop::expect(..)]` make of a function, by their `word`.
///
/// If an attribute of a kind stands below, that one has to see the exemption, so it goes first and the exemption below
/// it. Otherwise the function tells the runtime that it may block, if that is what it is exempt from and functions are
/// to tell what runs.
#[must_use]
pub fn exempt(
    word: &str,
    arguments: TokenStream,
    item: TokenStream,
    is_scoped: bool,
    line: &dyn Fn(Span) -> Option<usize>,
) -> TokenStream {
    let Ok(mut split) = Item::split(Kind::Callback, item.clone()) else {
        let message =
            format!("`#[onloop::{word}]` goes on a function, or inside one that bears an attribute of onloop");
        return misplaced(message, item);
    };
    let word = Ident::new(word, Span::call_site());
    let exemption = Attribute::new(quote! { onloop::#word(#arguments) });
    let body = split.body.stream();
    if split.attributes.iter().any(|found| is_kind(found)) {
        split.attributes.push(exemption);
        return expand::function(&split, &split.attributes, body);
    }
    let exemptions = exemption::exemptions(&exemption);
    // The trap heeds it too. A constant function cannot tell it.
    let can_tell = is_scoped && split.constness.is_none();
    let tells = can_tell && exemptions.iter().any(Exemption::is_for_blocking);
    let mut report = Report::new(exemptions);
    rules::missing_reason::check_exemptions(&mut report);
    let errors: TokenStream = report.finish().0.into_iter().map(|finding| finding.statement()).collect();
    if tells {
        return expand::exempt(&split, &split.attributes, &body, &errors, line);
    }
    expand::function(&split, &split.attributes, quote! { #errors #body })
}

/// The item as it is, and an error at the attribute.
fn misplaced(message: String, item: TokenStream) -> TokenStream {
    let error = syn::Error::new(Span::call_site(), message).into_compile_error();
    if syn::parse2::<syn::Item>(item.clone()).is_ok() || syn::parse2::<syn::TraitItem>(item.clone()).is_ok() {
        quote! { #error #item }
    } else {
        // A closure or another expression.
        quote! { { #error; #item } }
    }
}

/// Marks the findings of rules that nobody asked for.
fn mark_unrequested(findings: &mut [Finding], requested: &[Category]) {
    for finding in findings {
        finding.is_unrequested = rules::requested_by(finding.rule).is_some_and(|by| !requested.contains(&by));
    }
}

fn is_known_rule(name: &str) -> bool {
    rules::RULES.iter().any(|rule| rule.id == name)
}

fn unknown_rule(name: &RuleName) -> Problem {
    let known: Vec<_> = rules::RULES.iter().map(|rule| rule.id).collect();
    let message = format!("{}: onloop has no rule `{}`", name.place, name.rule);
    Problem { message, help: format!("the rules are {}", known.join(", ")) }
}

/// Whether the inside of an attribute is that of one of our kinds.
fn is_kind(attribute: &Group) -> bool {
    syn::parse2::<syn::Meta>(attribute.stream()).is_ok_and(|meta| mark::kind_of(&meta).is_some())
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
    /// The insides of all attributes, those from inside the body included.
    attributes: Vec<Attribute>,
    body: TokenStream,
}

/// Whether the function has the shape of its kind.
fn is_fit(model: &Model) -> bool {
    match model.kind {
        Kind::Callback | Kind::Blocking => model.asyncness.is_none(),
        Kind::Coroutine => model.asyncness.is_some() || !matches!(model.output, Output::Plain),
    }
}
