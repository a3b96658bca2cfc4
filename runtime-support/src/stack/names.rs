//! From the addresses on a stack to the names that are worth showing.

use std::ffi::c_void;
use std::path::Path;

use super::memory::Memory;
use super::{Frame, Stack, in_registry};
use crate::Site;
use crate::exempted::without_closures;
use crate::native::stack::{DEPTH, capture};

/// How many functions are shown at most.
const SHOWN: usize = 32;

/// What is left out wherever it stands: how code is called, what std does below its surface, and what is ours.
const INSIDES: [&str; 9] = [
    "core::",
    "alloc::",
    "std::sys::",
    "std::panic",
    "std::rt::",
    "std::thread::local",
    "__rust",
    "onloop::",
    "backtrace::",
];

/// And the same by their folders, for functions that are known by their last name only.
const INSIDE_FOLDERS: [&str; 4] =
    ["/library/core/", "/library/alloc/", "/library/std/src/sys/", "/src/native/interpose"];

/// Of these, what was called is shown, and not what they call themselves.
const LIBRARIES: [&str; 3] = ["std::", "tokio::", "futures_util::"];

/// The functions at these addresses, the innermost first, with all that are inlined in them.
///
/// The first address is where the thread is if `is_exact`; all others are where it will return to. Functions of the C
/// library have no names: nobody looks for them, and if its debug information is installed it takes long to read.
pub(crate) fn resolve(addresses: &[usize], is_exact: bool) -> Vec<Frame> {
    let memory = Memory::now();
    let mut frames = Vec::new();
    for (index, address) in addresses.iter().enumerate() {
        let nameless = Frame { address: memory.relative(*address), ..Frame::default() };
        // The call itself stands before the place to return to.
        let asked = if is_exact && index == 0 { *address } else { address.saturating_sub(1) };
        let before = frames.len();
        if !memory.is_of_c_library(asked) {
            backtrace::resolve(asked as *mut c_void, |symbol| {
                frames.push(Frame {
                    function: symbol.name().map(|name| format!("{name:#}")),
                    file: symbol.filename().map(Path::to_owned),
                    line: symbol.lineno(),
                    ..nameless
                });
            });
        }
        if frames.len() == before {
            frames.push(nameless);
        }
    }
    frames
}

/// Reads the debug information of the program, which takes a while the first time.
pub(crate) fn read_names() {
    let mut addresses = [0; DEPTH];
    let depth = capture(&mut addresses);
    let _ = resolve(&addresses[..depth], false);
}

impl Frame {
    /// Whether this is the function of that site, or a closure or async block in it.
    pub(crate) fn is_of(&self, site: &Site) -> bool {
        let Some(function) = &self.function else { return false };
        let name = site.name().rsplit("::").next().unwrap_or_default();
        let is_named = |part: &str| is_named(part, name);
        if self.has_path() {
            return self.is_of_crate_of(site) && function.split("::").any(is_named);
        }
        let is_here = self.file.as_ref().is_some_and(|file| file.ends_with(site.file()));
        // A closure or an async block has not even a name.
        let may_be = self.is_nameless() || is_named(function);
        may_be && is_here && self.line.is_some_and(|line| line >= site.line())
    }

    /// Whether this is a function of this name, of a crate or a type that is given by its path.
    #[cfg(feature = "trap")]
    pub(crate) fn is_function(&self, owner: &str, name: &str) -> bool {
        let Some(function) = &self.function else { return false };
        let is_named = |part: &str| is_named(part, name);
        if self.has_path() {
            let of_owner = path(function).strip_prefix(owner).and_then(|rest| match rest.strip_prefix(" as ") {
                // `<Type as Trait>::name`
                Some(of_trait) => of_trait.split_once(">::").map(|(_, name)| name),
                None => rest.trim_start_matches('>').strip_prefix("::"),
            });
            return of_owner.is_some_and(|rest| rest.split("::").any(is_named));
        }
        // Of a generic function there may be the last name only, and the folder tells whose it is: `tokio-1.54.1`.
        let is_of_owner = |folder: &str| folder.split_once('-').map_or(folder, |(krate, _)| krate) == owner;
        let mut folders = self.file.iter().flat_map(|file| file.components());
        is_named(function) && folders.any(|folder| folder.as_os_str().to_str().is_some_and(is_of_owner))
    }

