//! `--changed`: checks everything twice, as it is now and as it was where the branch left its base, and reports what is
//! new. So a changed helper makes an old caller a new finding.
//!
//! The old state is written to a temporary folder from git's object store: neither the work tree nor git's index is
//! touched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::paths::from_folder;
use crate::select::Workspace;

/// The sources as they were, for as long as this lives.
#[derive(Debug, Default)]
pub(crate) struct Before {
    folder: PathBuf,
    /// The manifest there that is looked at here.
    pub(crate) manifest: PathBuf,
    /// Whether there was one.
    pub(crate) is_there: bool,
    /// What files were called then that have another name now, as they are shown.
    pub(crate) renames: BTreeMap<String, String>,
}

impl Drop for Before {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Before {
    /// Lays out what was at the merge base with `reference`, or with the branch that this one will go to.
    pub(crate) fn lay_out(workspace: &Workspace, reference: &str) -> Result<Before, Failure> {
        let git = |arguments: &[&str]| run(&workspace.root, arguments, &[]);
        let top = git(&["rev-parse", "--show-toplevel"])
            .map_err(|error| Failure::new(format!("`--changed` needs git: {error}")))?;
        if git(&["rev-parse", "--verify", "--quiet", "HEAD"]).is_err() {
            // Before the first commit there was nothing.
            return Ok(Before::default());
        }
        let reference = if reference.is_empty() { default_reference(&git)? } else { reference.to_owned() };
        let base = git(&["merge-base", "HEAD", &reference]).map_err(|error| no_base(&git, &reference, &error))?;
        let folder =
            std::env::temp_dir().join(format!("cargo-onloop-{}-{}", std::process::id(), &base[..base.len().min(12)]));
        let _ = std::fs::remove_dir_all(&folder);
        let sources = folder.join("sources");
        std::fs::create_dir_all(&sources)
            .map_err(|error| Failure::new(format!("`{}` cannot be made: {error}", sources.display())))?;
        let top = PathBuf::from(top);
        let top = top.canonicalize().unwrap_or(top);
        let manifest = workspace.manifest.canonicalize().unwrap_or_else(|_| workspace.manifest.clone());
        let manifest = manifest.strip_prefix(&top).map(|manifest| sources.join(manifest)).map_err(|_| {
            Failure::new(format!("`{}` is not in the repository `{}`", manifest.display(), top.display()))
        })?;
        let renames = renames(workspace, &top, &base);
        let mut before = Before { folder, manifest, is_there: false, renames };
        let index = before.folder.join("index");
        let prefix = format!("--prefix={}/", sources.display());
        for arguments in [&["read-tree", &*base][..], &["checkout-index", "--all", "--force", "--quiet", &*prefix][..]]
        {
            run(&top, arguments, &[("GIT_INDEX_FILE", &index)])
                .map_err(|error| Failure::new(format!("git cannot lay out `{base}`: {error}")))?;
        }
        before.is_there = before.manifest.exists();
        Ok(before)
    }
}

/// A shallow clone knows the commit, or the branch, and not what they have in common.
fn no_base(git: &dyn Fn(&[&str]) -> Result<String, String>, reference: &str, error: &str) -> Failure {
    let what = format!("there is no merge base with `{reference}`");
    let is_shallow = git(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|said| said == "true");
    let help = if is_shallow {
        "this clone is shallow: fetch the rest with `git fetch --unshallow`, or in a workflow with `fetch-depth: 0`"
    } else {
        "name the branch with `--changed=REF`"
    };
    Failure::new(if error.is_empty() { what } else { format!("{what}: {error}") }).help(help)
}

/// The files that git takes for others under a new name: of each what it was.
fn renames(workspace: &Workspace, top: &Path, base: &str) -> BTreeMap<String, String> {
    let said = run(top, &["diff", "--name-status", "--find-renames", "--diff-filter=R", "-z", base], &[]);
    let said = said.unwrap_or_default();
    let root = workspace.root.canonicalize().unwrap_or_else(|_| workspace.root.clone());
    let shown = |path: &str| from_folder(&root, &top.join(path)).to_string_lossy().replace('\\', "/");
    let mut parts = said.split('\0');
    let mut renames = BTreeMap::new();
    while let (Some(_), Some(old), Some(new)) = (parts.next(), parts.next(), parts.next()) {
        renames.insert(shown(new), shown(old));
    }
    renames
}

/// The branch that this one will go to, as far as git knows.
fn default_reference(git: &dyn Fn(&[&str]) -> Result<String, String>) -> Result<String, Failure> {
    let candidates = ["origin/HEAD", "@{upstream}", "main", "master"];
    let known = candidates.iter().find(|name| git(&["rev-parse", "--verify", "--quiet", name]).is_ok());
    known.map(|name| (*name).to_owned()).ok_or_else(|| {
        Failure::new("it is not known what the branch is to be compared with").help("name it with `--changed=REF`")
    })
}

fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &Path)]) -> Result<String, String> {
    let output = Command::new("git").current_dir(folder).args(arguments).envs(environment.iter().copied()).output();
    let output = output.map_err(|error| format!("it cannot be run: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}
