//! Functions that are called without being named.

use crate::testing::{Kind, check_callback, check_crate, findings_of};

#[test]
fn iterators_of_ones_own_wait_where_something_is_taken() {
    check_callback(
        "
        struct Rows { file: BufReader<std::fs::File> }
        impl Iterator for Rows {
            type Item = String;
            fn next(&mut self) -> Option<String> { std::fs::read_to_string(\"x\").ok() }
        }
        struct Table;
        impl Table { fn rows(&self) -> Rows { todo!() } }
        impl IntoIterator for Table { type Item = String; type IntoIter = Rows; fn into_iter(self) -> Rows { self.rows() } }
        struct Both;
        impl Both { fn count(&self) -> usize { 1 } }
        impl Iterator for Both { type Item = u8; fn next(&mut self) -> Option<u8> { std::thread::park(); None } }
        fn names(table: &Table) -> Vec<String> { table.rows().collect() }

        fn on_tick(table: &Table, whole: Table, list: &mut Vec<String>, both: Both, any: impl Iterator<Item = u8>) {
            for row in table.rows() {}
                     //^^^^^ `for .. in table.rows()` blocks the event loop: it calls `Rows::next`, which calls `std::fs::read_to_string`
            for row in whole {}
                     //^^^^^ `for .. in whole` blocks the event loop: it calls `Rows::next`, which calls `std::fs::read_to_string`
            table.rows().filter(|row| row.len() > 1).map(|row| row.len()).sum::<usize>();
                                                                        //^^^ `sum()` blocks the event loop: it calls `Rows::next`, which calls `std::fs::read_to_string`
            list.extend(table.rows());
                      //^^^^^ `table.rows()` blocks the event loop: it calls `Rows::next`, which calls `std::fs::read_to_string`
            names(table);
          //^^^^^ `names(..)` blocks the event loop: it calls `next`, which calls `std::fs::read_to_string`
            let later = table.rows().map(|row| row.len());
            both.count();
            any.count();
            for row in list {}
        }
        ",
    );
}

#[test]
fn what_a_call_derefs_through_counts() {
    check_callback(
        "
        struct Inner { size: usize }
        impl Inner { fn len(&self) -> usize { self.size } }
        struct Lazy { path: String }
        impl std::ops::Deref for Lazy { type Target = Inner; fn deref(&self) -> &Inner { std::fs::read(\"x\"); todo!() } }
        impl Lazy { fn path(&self) -> &str { &self.path } }
        struct Plain { inner: Inner }
        impl std::ops::Deref for Plain { type Target = Inner; fn deref(&self) -> &Inner { &self.inner } }
        struct House { lazy: std::sync::Arc<Lazy>, plain: Plain }

        fn on_tick(house: &House, lazy: &Lazy) {
            house.lazy.len();
                     //^^^ `house.lazy.len()` blocks the event loop: it calls `Lazy::deref`, which calls `std::fs::read`
            let size = lazy.size;
                          //^^^^ `lazy.size` blocks the event loop: it calls `Lazy::deref`, which calls `std::fs::read`
            house.plain.len() + house.plain.size;
            lazy.path().len() + lazy.path.len() + (*lazy).path.len();
            house.lazy.clone();
        }
        ",
    );
}

#[test]
fn conversions_go_by_the_type_that_is_expected() {
    check_callback(
        "
        use std::path::PathBuf;
        struct Config;
        impl From<PathBuf> for Config { fn from(path: PathBuf) -> Self { std::fs::read(path); Config } }
        impl TryFrom<&str> for Config { type Error = (); fn try_from(path: &str) -> Result<Self, ()> { std::fs::read(path); Ok(Config) } }
        impl std::str::FromStr for Config { type Err = (); fn from_str(path: &str) -> Result<Self, ()> { std::fs::read(path); Ok(Config) } }
        struct Two;
        impl From<PathBuf> for Two { fn from(path: PathBuf) -> Self { std::fs::read(path); Two } }
        impl From<Config> for Two { fn from(_: Config) -> Self { Two } }
        struct Name;
        impl From<PathBuf> for Name { fn from(path: PathBuf) -> Self { Name } }
        struct App { config: Config, name: Name }
        fn start(config: Config) {}
        mod far { pub struct Config; impl From<PathBuf> for Config { fn from(_: PathBuf) -> Self { Config } } }

        fn on_tick(path: PathBuf, text: &str, config: Config, any: T) -> Result<Config, ()> {
            let made: Config = path.into();
                                  //^^^^ `path.into()` blocks the event loop: it calls `Config::from`, which calls `std::fs::read`
            start(path.into());
                     //^^^^ `path.into()` blocks the event loop: it calls `Config::from`, which calls `std::fs::read`
            App { config: path.into(), name: path.into() };
                             //^^^^ `path.into()` blocks the event loop: it calls `Config::from`, which calls `std::fs::read`
            let made: Config = text.try_into().unwrap();
                                  //^^^^^^^^ `text.try_into()` blocks the event loop: it calls `Config::try_from`, which calls `std::fs::read`
            text.parse::<Config>().ok();
               //^^^^^ `text.parse()` blocks the event loop: it calls `Config::from_str`, which calls `std::fs::read`
            let made: Two = path.into();
                               //^^^^ `path.into()` blocks the event loop: it calls `Two::from`, which calls `std::fs::read`
            Two::from(path);
          //^^^ `Two::from(..)` blocks the event loop: it calls `Two::from`, which calls `std::fs::read`
            let other: Two = config.into();
            let other: Two = any.into();
            let other: far::Config = path.into();
            let same: Config = config.into();
            let number: usize = text.parse().unwrap();
            text.parse()
               //^^^^^ `text.parse()` blocks the event loop: it calls `Config::from_str`, which calls `std::fs::read`
        }
        ",
    );
}

#[test]
fn defaults_count_those_of_the_fields() {
    check_callback(
        "
        struct Keys;
        impl Default for Keys { fn default() -> Self { std::fs::read(\"x\"); Keys } }
        #[derive(Debug, Default)] struct Settings { keys: Keys, name: String }
        #[derive(Default)] struct Fine { keys: Option<Keys>, name: String }
        struct Plain { size: usize, keys: Keys }

        fn on_tick(keys: Option<Keys>) -> Keys {
            Settings::default();
          //^^^^^^^^ `Settings::default()` blocks the event loop: it calls `Keys::default`, which calls `std::fs::read`
            Settings { name: String::new(), ..Default::default() };
                                            //^^^^^^^ `Default::default()` blocks the event loop: it calls `Keys::default`, which calls `std::fs::read`
            keys.unwrap_or_default();
               //^^^^^^^^^^^^^^^^^ `keys.unwrap_or_default()` blocks the event loop: it calls `Keys::default`, which calls `std::fs::read`
            Fine::default();
            Fine { name: String::new(), ..Default::default() };
            let other = T::default();
            Default::default()
          //^^^^^^^ `Default::default()` blocks the event loop: it calls `Keys::default`, which calls `std::fs::read`
        }
        ",
    );
}

#[test]
fn operators_and_indexes_are_calls() {
    check_callback(
        "
        struct Store { path: String }
        impl std::ops::Add<usize> for Store { type Output = Store; fn add(self, n: usize) -> Store { std::fs::read(\"x\"); self } }
        impl std::ops::AddAssign<usize> for Store { fn add_assign(&mut self, n: usize) { std::fs::read(\"x\"); } }
        impl PartialEq for Store { fn eq(&self, other: &Store) -> bool { std::fs::read(\"x\").is_ok() } }
        impl std::ops::Not for Store { type Output = bool; fn not(self) -> bool { std::fs::remove_file(\"x\").is_ok() } }
        impl std::ops::Index<&str> for Store { type Output = str; fn index(&self, key: &str) -> &str { std::fs::read(\"x\"); key } }
        struct Money { n: i64 }
        impl std::ops::Add for Money { type Output = Money; fn add(self, other: Money) -> Money { self } }
        impl PartialEq for Money { fn eq(&self, other: &Money) -> bool { self.n == other.n } }

        fn on_tick(store: Store, other: &mut Store, money: Money, raw: *const Store) {
            store + 1;
          //^^^^^ `store + ..` blocks the event loop: it calls `Store::add`, which calls `std::fs::read`
            *other += 1;
          //^ `.. += ..` blocks the event loop: it calls `Store::add_assign`, which calls `std::fs::read`
            if store == *other || 1 < 2 {}
             //^^^^^ `store == ..` blocks the event loop: it calls `Store::eq`, which calls `std::fs::read`
            !store;
           //^^^^^ `!store` blocks the event loop: it calls `Store::not`, which calls `std::fs::remove_file`
            store[\"a\"].len();
          //^^^^^ `store[..]` blocks the event loop: it calls `Store::index`, which calls `std::fs::read`
            assert_eq!(store, other);
                     //^^^^^ `assert_eq!(..)` blocks the event loop: it calls `Store::eq`, which calls `std::fs::read`
            money + money == money;
            store.path == other.path;
        }
        ",
    );
}

#[test]
fn macros_format_by_display_and_debug() {
    check_callback(
        "
        use std::fmt;
        struct Sensor { path: String }
        impl fmt::Display for Sensor { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { std::fs::read(\"x\"); Ok(()) } }
        impl fmt::Debug for Sensor { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(\"x\") } }

        fn on_tick(sensor: &Sensor, out: &mut String) {
            format!(\"{sensor}\");
                  //^^^^^^^^^^ `format!(.. sensor ..)` blocks the event loop: it calls `Sensor::fmt`, which calls `std::fs::read`
            format!(\"{} {name:>10}\", 1, name = sensor);
                                             //^^^^^^ `format!(.. sensor ..)` blocks the event loop: it calls `Sensor::fmt`, which calls `std::fs::read`
            write!(out, \"{}\", sensor);
                            //^^^^^^ `write!(.. sensor ..)` blocks the event loop: it calls `Sensor::fmt`, which calls `std::fs::read`
            tracing::info!(%sensor, \"read\");
                          //^^^^^^ `info!(.. sensor ..)` blocks the event loop: it calls `Sensor::fmt`, which calls `std::fs::read`
            sensor.to_string();
                 //^^^^^^^^^ `sensor.to_string()` blocks the event loop: it calls `Sensor::fmt`, which calls `std::fs::read`
            format!(\"{sensor:?} {{sensor}} {}\", sensor.path);
            tracing::info!(sensor = ?sensor, \"read\");
            if out.is_empty() { panic!(\"{sensor}\") }
        }
        ",
    );
}

#[test]
fn copies_keys_and_collections_are_made_by_their_types() {
    check_callback(
        "
        use std::collections::HashMap;
        struct Blob;
        impl Clone for Blob { fn clone(&self) -> Blob { std::fs::read(\"x\"); Blob } }
        impl FromIterator<u8> for Blob { fn from_iter<I: IntoIterator<Item = u8>>(all: I) -> Blob { std::fs::read(\"x\"); Blob } }
        struct Key;
        impl std::hash::Hash for Key { fn hash<H: Hasher>(&self, state: &mut H) { std::fs::read(\"x\"); } }

        fn on_tick(blob: &Blob, shared: &std::sync::Arc<Blob>, all: Vec<u8>, map: HashMap<Key, u8>, keys: HashMap<u8, Key>) -> Blob {
            let copy = blob.clone();
                          //^^^^^ `blob.clone()` blocks the event loop: it calls `Blob::clone`, which calls `std::fs::read`
            map.get(&key);
              //^^^ `map.get(..)` blocks the event loop: it calls `Key::hash`, which calls `std::fs::read`
            keys.get(&1);
            let other = shared.clone();
            shared.clone().is_empty();
            let list: Vec<u8> = all.iter().collect();
            all.into_iter().collect()
                          //^^^^^^^ `collect()` blocks the event loop: it calls `Blob::from_iter`, which calls `std::fs::read`
        }
        ",
    );
}

#[test]
fn the_same_holds_in_other_files() {
    check_crate(
        Kind::Callback,
        "
        mod disk;
        fn on_tick(disk: disk::Disk) {
            for block in disk {}
                       //^^^^ `for .. in disk` blocks the event loop: it calls `Disk::next`, which calls `std::fs::read`
        }
        ",
        &[(
            "src/disk.rs",
            "pub struct Disk; impl Iterator for Disk { type Item = u8; fn next(&mut self) -> Option<u8> { std::fs::read(\"x\"); None } }",
        )],
    );
}

#[test]
fn marked_functions_are_reported_and_exempt_ones_are_not() {
    let with = |attribute: &str| {
        let text = format!(
            "struct Rows; impl Iterator for Rows {{ type Item = u8; {attribute} fn next(&mut self) -> Option<u8> {{ std::thread::park(); None }} }}\nfn on_tick(rows: Rows) {{ for row in rows {{}} }}"
        );
        findings_of(Kind::Callback, &text).len()
    };
    assert_eq!(with(""), 1);
    assert_eq!(with("#[onloop::allow(blocking_call, reason = \"quick\")]"), 0);
}