    /// Whether this is a function of the runtime: of tokio or of this crate.
    #[cfg(feature = "trap")]
    pub(crate) fn is_of_runtime(&self) -> bool {
        self.is_of_any(&["tokio", "onloop"])
    }

    /// Whether this is a function of those that locks are made of.
    #[cfg(feature = "trap")]
    pub(crate) fn is_of_lock(&self) -> bool {
        self.function.is_none() || self.is_of_c() || self.is_of_std() || {
            self.is_of_any(&["std", "core", "alloc", "parking_lot", "parking_lot_core", "lock_api", "once_cell"])
        }
    }

    #[cfg(feature = "trap")]
    fn is_of_any(&self, crates: &[&str]) -> bool {
        let Some(function) = &self.function else { return false };
        if self.has_path() {
            return crates
                .iter()
                .any(|krate| path(function).strip_prefix(krate).is_some_and(|rest| rest.starts_with("::")));
        }
        // As in `is_function`.
        let is_one = |folder: &str| crates.contains(&folder.rsplit_once('-').map_or(folder, |(krate, _)| krate));
        let mut folders = self.file.iter().flat_map(|file| file.components());
        folders.any(|folder| folder.as_os_str().to_str().is_some_and(is_one))
    }

    /// Whether this is a function of the same crate.
    pub(crate) fn is_of_crate_of(&self, site: &Site) -> bool {
        let krate = site.name().split("::").next().unwrap_or_default();
        let Some(function) = &self.function else { return false };
        if self.has_path() {
            return path(function).strip_prefix(krate).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
        }
        // Of the files, those of this crate, and others beside it, have no registry around them.
        let file = self.file.as_deref().unwrap_or(Path::new(""));
        file.extension().is_some_and(|extension| extension == "rs") && !self.is_of_std() && in_registry(file).is_none()
    }

    /// Whether the whole path of a Rust function is known. With little debug information (`line-tables-only`) there may
    /// be its last name only, or nothing but the word for a closure.
    fn has_path(&self) -> bool {
        self.function.as_deref().is_some_and(|function| {
            function.starts_with('<') || function.split(['<', '{']).next().is_some_and(|name| name.contains("::"))
        })
    }

    /// Whether nothing but the word for a closure or an async block is known.
    fn is_nameless(&self) -> bool {
        self.function.as_deref().is_some_and(|function| function.starts_with('{'))
    }

    /// Whether it is a function of C, as far as one can tell.
    fn is_of_c(&self) -> bool {
        let is_rust =
            self.file.as_ref().is_some_and(|file| file.extension().is_some_and(|extension| extension == "rs"));
        !is_rust && !self.has_path()
    }

    fn is_inside(&self) -> bool {
        let is_in = |folders: &[&str]| {
            let file = self.file.as_deref().map(Path::to_string_lossy).unwrap_or_default();
            folders.iter().any(|folder| file.contains(folder))
        };
        self.function.as_deref().is_none_or(|function| {
            let by_path = INSIDES.iter().any(|inside| path(function).starts_with(inside));
            by_path || (!self.has_path() && is_in(&INSIDE_FOLDERS))
        })
    }

    fn is_of_library(&self) -> bool {
        let function = self.function.as_deref().unwrap_or_default();
        LIBRARIES.iter().any(|library| path(function).starts_with(library)) || self.is_of_std()
    }
}

/// Whether a part of a path is this name, with or without the types that it is for.
fn is_named(part: &str, name: &str) -> bool {
    part.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('<'))
}

/// A function's path without what stands before it where a type does.
fn path(function: &str) -> &str {
    function.trim_start_matches(['<', '&', '*']).trim_start_matches("mut ").trim_start_matches("dyn ")
}

