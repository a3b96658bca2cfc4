//! Mostly documentation: `cargo doc` follows the links of these pages and refuses one that leads nowhere,
//! which proves the paths of tokio in the catalogue. The engine itself does not depend on tokio.

#[doc = include_str!("../../macros/analysis/src/knowledge/catalogue/tokio.md")]
#[expect(clippy::doc_markdown, reason = "the last column is read by the engine")]
pub mod calls {}

#[doc = include_str!("../../macros/analysis/src/knowledge/catalogue/elsewhere.md")]
pub mod elsewhere {}

#[doc = include_str!("../../macros/analysis/src/knowledge/catalogue/wrappers.md")]
pub mod wrappers {}

#[doc = include_str!("../../macros/analysis/src/knowledge/catalogue/probed.md")]
pub mod probed {}

/// Waits for a second. The cases call it as what another crate of the workspace may hold; an attribute of onloop is not
/// needed for it to be found out.
pub fn settle() {
    pause(1);
}

fn pause(seconds: u64) {
    std::thread::sleep(std::time::Duration::from_secs(seconds));
}
