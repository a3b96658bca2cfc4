//! Workspaces that the tests write, for cargo and the compiler to look at.

#![allow(dead_code, reason = "no test needs all of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A workspace with a package in the folder `house`.
pub(crate) struct Workspace(PathBuf);

impl Workspace {
    /// Under names of their own: cargo takes packages of one name in alike workspaces for the same.
    pub(crate) fn new(name: &str, source: &str) -> Workspace {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the folder is ours");
        }
        let workspace = Workspace(folder);
        let runtime = here.parent().expect("the package lies in the workspace").join("runtime-support");
        workspace.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"house\"]\n");
        workspace.write(
            "house/Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\nonloop = {{ path = '{}', default-features = false }}\n",
                runtime.display()
            ),
        );
        workspace.write("house/src/main.rs", source);
        // The versions of the workspace, which are mostly on this machine already; cargo fetches what a feature adds.
        fs::copy(here.join("../Cargo.lock"), workspace.0.join("Cargo.lock")).expect("the workspace has a lock file");
        workspace
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        self.write_bytes(name, text.as_bytes());
    }

    pub(crate) fn write_bytes(&self, name: &str, text: &[u8]) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("the file lies in a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    /// A link to what may not be there. Where there are no such links it is a copy.
    pub(crate) fn link(&self, to: &str, name: &str) {
        #[cfg(unix)]
        std::os::unix::fs::symlink(self.0.join(to), self.0.join(name)).expect("links can be made");
        #[cfg(not(unix))]
        let _ = fs::copy(self.0.join(to), self.0.join(name));
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect("the file is there")
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.0.join(name)).expect("the file is there");
    }

    pub(crate) fn check(&self) -> (String, bool) {
        self.cargo("check")
    }

    /// What the program prints, which must end well.
    #[track_caller]
    pub(crate) fn run(&self) -> String {
        let output = self.command("run").output().expect("cargo can be run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What a command of cargo says, without spaces at the ends of lines, and whether all is right.
    pub(crate) fn cargo(&self, command: &str) -> (String, bool) {
        let output = self.command(command).output().expect("cargo can be run");
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<_> = said.lines().map(str::trim_end).collect();
        (said.join("\n"), output.status.success())
    }

    fn command(&self, command: &str) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.arg(command).current_dir(&self.0);
        // What this test is run with is not what it is about.
        for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "ONLOOP_LEVEL"] {
            cargo.env_remove(variable);
        }
        // One for all workspaces here: what they depend on is built once.
        cargo.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("target-of-workspaces"));
        cargo
    }

    /// All is right, and stays so without compiling anything again.
    #[track_caller]
    pub(crate) fn passes(&self) {
        let (said, is_right) = self.check();
        assert!(is_right && said.contains("Checking ") && !said.contains("--> house"), "{said}");
        let (said, is_right) = self.check();
        assert!(is_right && !said.contains("Checking"), "{said}");
    }

    #[track_caller]
    pub(crate) fn fails_with(&self, expected: &str) {
        let (said, is_right) = self.check();
        assert!(!is_right && said.contains(expected.trim_start_matches('\n')), "{said}\ndoes not hold\n{expected}");
    }
}