impl Stack {
    /// What is worth showing of `frames`: down to the outermost function of `chain`.
    pub(crate) fn new(frames: &[Frame], chain: &[&Site]) -> Self {
        // The C library may have its names all the same.
        if !frames.iter().any(Frame::has_path) {
            return Self { frames: frames.iter().filter(|frame| frame.address != 0).take(SHOWN).cloned().collect() };
        }
        let mut inside: Vec<_> = frames.iter().filter(|frame| !frame.is_inside()).cloned().collect();
        inside.truncate(end(&inside, chain));
        // A function and the closures in it are one, of which the innermost knows the line.
        let mut shown: Vec<Frame> = Vec::new();
        for mut frame in inside {
            let site = chain.iter().find(|site| !frame.has_path() && frame.is_of(site));
            frame.function = match (frame.function, site) {
                (Some(_), Some(site)) => Some(site.name().to_owned()),
                (function, _) => function.map(|function| without_closures(&function).to_owned()),
            };
            match shown.last_mut() {
                Some(last) if last.function == frame.function => {}
                Some(last) if last.is_of_library() && frame.is_of_library() => *last = frame,
                _ => shown.push(frame),
            }
        }
        // How the C library does what std asks of it.
        let leading = shown.iter().take_while(|frame| frame.is_of_c()).count();
        if shown.get(leading).is_some_and(Frame::is_of_library) {
            shown.drain(..leading);
        }
        shown.truncate(SHOWN);
        Self { frames: shown }
    }
}

