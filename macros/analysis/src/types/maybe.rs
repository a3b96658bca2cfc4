//! What the methods of `Option` and `Result` do with what is in them.

/// What a method does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It comes out.
    Unwraps,
    /// It is in what the method gives.
    Keeps,
    /// A reference to it is.
    Lends,
}

/// The methods, by what they do. Those of crates that add to `Option` and `Result` count as well.
const METHODS: &[(Effect, &[&str])] = &[
    (Effect::Unwraps, &["expect", "unwrap", "unwrap_or", "unwrap_or_default", "unwrap_or_else", "unwrap_unchecked"]),
    (
        Effect::Keeps,
        &[
            "context",
            "inspect",
            "inspect_err",
            "map_err",
            "ok",
            "ok_or",
            "ok_or_else",
            "or_else",
            "take",
            "with_context",
        ],
    ),
    (Effect::Lends, &["as_deref", "as_deref_mut", "as_mut", "as_ref"]),
];

/// Whether the error is another one behind a method of that name.
pub(crate) fn changes_error(method: &str) -> bool {
    const CHANGING: &[&str] = &["context", "map_err", "ok_or", "ok_or_else", "or_else", "with_context"];
    CHANGING.contains(&method)
}

/// What a method of that name does with what is in an `Option` or `Result`; nothing if it may do anything.
pub(crate) fn effect(method: &str) -> Option<Effect> {
    METHODS.iter().find(|(_, methods)| methods.contains(&method)).map(|(effect, _)| *effect)
}
