//! Paths that are made from others, where nobody but the text tells their type.

use crate::testing::{Kind, check_coroutine, check_file};

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

#[test]
fn globs_bring_names() {
    check_file(
        Kind::Callback,
        "
        use std::fs::*;
        mod inner { pub use std::thread::*; }
        use inner::*;
        fn on_tick() {
            read(n);
          //^^^^ `read` blocks the event loop: it is `std::fs::read`
            File::open(n);
          //^^^^ `File::open` blocks the event loop
            sleep(n);
          //^^^^^ `sleep` blocks the event loop: it is `std::thread::sleep`
            std::fs::write(n, n);
          //^^^ `std::fs::write` blocks the event loop
            create();
            fn create() {}
            use std::net::*;
            TcpStream::connect(n);
          //^^^^^^^^^ `TcpStream::connect` blocks the event loop
        }
        ",
    );
}

#[test]
fn what_a_module_brings_is_no_crate() {
    check_file(
        Kind::Callback,
        "
        use std::fs::File;
        mod store {
            use super::*;
            pub struct Store { pub file: File }
            impl Store { pub fn sync(&self) { self.file.sync_all(); } }
        }
        fn on_tick(store: &store::Store) {
            store.file.metadata();
                     //^^^^^^^^ `metadata` blocks the event loop: it is `std::fs::File::metadata`
        }
        ",
    );
}

#[test]
fn a_pool_lends_what_it_holds() {
    check_file(
        Kind::Callback,
        "
        use diesel::r2d2::{ConnectionManager, Pool};
        use redis::RedisResult;
        struct Cache { client: redis::Client, pool: Pool<ConnectionManager<diesel::PgConnection>> }
        impl Cache { fn open(&self) -> RedisResult<redis::Connection> { #[onloop::allow(blocking_call, reason = \"x\")] self.client.get_connection() } }
        fn on_tick(cache: &Cache, query: Query, connection: &mut diesel::SqliteConnection) {
            let mut open = cache.open()?;
            open.req_command(command);
               //^^^^^^^^^^^ `req_command` blocks the event loop: it is `redis::ConnectionLike::req_command`
            let mut lent = cache.pool.get()?;
                                    //^^^ `get` blocks the event loop: it is `r2d2::Pool::get`
            query.load(&mut lent);
                //^^^^ `load` blocks the event loop: it is `diesel::RunQueryDsl::load`
            query.filter(1).first(connection);
                          //^^^^^ `first` blocks the event loop: it is `diesel::RunQueryDsl::first`
            query.load(1);
            query.first();
        }
        ",
    );
}
