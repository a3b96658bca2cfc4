//! What the trap does with its findings. The settings apply to the whole program.

use std::path::{Component, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use std::{env, fmt, fs, path};

use super::violation::{HELP, Violation};
use crate::lock::lock;
use crate::log::{log, to_stderr};

/// The variable that has the last word on the policy.
const VARIABLE: &str = "ONLOOP_TRAP";

/// How long a lock may take, in nanoseconds. Not behind a lock: it is asked for inside calls.
static PATIENCE: AtomicU64 = AtomicU64::new(100_000_000);

/// Is called with each violation.
type Hook = Arc<dyn Fn(&Violation) + Send + Sync>;

/// What happens when a call blocks the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Policy {
    /// It is logged, and the annotated function panics when it ends.
    #[default]
    Panic,
    /// It is logged.
    Log,
    /// Nothing.
    Off,
}

/// What was configured last.
#[derive(Clone, Default)]
pub(super) struct Settings {
    policy: Policy,
    paths: Vec<PathBuf>,
    hooks: Vec<Hook>,
}

static CURRENT: Mutex<Option<Arc<Settings>>> = Mutex::new(None);

/// Starts the configuration of the trap. Without one it panics, and no path is allowed but those that it lets go anyway:
/// what lies in memory, and what tells the local time.
pub fn configure() -> TrapBuilder {
    TrapBuilder { settings: Settings::default(), patience: Duration::from_millis(100) }
}

/// The configuration of the trap, returned by [`configure`].
#[must_use = "the configuration counts once it is installed"]
#[derive(Debug, Clone)]
pub struct TrapBuilder {
    settings: Settings,
    patience: Duration,
}

impl TrapBuilder {
    /// What happens when a call blocks the loop; [`Policy::Panic`] by default.
    ///
    /// The environment variable `ONLOOP_TRAP` (`panic`, `log` or `off`) has the last word.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.settings.policy = policy;
        self
    }

    /// Allows calls about this file, or about whatever lies below this folder. May be called more than once.
    ///
    /// Paths are compared as written, relative ones from the working directory; links in paths that the program opens
    /// are not followed. For open files the system knows the path without links, so links in this path are followed
    /// too, if it exists. Files in memory (`/proc`, `/sys`, `/dev/null` and the like) are always allowed.
    pub fn allow_path(mut self, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        #[expect(clippy::disallowed_methods, reason = "a program configures the trap before its loop runs")]
        let without_links = fs::canonicalize(&path).ok();
        self.settings.paths.push(path::absolute(&path).unwrap_or(path));
        self.settings.paths.extend(without_links);
        self
    }

    /// How long a lock may take, or a wait for a condition variable. The default is 100 ms, as in the watch. Shorter
    /// waits are not reported, since a lock that is held for a moment is fine on a loop, and a busy machine makes
    /// moments longer.
    ///
    /// It does not apply where a thread waits for another one to do something (`recv` of a channel, `join`, `park`).
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Calls `hook` with each violation, on the thread of the loop. May be called more than once.
    ///
    /// Calls made by a hook are not checked. If the hook panics, that becomes the panic of the annotated function,
    /// unless that function is panicking already.
    pub fn on_violation(mut self, hook: impl Fn(&Violation) + Send + Sync + 'static) -> Self {
        self.settings.hooks.push(Arc::new(hook));
        self
    }

    /// Makes this the configuration of the whole program, in the place of the one before.
    ///
    /// It also reads the debug information of the program, as [`verify`][super::verify] does.
    pub fn install(self) {
        PATIENCE.store(u64::try_from(self.patience.as_nanos()).unwrap_or(u64::MAX), Relaxed);
        let settings = Arc::new(self.settings);
        *lock(&CURRENT) = Some(Arc::clone(&settings));
        #[cfg(target_os = "linux")]
        if settings.policy() != Policy::Off {
            super::busy::read_names();
        }
    }
}

/// How long a lock may take.
pub(crate) fn patience() -> Duration {
    Duration::from_nanos(PATIENCE.load(Relaxed))
}

/// The settings that hold now.
pub(super) fn current() -> Arc<Settings> {
    lock(&CURRENT).clone().unwrap_or_default()
}

/// What the environment says. An unknown word is logged once, and the program's own policy applies.
fn from_environment() -> Option<Policy> {
    static SAID: OnceLock<Option<Policy>> = OnceLock::new();
    *SAID.get_or_init(|| {
        let value = env::var_os(VARIABLE).filter(|value| !value.is_empty())?;
        let policy = value.to_str().and_then(parse);
        if policy.is_none() {
            to_stderr(&format!(
                "{VARIABLE} is `{}`, and it may be `panic`, `log` or `off`: it is not heeded",
                value.display()
            ));
        }
        policy
    })
}

fn parse(word: &str) -> Option<Policy> {
    match word {
        "panic" => Some(Policy::Panic),
        "log" => Some(Policy::Log),
        "off" => Some(Policy::Off),
        _ => None,
    }
}

impl Settings {
    /// What happens: the environment has the last word.
    pub(super) fn policy(&self) -> Policy {
        from_environment().unwrap_or(self.policy)
    }

    /// Whether calls about this file are allowed.
    pub(super) fn is_allowed(&self, path: &str) -> bool {
        let absolute = path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
        // Where a link has been followed, the parent is another one.
        let is_plain = !absolute.components().any(|part| part == Component::ParentDir);
        is_plain && self.paths.iter().any(|allowed| absolute.starts_with(allowed))
    }

    /// Reports to the log and the hooks.
    pub(super) fn report(&self, violation: &Violation) {
        // A call that is made again and again is logged the first, second, fourth, eighth time and so on.
        if violation.count.is_power_of_two() {
            log!(
                ERROR,
                target: "onloop::trap",
                {
                    site = violation.site.name(),
                    kind = %violation.site.kind(),
                    file = violation.site.file(),
                    line = violation.site.line(),
                    call = violation.call,
                    what = violation.what,
                    thread = violation.thread,
                    count = violation.count,
                },
                "{violation}\n{HELP}",
            );
        }
        for hook in &self.hooks {
            hook(violation);
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("policy", &self.policy)
            .field("paths", &self.paths)
            .field("hooks", &self.hooks.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn paths_are_folders_and_files() {
        let settings = configure().allow_path("/var/lib/house").allow_path("target").settings;
        for path in ["/var/lib/house", "/var/lib/house/db", "target/debug/x", "./target/x"] {
            assert!(settings.is_allowed(path), "{path}");
        }
        assert!(!settings.is_allowed("/var/lib/household"));
        assert!(!settings.is_allowed("targets"));
        assert!(!settings.is_allowed("target/../house.toml"));
    }

    #[test]
    fn a_link_is_allowed_with_what_it_leads_to() {
        let link = Path::new("/proc/self/cwd/src");
        let settings = configure().allow_path(link).settings;
        assert!(settings.paths.contains(&link.to_owned()));
        assert!(settings.is_allowed(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs").to_str().unwrap()));
    }

    #[test]
    fn the_environment_knows_three_words() {
        assert_eq!(parse("panic"), Some(Policy::Panic));
        assert_eq!(parse("log"), Some(Policy::Log));
        assert_eq!(parse("off"), Some(Policy::Off));
        assert_eq!(parse("Panic"), None);
    }
}
