//! Paths that are made from others, where nobody but the text tells their type.

use crate::testing::check_coroutine;

#[test]
fn a_path_that_is_made_from_another_is_a_path() {
    check_coroutine(
        "
        async fn find(root: std::path::PathBuf, name: &str) {
            let file = root.join(name).with_extension(\"toml\");
            file.exists();
               //^ `exists` blocks the event loop: it is `std::path::Path::exists`
            std::env::temp_dir().join(name).is_dir();
                                          //^ `is_dir` blocks the event loop: it is `std::path::Path::is_dir`
            let home = std::env::var_os(\"HOME\").map(std::path::PathBuf::from);
            let found = [\".\", \"/\"].iter().map(std::path::Path::new).any(|path| path.exists());
                                                                                  //^ `exists` blocks the event loop: it is `std::path::Path::exists`
            let text = root.join(name).display().to_string();
        }
        ",
    );
}

#[test]
fn a_path_of_the_environment_is_a_path() {
    check_coroutine(
        "
        use std::path::{Path, PathBuf};
        async fn find(root: &Path, shared: std::borrow::Cow<'_, Path>) {
            std::env::var(\"HOME\").map(PathBuf::from).unwrap().exists();
                                                            //^ `exists` blocks the event loop: it is `std::path::Path::exists`
            let home = std::env::var_os(\"HOME\").map(PathBuf::from).unwrap_or_default();
            home.join(\"x\").is_file();
                         //^ `is_file` blocks the event loop: it is `std::path::Path::is_file`
            for dir in std::env::split_paths(list) { dir.join(\"x\").exists(); }
                                                                 //^ `exists` blocks the event loop: it is `std::path::Path::exists`
            let found = std::env::split_paths(list).map(|dir| dir.join(\"x\")).find(|file| file.is_file());
                                                                                            //^ `is_file` blocks the event loop: it is `std::path::Path::is_file`
            root.ancestors().any(|dir| dir.join(\".git\").exists());
                                                      //^ `exists` blocks the event loop: it is `std::path::Path::exists`
            for dir in root.ancestors() { dir.metadata(); }
                                            //^ `metadata` blocks the event loop: it is `std::path::Path::metadata`
            let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(|dir| dir.join(\"x\")));
            beside.is_some_and(|file| file.exists());
                                         //^ `exists` blocks the event loop: it is `std::path::Path::exists`
            PathBuf::from_iter([\"a\", \"b\"]).exists();
                                         //^ `exists` blocks the event loop: it is `std::path::Path::exists`
            shared.into_owned().is_file();
                              //^ `is_file` blocks the event loop: it is `std::path::Path::is_file`
        }
        ",
    );
}

#[test]
fn what_is_no_path_is_left_alone() {
    check_coroutine(
        "
        struct Tree;
        impl Tree { fn ancestors(&self) -> Vec<Tree> { Vec::new() } fn exists(&self) -> bool { true } }
        async fn find(tree: Tree, root: &std::path::Path, text: std::borrow::Cow<'_, str>) {
            tree.ancestors().iter().any(|tree| tree.exists());
            std::env::var(\"HOME\").map(Tree::from).unwrap().exists();
            std::env::var(\"HOME\").is_ok_and(|home| home.is_empty());
            root.parent().map(|dir| Tree).is_some_and(|tree| tree.exists());
            let deepest = root.ancestors().count();
            text.into_owned().len();
        }
        ",
    );
}

#[test]
fn what_a_buffer_is_around_can_be_taken_out() {
    check_coroutine(
        "
        async fn save(mut out: std::io::BufWriter<std::fs::File>, mut memory: std::io::BufWriter<Vec<u8>>) {
            out.get_mut().sync_all();
                        //^^^^^^^^ `sync_all` blocks the event loop: it is `std::fs::File::sync_all`
            out.get_ref().metadata();
                        //^^^^^^^^ `metadata` blocks the event loop: it is `std::fs::File::metadata`
            memory.get_mut().clear();
            memory.into_inner().unwrap().len();
        }
        ",
    );
}
