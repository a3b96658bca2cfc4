//! What a rule is, and what rules report, minus what is exempted.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::facts::model::{Context, Model, Step};
use crate::facts::question::{Probe, Wanted};
use crate::facts::sign::Sign;
use crate::source::Cfg;
use crate::syntax::exemption::{Exemption, Level};
use crate::syntax::kind::Kind;
use crate::syntax::near::nearest;

/// A shape that annotated functions must not have.
pub struct Rule {
    /// Its name everywhere: file, UI tests, messages, exemptions, README.
    pub id: &'static str,
    /// The functions it looks at.
    pub kinds: &'static [Kind],
    /// What in a body makes it look at one; nothing where the head tells all.
    pub(crate) asks: &'static [Sign],
    pub(super) check: fn(&Model, &mut Report),
}

/// A rule that is broken somewhere.
#[derive(Debug)]
pub struct Finding {
    /// The rule's id; empty for what is wrong with the use of the attributes themselves.
    pub rule: &'static str,
    /// What it points at.
    pub tokens: TokenStream,
    /// What is wrong and why: lower-case, one line, no final stop.
    pub message: String,
    /// Where it blocks, if it is not called here itself.
    pub place: Option<String>,
    /// What to write instead.
    pub help: Vec<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// What is called, by its canonical path, where the rule is about a call.
    pub callee: Option<String>,
    /// The way to what blocks, where it is not called here itself.
    pub chain: Vec<Step>,
    /// It is of a rule on request, and nobody asked: neither the attribute nor the project.
    pub is_unrequested: bool,
    gates: Vec<TokenStream>,
    order: usize,
}

impl Finding {
    /// An error that belongs to no rule.
    pub(crate) fn misuse(tokens: TokenStream, message: impl Into<String>, help: impl Into<String>) -> Self {
        let said = Said { message: message.into(), help: vec![help.into()], ..Said::default() };
        said.finding("", tokens, &Context::default())
    }

    /// Whether it is part of a build that is configured like this; yes where that is not known.
    #[must_use]
    pub fn is_in(&self, cfg: &Cfg) -> bool {
        self.gates.iter().all(|gate| cfg.holds(&gate.to_string()) != Some(false))
    }

    /// Whether it is an error whatever the `cfg`s are.
    pub(crate) fn is_unconditional(&self) -> bool {
        self.gates.is_empty()
    }

    /// The text of the compile error.
    #[must_use]
    pub fn text(&self) -> String {
        let help = self.help.iter().map(|help| format!("help: {help}"));
        let place = self.place.iter().map(|place| format!("note: blocks here: {place}"));
        let notes = self.notes.iter().map(|note| format!("note: {note}"));
        let rule = Some(self.rule).filter(|rule| !rule.is_empty()).map(|rule| format!("note: {}", named(rule)));
        let lines: Vec<_> = help.chain(place).chain(notes).chain(rule).collect();
        if lines.is_empty() {
            self.message.clone()
        } else {
            format!("{}\n\n  = {}", self.message, lines.join("\n  = "))
        }
    }

    /// A statement that makes the compiler say it, where the `cfg`s around the place hold.
    pub(crate) fn statement(&self) -> TokenStream {
        let error = syn::Error::new_spanned(&self.tokens, self.text()).into_compile_error();
        let gates = &self.gates;
        quote! { #(#[cfg(#gates)])* #error }
    }
}

/// A rule's id, and where to read on: the last note of each message.
#[must_use]
pub fn named(rule: &str) -> String {
    format!("onloop::{rule}; to learn more, or to exempt it: `cargo onloop explain {rule}`")
}

/// What a rule says where it finds something.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) message: String,
    pub(crate) place: Option<String>,
    pub(crate) help: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) callee: Option<String>,
    pub(crate) chain: Vec<Step>,
}

impl Said {
    fn finding(self, rule: &'static str, tokens: TokenStream, context: &Context) -> Finding {
        let Said { message, help, notes, callee, place, chain } = self;
        let (gates, order) = (context.gates.clone(), context.order);
        Finding { rule, tokens, message, help, notes, callee, place, chain, is_unrequested: false, gates, order }
    }
}

/// Where the rules put their findings for one function.
pub(crate) struct Report {
    exemptions: Vec<Exemption>,
    used: Vec<bool>,
    findings: Vec<Finding>,
    wanted: Vec<Wanted>,
    /// The ids of the rules: an exemption from any other one is an error.
    known: Vec<&'static str>,
}

impl Report {
    pub(super) fn new(exemptions: Vec<Exemption>, known: Vec<&'static str>) -> Self {
        let used = vec![false; exemptions.len()];
        Report { exemptions, used, findings: Vec::new(), wanted: Vec::new(), known }
    }

    /// Whether there is a rule of that name.
    pub(super) fn knows(&self, rule: &str) -> bool {
        self.known.contains(&rule)
    }

    /// Reports a finding, unless the innermost exemption for its rule around it takes it.
    pub(crate) fn push(
        &mut self,
        rule: &'static Rule,
        context: &Context,
        tokens: &TokenStream,
        message: String,
        help: Vec<String>,
    ) {
        self.push_noted(rule, context, tokens, message, help, Vec::new());
    }

