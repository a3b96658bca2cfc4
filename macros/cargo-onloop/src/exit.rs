//! The codes that the command ends with.

/// Nothing was found, or warnings only.
pub(crate) const CLEAN: u8 = 0;
/// Something that is denied was found.
pub(crate) const FOUND: u8 = 1;
/// The command could not run.
pub(crate) const FAILED: u8 = 2;
/// The user has interrupted it.
pub(crate) const INTERRUPTED: i32 = 130;
