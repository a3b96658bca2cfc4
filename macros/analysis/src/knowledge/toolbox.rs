//! What a crate has for running code, so that help lines can name it.

/// How tasks and jobs are started in a crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Toolbox {
    ways: &'static Ways,
    has_hub: bool,
}

/// How a framework or runtime starts them, as code.
#[derive(Debug, PartialEq, Eq)]
struct Ways {
    /// The crate by which it is known.
    krate: &'static str,
    /// What runs a closure that may wait.
    blocking: &'static str,
    /// What starts a task.
    task: &'static str,
}

/// The way of most programs.
const TOKIO: Ways = Ways { krate: "tokio", blocking: "tokio::task::spawn_blocking", task: "tokio::spawn" };

/// The framework's own way comes first.
const FRAMEWORKS: &[Ways] = &[
    Ways { krate: "actix_web", blocking: "actix_web::web::block", task: "actix_web::rt::spawn" },
    Ways { krate: "tauri", blocking: "tauri::async_runtime::spawn_blocking", task: "tauri::async_runtime::spawn" },
];

/// What programs without tokio in their manifest have.
const OTHERS: &[Ways] = &[
    Ways { krate: "actix_rt", blocking: "actix_rt::task::spawn_blocking", task: "actix_rt::spawn" },
    Ways { krate: "rocket", blocking: "rocket::tokio::task::spawn_blocking", task: "rocket::tokio::spawn" },
    Ways { krate: "async_std", blocking: "async_std::task::spawn_blocking", task: "async_std::task::spawn" },
    Ways { krate: "smol", blocking: "smol::unblock", task: "smol::spawn" },
    Ways { krate: "gio", blocking: "gio::spawn_blocking", task: "glib::spawn_future_local" },
];

impl Default for Toolbox {
    fn default() -> Self {
        Toolbox { ways: &TOKIO, has_hub: false }
    }
}

impl Toolbox {
    /// That of a crate with these dependencies, where they are known.
    pub(crate) fn of(crates: Option<&[String]>, has_hub: bool) -> Toolbox {
        let is_there = |ways: &&Ways| crates.is_some_and(|crates| crates.iter().any(|known| known == ways.krate));
        let framework = FRAMEWORKS.iter().find(is_there);
        let ways = match framework {
            Some(framework) => framework,
            None if is_there(&&TOKIO) => &TOKIO,
            None => OTHERS.iter().find(is_there).unwrap_or(&TOKIO),
        };
        Toolbox { ways, has_hub }
    }

    /// What runs a closure that may block, awaited.
    pub(crate) fn executor(self) -> String {
        self.executor_of("(..).await")
    }

    /// The same with what stands behind its name.
    pub(crate) fn executor_of(self, call: &str) -> String {
        self.with_hub(format!("`{}{call}`", self.ways.blocking), &format!("hub.add_executor_job{call}"))
    }

    /// The hub's executor, where there is a hub, with what stands behind its name.
    pub(crate) fn hub_of(self, call: &str) -> Option<String> {
        self.has_hub.then(|| format!("`hub.add_executor_job{call}`"))
    }

    /// What starts a task whose handle is kept by somebody, for a place that cannot keep it.
    pub(crate) fn task(self) -> String {
        const CODE: &str = "(async move { .. })";
        if self.has_hub {
            format!("in a task: `hub.create_task{CODE}`")
        } else if self.is_of_tokio() {
            format!("in a task of a `tokio::task::JoinSet` that you keep: `tasks.spawn{CODE}`")
        } else {
            format!("in a task whose handle you keep: `{}{CODE}`", self.ways.task)
        }
    }

    /// What hands a closure to the executor without waiting for it.
    pub(crate) fn handed_over(self) -> Option<&'static str> {
        if self.has_hub {
            Some("hand it over: `hub.add_executor_job(..)`")
        } else {
            self.is_of_tokio()
                .then_some("hand it to a `tokio::task::JoinSet` that you keep: `tasks.spawn_blocking(..)`")
        }
    }

    /// What keeps the handles of tasks, for those who cannot keep them one by one.
    pub(crate) fn tracked_task(self) -> &'static str {
        if self.has_hub { "`hub.create_task(..)`" } else { "a `tokio::task::JoinSet` that somebody joins" }
    }

    /// The same of jobs that may block.
    pub(crate) fn tracked_job(self) -> &'static str {
        if self.has_hub { "`hub.add_executor_job(..)`" } else { "`spawn_blocking(..)` of a `tokio::task::JoinSet`" }
    }

    fn is_of_tokio(self) -> bool {
        self.ways.task.contains("tokio::spawn")
    }

    fn with_hub(self, way: String, of_hub: &str) -> String {
        if self.has_hub { format!("{way} or `{of_hub}`") } else { way }
    }
}

#[cfg(test)]
mod tests {
    use super::Toolbox;

    fn of(crates: &[&str], has_hub: bool) -> Toolbox {
        let crates: Vec<_> = crates.iter().map(|name| (*name).to_owned()).collect();
        Toolbox::of(Some(&crates), has_hub)
    }

    #[test]
    fn what_is_there_is_named() {
        assert_eq!(of(&["tokio"], false).executor(), "`tokio::task::spawn_blocking(..).await`");
        assert_eq!(of(&["tokio"], true).task(), "in a task: `hub.create_task(async move { .. })`");
        assert_eq!(of(&["tokio", "actix_web"], false).executor(), "`actix_web::web::block(..).await`");
        assert_eq!(of(&["rocket"], false).executor(), "`rocket::tokio::task::spawn_blocking(..).await`");
        assert_eq!(of(&["smol"], false).task(), "in a task whose handle you keep: `smol::spawn(async move { .. })`");
        assert_eq!(of(&["rocket", "tokio"], false), of(&["tokio"], false));
        assert_eq!(of(&[], false), Toolbox::default());
        assert_eq!(Toolbox::of(None, false), Toolbox::default());
    }
}
