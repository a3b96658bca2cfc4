//! Scopes as `tracing` spans, so that existing viewers show the loop: each function under its own name and place.
//!
//! The macros of `tracing` need the name of a span at compile time. Here only the site knows it, so each site gets its
//! metadata once, when it is first seen.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, OnceLock};

use tracing::callsite::{self, Callsite, Identifier};
use tracing::field::{FieldSet, Value};
use tracing::metadata::Kind;
use tracing::span::{EnteredSpan, Span};
use tracing::subscriber::Interest;
use tracing::{Level, Metadata};

use crate::Site;
use crate::lock::lock;

/// The target of the spans.
const TARGET: &str = "onloop::span";

/// What `tracing` knows of a site. One for each, for as long as the program runs: as many as functions.
struct Described {
    metadata: OnceLock<Metadata<'static>>,
    /// Whether no subscriber wants it, as they last said.
    unwanted: AtomicBool,
}

impl Callsite for Described {
    fn set_interest(&self, interest: Interest) {
        self.unwanted.store(interest.is_never(), Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        self.metadata.get().expect("it is set before anybody sees this")
    }
}

/// Enters the span of a site, if a subscriber wants it.
pub(super) fn enter(site: &'static Site) -> Option<EnteredSpan> {
    let described = describe(site);
    let metadata = described.metadata.get()?;
    if described.unwanted.load(Relaxed) || !tracing::dispatcher::get_default(|subscriber| subscriber.enabled(metadata))
    {
        return None;
    }
    let kind = site.kind().to_string();
    let field = metadata.fields().field("kind")?;
    let span = Span::new(metadata, &metadata.fields().value_set(&[(&field, Some(&kind.as_str() as &dyn Value))]));
    Some(span.entered())
}

fn describe(site: &'static Site) -> &'static Described {
    static KNOWN: Mutex<Option<HashMap<usize, &'static Described>>> = Mutex::new(None);
    let known = || lock(&KNOWN);
    if let Some(described) = known().as_ref().and_then(|known| known.get(&site.address()).copied()) {
        return described;
    }
    let described: &'static Described =
        Box::leak(Box::new(Described { metadata: OnceLock::new(), unwanted: AtomicBool::new(false) }));
    let fields = FieldSet::new(&["kind"], Identifier(described));
    let (file, line) = (Some(site.file()), Some(site.line()));
    let metadata = Metadata::new(site.name(), TARGET, Level::INFO, file, line, None, fields, Kind::SPAN);
    described.metadata.set(metadata).expect("nobody else has seen this");
    // Asks the subscribers, whose code may enter scopes in turn; so no lock is held.
    callsite::register(described);
    known().get_or_insert_with(HashMap::new).insert(site.address(), described);
    described
}
