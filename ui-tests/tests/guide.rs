//! The pages of the rules in `onloop::guide` are the documentation of the rules' own files.
//! `BLESS=1 cargo test -p onloop-ui-tests --test guide` writes them anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const PAGES: &str = "runtime-support/src/guide/rules";

const HEAD: &str = "\
// Made from the README and the rules' own files: `BLESS=1 cargo test -p onloop-ui-tests --test guide` writes this file.

//! The rules: what each reports, why, its limits, and what to write instead.
//!
//! A message of the compiler ends with the rule's id, such as `onloop::blocking_call`. The same word is the name of the
//! rule's page here, and of the rule in [exemptions](super::exemptions).
//!
";

#[test]
fn each_rule_has_its_page() {
    let readme = read(&root().join("README.md"));
    let rows: Vec<_> = readme.lines().filter_map(row).collect();
    let mut made = String::from(HEAD);
    made += "//! | rule | in | reports |\n//! | --- | --- | --- |\n";
    for (rule, rest) in &rows {
        writeln!(made, "//! | [`{rule}`](mod@{rule}) |{rest}").unwrap();
    }
    for (rule, _) in &rows {
        check(&root().join(PAGES).join(format!("{rule}.md")), &page(rule));
        write!(made, "\n#[doc = include_str!(\"rules/{rule}.md\")]\npub mod {rule} {{}}\n").unwrap();
    }
    check(&root().join(PAGES).with_extension("rs"), &made);

    let pages = fs::read_dir(root().join(PAGES)).expect("the pages are there");
    let stem = |path: PathBuf| path.file_stem().expect("a file").to_string_lossy().into_owned();
    let pages: BTreeSet<_> = pages.map(|entry| stem(entry.expect("the folder can be read").path())).collect();
    assert_eq!(pages, rows.iter().map(|(rule, _)| (*rule).to_owned()).collect(), "pages, and rows of the README");
}

/// The id of a rule, and the rest of its row in the README.
fn row(line: &str) -> Option<(&str, &str)> {
    let (rule, rest) = line.strip_prefix("| [`")?.split_once("`](")?;
    let (target, rest) = rest.split_once(") |")?;
    target.contains(&format!("/rules/{rule}")).then_some((rule, rest))
}

/// The page of a rule, with a link for what a terminal cannot follow.
fn page(rule: &str) -> String {
    let page = onloop_analysis::page(rule).expect("the rule has a page");
    page.replace("\n`exemptions`", "\n[exemptions](crate::guide::exemptions)")
}

fn check(path: &Path, made: &str) {
    if env::var_os("BLESS").is_some() {
        fs::write(path, made).expect("the page can be written");
    }
    let is_same = fs::read_to_string(path).is_ok_and(|found| found == made);
    assert!(is_same, "{} is not what the rule's file says; write it anew with BLESS=1", path.display());
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace").to_owned()
}
