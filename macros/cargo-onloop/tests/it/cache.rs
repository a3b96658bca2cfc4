//! What has not changed is not looked at again, and what has is.

use crate::support::{Project, blocking};

#[test]
fn a_change_is_seen() {
    let project = Project::library(&format!("mod store;\n{}", blocking("f")));
    project.write("src/store.rs", "");
    assert_eq!(project.places("").len(), 1);
    let kept: Vec<_> = std::fs::read_dir(project.folder.join("target/onloop/cache")).unwrap().collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(project.places("").len(), 1, "as it was");
    project.write("src/store.rs", &blocking("g"));
    assert_eq!(project.places("").len(), 2, "a file has changed");
    project.write("onloop.toml", "[[exempt]]\npath = \"house::f\"\nrules = [\"blocking_call\"]\nreason = \"r\"\n");
    assert_eq!(project.places("").len(), 1, "a file is there that was not");
    std::fs::remove_file(project.folder.join("onloop.toml")).unwrap();
    assert_eq!(project.places("").len(), 2, "and is no longer");
    project.write("Cargo.toml", &project.read("Cargo.toml").replace("0.1.0\"", "0.1.0\"\nautobins = false"));
    assert_eq!(project.places("--no-cache").len(), 2);
}

#[test]
fn a_cache_that_is_broken_is_none() {
    let project = Project::library(&blocking("f"));
    project.run("");
    for file in std::fs::read_dir(project.folder.join("target/onloop/cache")).unwrap() {
        std::fs::write(file.unwrap().path(), "{").unwrap();
    }
    assert_eq!(project.places("").len(), 1);
    std::fs::remove_dir_all(project.folder.join("target")).unwrap();
    assert_eq!(project.places("").len(), 1);
}
