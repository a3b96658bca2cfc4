//! Pieces of files, parsed for the plain data in them.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use syn::parse::Parser;

/// Parses a piece of a file and takes plain data out of it.
///
/// Not with the compiler's tokens: those would be kept in its tables for as long as it runs. No token may leave.
pub(crate) fn parse<T: syn::parse::Parse, R>(text: &str, take: impl FnOnce(&T) -> R) -> Option<R> {
    parse_with(T::parse, text, take)
}

/// The same for the inside of a block.
pub(crate) fn parse_block<R>(text: &str, take: impl FnOnce(&[syn::Stmt]) -> R) -> Option<R> {
    parse_with(syn::Block::parse_within, text, |statements| take(statements))
}

pub(super) fn parse_with<T, R>(parser: impl Parser<Output = T>, text: &str, take: impl FnOnce(&T) -> R) -> Option<R> {
    thread_local! {
        /// How many parses are under way: what is taken out of one may ask for another.
        static DEPTH: Cell<usize> = const { Cell::new(0) };
    }
    struct Unforce;
    impl Drop for Unforce {
        fn drop(&mut self) {
            DEPTH.set(DEPTH.get() - 1);
            if DEPTH.get() == 0 {
                proc_macro2::fallback::unforce();
            }
        }
    }
    DEPTH.set(DEPTH.get() + 1);
    proc_macro2::fallback::force();
    let _unforce = Unforce;
    parser.parse_str(text).ok().as_ref().map(take)
}

/// Removes `.` and `..` without asking the file system, so that one file has one path.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for word in path.components() {
        match word {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if clean.file_name().is_some() => {
                clean.pop();
            }
            _ => clean.push(word),
        }
    }
    clean
}
