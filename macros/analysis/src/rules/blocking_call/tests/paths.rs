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