/// How many frames there are down to the outermost function of `chain`.
fn end(frames: &[Frame], chain: &[&Site]) -> usize {
    let is_of = |frame: &Frame| chain.iter().any(|site| frame.is_of(site));
    if let Some(last) = frames.iter().rposition(|frame| !frame.is_nameless() && is_of(frame)) {
        return last + 1;
    }
    // Where only the lines tell, what calls the loop may stand in the same file: the innermost it is.
    let Some(first) = frames.iter().position(is_of) else { return frames.len() };
    first + frames[first..].iter().take_while(|frame| is_of(frame)).count()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::Kind;

    static POLL: Site = Site::new("house::radio::poll", Kind::Coroutine, "src/radio.rs", 4);
    static READ: Site = Site::new("house::Gauge::read", Kind::Callback, "src/house.rs", 9);

    fn named(function: &str, line: u32) -> Frame {
        let file = Some(PathBuf::from("/house/src/radio.rs"));
        Frame { address: 0x10, function: Some(function.to_owned()), file, line: Some(line) }
    }

    fn shown(frames: &[Frame], chain: &[&Site]) -> Vec<(String, u32)> {
        let stack = Stack::new(frames, chain);
        stack.frames().iter().map(|frame| (frame.function.clone().unwrap(), frame.line.unwrap())).collect()
    }

    #[test]
    fn the_loop_and_the_insides_are_left_out() {
        let frames = [
            Frame { file: None, ..named("clock_nanosleep", 1) },
            named("std::sys::thread::unix::sleep", 1),
            named("std::thread::functions::sleep", 1),
            named("house::radio::settle", 12),
            named("house::radio::poll::{{closure}}::{{closure}}", 5),
            named("<onloop::scope::InScope<F> as core::future::future::Future>::poll", 130),
            named("house::radio::poll::{{closure}}", 4),
            named("tokio::runtime::task::core::poll", 3),
            named("main", 1),
        ];
        let expected = [("std::thread::functions::sleep", 1), ("house::radio::settle", 12), ("house::radio::poll", 5)];
        assert_eq!(shown(&frames, &[&POLL]), expected.map(|(name, line)| (name.to_owned(), line)));
    }

    #[test]
    fn of_a_library_what_was_called_is_shown() {
        let frames = [
            Frame { file: None, ..named("read", 1) },
            named("<&std::fs::File as std::io::Read>::read", 1),
            named("std::io::append_to_string::<std::io::default_read_to_string<std::fs::File>::{closure#0}>", 2),
            named("std::fs::read_to_string", 3),
            named("house::radio::poll", 5),
        ];
        let expected = [("std::fs::read_to_string", 3), ("house::radio::poll", 5)];
        assert_eq!(shown(&frames, &[&POLL]), expected.map(|(name, line)| (name.to_owned(), line)));
    }

    #[test]
    fn functions_of_c_between_others_are_shown() {
        let c = |function: &str, line| Frame { file: Some(PathBuf::from("sqlite3.c")), ..named(function, line) };
        let frames = [c("unixRead", 1), c("sqlite3_step", 2), named("house::radio::poll", 5)];
        let expected = [("unixRead", 1), ("sqlite3_step", 2), ("house::radio::poll", 5)];
        assert_eq!(shown(&frames, &[&POLL]), expected.map(|(name, line)| (name.to_owned(), line)));
    }

    #[test]
    fn async_functions_without_names_are_found_by_their_lines() {
        let frames = [
            named("house::radio::settle", 2),
            named("{async_block#0}", 6),
            named("{async_fn#0}", 4),
            named("with_budget<u8>", 167),
            named("{closure#0}", 90),
            named("main", 80),
        ];
        let expected = [("house::radio::settle", 2), ("house::radio::poll", 6)];
        assert_eq!(shown(&frames, &[&POLL]), expected.map(|(name, line)| (name.to_owned(), line)));
    }

    #[test]
    fn a_function_is_found_by_its_crate_and_name() {
        assert!(named("house::radio::poll::{{closure}}", 1).is_of(&POLL));
        assert!(named("house::radio::poll<u8>", 1).is_of(&POLL));
        assert!(named("<house::Gauge>::read", 1).is_of(&READ));
        assert!(named("<house::Gauge as house::Sensor>::read", 1).is_of(&READ));
        assert!(!named("other::read", 1).is_of(&READ));
        assert!(!named("house::reader::start", 1).is_of(&READ));
        assert!(!named("{closure#0}", 20).is_of(&READ));
        // Of some functions the last name is known.
        assert!(named("poll<u8>", 5).is_of(&POLL));
        assert!(!named("poll", 3).is_of(&POLL));
        assert!(!named("read", 12).is_of(&READ));
        assert!(!Frame::default().is_of(&READ));
    }

    #[test]
    #[cfg(feature = "trap")]
    fn a_function_of_a_library_is_known_by_where_it_comes_from() {
        let is_spawn = |function| named(function, 1).is_function("std::process::Command", "spawn");
        assert!(is_spawn("std::process::Command::spawn"));
        assert!(is_spawn("<std::process::Command>::spawn"));
        for other in ["house::process::CommandQueue::spawn_next", "house::std::process::Command::spawn", "spawn"] {
            assert!(!is_spawn(other), "{other}");
        }
        let in_place = |frame: Frame| frame.is_function("tokio", "block_in_place");
        assert!(in_place(named("tokio::task::blocking::block_in_place<house::radio::poll::{closure_env#0}, u8>", 1)));
        let file = PathBuf::from("/cargo/registry/src/index-1949/tokio-1.54.1/src/task/blocking.rs");
        let last_name = named("block_in_place<house::radio::poll::{closure_env#0}, u8>", 1);
        assert!(in_place(Frame { file: Some(file), ..last_name.clone() }));
        assert!(!in_place(last_name));
        assert!(!in_place(named("tokio_house::block_in_place", 1)));
        assert!(!in_place(named("tokio::task::spawn<house::block_in_place_of_tokio>", 1)));
    }

    #[test]
    fn what_has_no_name_among_others_is_left_out() {
        let frames = [Frame { address: 0x7f, ..Frame::default() }, named("house::radio::poll", 5)];
        assert_eq!(shown(&frames, &[&POLL]), [("house::radio::poll".to_owned(), 5)]);
    }
}
