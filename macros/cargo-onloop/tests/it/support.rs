//! A workspace in a folder of its own, and the command run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is there for one test.
pub(crate) struct Project {
    pub(crate) folder: PathBuf,
}

/// What a run of the command came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    /// A folder with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Project {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cargo-onloop-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name).join("project");
        let _ = std::fs::remove_dir_all(&folder);
        let project = Project { folder };
        std::fs::create_dir_all(&project.folder).unwrap();
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// A package with a library.
    pub(crate) fn library(text: &str) -> Project {
        Project::new(&[("Cargo.toml", PACKAGE), ("src/lib.rs", text)])
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.join(path)).unwrap()
    }

    /// Runs `cargo onloop` with arguments that have blanks between them.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.run_in("", arguments)
    }

    /// The same in a folder below.
    pub(crate) fn run_in(&self, folder: &str, arguments: &str) -> Run {
        let output = self.command(folder).args(arguments.split(' ').filter(|word| !word.is_empty())).output().unwrap();
        Run::of(&output)
    }

    /// The command, up to its first argument.
    pub(crate) fn command(&self, folder: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-onloop"));
        command.current_dir(self.folder.join(folder)).arg("onloop");
        command.env("CARGO_HOME", self.folder.parent().unwrap().join("cargo-home"));
        command.env_remove("CARGO_TERM_COLOR").env_remove("CARGO_TARGET_DIR");
        command
    }

    /// The findings of a run as objects.
    pub(crate) fn findings(&self, arguments: &str) -> Vec<serde_json::Value> {
        let run = self.run(&format!("{arguments} --format json"));
        assert!(run.code < 2, "{}", run.err);
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// `file:line rule` of each finding.
    pub(crate) fn places(&self, arguments: &str) -> Vec<String> {
        let findings = self.findings(arguments).into_iter();
        let place = |found: serde_json::Value| {
            format!("{}:{} {}", found["file"].as_str().unwrap(), found["line"], found["rule"].as_str().unwrap())
        };
        findings.map(place).collect()
    }

    /// Runs git, where there is one; whether it is there.
    pub(crate) fn git(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("git");
        command.current_dir(&self.folder).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(arguments);
        command.output().is_ok_and(|output| output.status.success())
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.folder.parent().map_or(self.folder.as_path(), Path::new));
    }
}

impl Run {
    pub(crate) fn of(output: &Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The manifest of a package without dependencies.
pub(crate) const PACKAGE: &str = "[package]\nname = \"house\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// A function in which something is found.
pub(crate) fn blocking(name: &str) -> String {
    format!("pub async fn {name}() {{ std::fs::read(\"x\").ok(); }}\n")
}
