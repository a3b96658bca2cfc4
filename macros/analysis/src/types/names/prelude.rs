//! Names that every module has without an import.

use crate::syntax::path::Path;

/// Names that every module has from std's prelude, and that each mean one thing in all of std.
pub(super) const IN_PRELUDE: &[&str] = &["Box", "Err", "None", "Ok", "Option", "Some", "String", "Vec", "drop"];

/// What a path of one segment means where nothing else of that name is declared; in byte order.
const PRELUDE: &[(&str, &str)] = &[
    ("AsMut", "std::convert::AsMut"),
    ("AsRef", "std::convert::AsRef"),
    ("Box", "std::boxed::Box"),
    ("DoubleEndedIterator", "std::iter::DoubleEndedIterator"),
    ("ExactSizeIterator", "std::iter::ExactSizeIterator"),
    ("Fn", "std::ops::Fn"),
    ("FnMut", "std::ops::FnMut"),
    ("FnOnce", "std::ops::FnOnce"),
    ("Into", "std::convert::Into"),
    ("IntoIterator", "std::iter::IntoIterator"),
    ("Iterator", "std::iter::Iterator"),
    ("Option", "std::option::Option"),
    ("Result", "std::result::Result"),
    ("String", "std::string::String"),
    ("TryInto", "std::convert::TryInto"),
    ("Vec", "std::vec::Vec"),
    ("bool", "bool"),
    ("char", "char"),
    ("f32", "f32"),
    ("f64", "f64"),
    ("i128", "i128"),
    ("i16", "i16"),
    ("i32", "i32"),
    ("i64", "i64"),
    ("i8", "i8"),
    ("isize", "isize"),
    ("str", "str"),
    ("u128", "u128"),
    ("u16", "u16"),
    ("u32", "u32"),
    ("u64", "u64"),
    ("u8", "u8"),
    ("usize", "usize"),
];

/// The path of a type that is named without being declared.
pub(crate) fn prelude(name: &str) -> Option<&'static str> {
    PRELUDE.binary_search_by_key(&name, |(short, _)| short).ok().map(|at| PRELUDE[at].1)
}

/// Macros of std that need no import and that a rule may ask about.
const PRELUDE_MACROS: &[(&str, &str)] = &[
    ("dbg", "std::dbg"),
    ("eprint", "std::eprint"),
    ("eprintln", "std::eprintln"),
    ("print", "std::print"),
    ("println", "std::println"),
];

/// What the name of a macro stands for where nothing else of that name is declared.
pub(crate) fn prelude_macro(path: &Path) -> Option<&'static str> {
    let [only] = &path.segments[..] else { return None };
    PRELUDE_MACROS.iter().find(|(name, _)| !path.absolute && name == only).map(|(_, path)| *path)
}

#[cfg(test)]
mod tests {
    use super::PRELUDE;

    #[test]
    fn the_names_are_in_byte_order() {
        assert!(PRELUDE.is_sorted_by_key(|(short, _)| short));
    }
}