    /// The same with more to know.
    pub(crate) fn push_noted(
        &mut self,
        rule: &'static Rule,
        context: &Context,
        tokens: &TokenStream,
        message: String,
        help: Vec<String>,
        notes: Vec<String>,
    ) {
        self.say(rule, context, tokens, Said { message, help, notes, ..Said::default() });
    }

    /// The same with what tools want to know.
    pub(crate) fn say(&mut self, rule: &'static Rule, context: &Context, tokens: &TokenStream, said: Said) {
        if !self.exempts(rule, context) {
            self.findings.push(said.finding(rule.id, tokens.clone(), context));
        }
    }

    /// Leaves the decision to the compiler. What an exemption takes is not asked about, and whether it was needed
    /// stays open.
    pub(crate) fn ask(&mut self, rule: &'static Rule, context: &Context, probe: &Probe, at: Span) {
        if !self.exempts(rule, context) {
            self.wanted.push(Wanted { probe: probe.clone(), gates: context.gates.clone(), at });
        }
    }

    /// Whether an exemption takes what a rule has found; that one counts as used.
    fn exempts(&mut self, rule: &Rule, context: &Context) -> bool {
        let found = context.exemptions.iter().rev().find(|&&index| self.exemptions[index].takes(rule.id));
        if let Some(&index) = found {
            self.used[index] = true;
        }
        found.is_some()
    }

    /// The exemptions, each with whether it took a finding.
    pub(crate) fn exemptions(&self) -> impl Iterator<Item = (&Exemption, bool)> {
        self.exemptions.iter().zip(self.used.iter().copied())
    }

    /// The findings in the order of the text, and what the compiler is to be asked.
    pub(crate) fn finish(mut self) -> (Vec<Finding>, Vec<Wanted>) {
        self.findings.extend(self.exemptions.iter().filter_map(|exemption| misnamed(exemption, &self.known)));
        self.findings.sort_by_key(|finding| finding.order);
        (self.findings, self.wanted)
    }
}

/// What is wrong with an exemption that names no rule.
fn misnamed(exemption: &Exemption, known: &[&str]) -> Option<Finding> {
    let rule = &exemption.rule;
    let list = || format!("the rules are {}", known.join(", "));
    let form = || format!("write it as in `#[onloop::allow(blocking_call, reason = \"..\")]`; {}", list());
    let refused = || "the rules of onloop are not lints of the compiler".to_owned();
    let (message, help) = match exemption.level {
        Level::Foreign => (refused(), format!("write `#[onloop::allow({rule}, reason = \"..\")]`, or `expect`")),
        Level::Warn => {
            (refused(), "remove it: only `cargo onloop` can warn, as set under `[levels]` in `onloop.toml`".to_owned())
        }
        Level::Deny => (refused(), "remove it: in functions that are marked the rules are errors anyway".to_owned()),
        _ if known.contains(&rule.as_str()) => return None,
        _ if rule.is_empty() => ("no rule is named here".to_owned(), form()),
        _ if rule.contains(|c: char| !(c.is_alphanumeric() || "_:".contains(c))) => {
            ("expected a list of rules".to_owned(), form())
        }
        _ => {
            let near = nearest(rule, known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            (format!("onloop has no rule `{rule}`"), format!("{near}{}", list()))
        }
    };
    Some(Finding::misuse(exemption.tokens.clone(), message, help))
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use crate::testing::{Kind, Memory};
    use crate::{Cfg, Engine, Index, Level};

    /// Whether the body has become one that nobody can run, and whether there is an error.
    fn replaced_and_refused(kind: Kind, item: &str) -> (bool, bool) {
        let mut engine = Engine::new(Index::new(Box::new(Memory(Vec::new())), None, Cfg::default()));
        let expanded = engine.expand(kind, TokenStream::new(), item.parse().unwrap(), Level::Error, &|_| None);
        let expanded = expanded.to_string();
        (expanded.contains("loop { }"), expanded.contains("compile_error"))
    }

    #[test]
    fn a_body_is_replaced_only_behind_an_error() {
        assert_eq!(replaced_and_refused(Kind::Coroutine, "fn f() { x.await; }"), (true, true));
        assert_eq!(replaced_and_refused(Kind::Callback, "fn f() { x.await; }"), (true, true));
        assert_eq!(replaced_and_refused(Kind::Callback, "fn f() { g(|| x.await); }"), (true, true));
        let exempt = |rule: &str, body: &str| format!("#[onloop::allow({rule}, reason = \"r\")] fn f() {{ {body} }}");
        assert_eq!(replaced_and_refused(Kind::Coroutine, &exempt("sync_coroutine", "x.await;")), (false, false));
        assert_eq!(replaced_and_refused(Kind::Callback, &exempt("await_in_callback", "x.await;")), (false, false));
        assert_eq!(replaced_and_refused(Kind::Callback, &exempt("await_in_callback", "g(|| x.await)")), (false, false));
        // The error may not be there.
        assert!(!replaced_and_refused(Kind::Callback, "fn f() { #[cfg(windows)] x.await; }").0);
    }
}
