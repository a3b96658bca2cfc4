//! Why an update gave no data.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::error_chain::ErrorChain;

/// Why an update gave no data.
///
/// `?` makes one of any error; [`new`][UpdateFailed::new] takes words. A limit on the time is an error like others:
///
/// ```
/// use std::time::Duration;
/// use onloop::{UpdateFailed, timeout};
/// # async fn fetch() -> std::io::Result<u32> { Ok(7) }
///
/// async fn update() -> Result<u32, UpdateFailed> {
///     let answer = timeout(Duration::from_secs(10), fetch()).await;
///     // In words of your own ..
///     let answer = answer.map_err(|elapsed| UpdateFailed::new(format!("the device sleeps: {elapsed}")))?;
///     // .. or as it is.
///     Ok(answer?)
/// }
/// ```
///
/// It is not an [`Error`] itself, so that `?` can make one of any error; [`From`] makes a boxed error of it.
#[derive(Debug)]
pub struct UpdateFailed {
    chain: ErrorChain,
    retry_after: Option<Duration>,
    permanent: bool,
}

impl UpdateFailed {
    /// A failure for this reason: a text, or an error.
    pub fn new(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { chain: ErrorChain::new(reason), retry_after: None, permanent: false }
    }

    /// The next update comes after this pause, once, instead of after the coordinator's interval: a service has said
    /// when it may be asked again. There is a pause of some 50 ms at least. Without effect in the first refresh, and
    /// where there is no interval.
    #[must_use]
    pub fn retry_after(self, pause: Duration) -> Self {
        Self { retry_after: Some(pause), ..self }
    }

    /// Trying again is useless: a wrong password, an account that is closed. In the first refresh that makes the set-up
    /// of the entry fail for good; a later one is logged as others, and the entry stays loaded.
    #[must_use]
    pub fn permanent(self) -> Self {
        Self { permanent: true, ..self }
    }

    /// Whether trying again is useless.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.permanent
    }

    /// The error within.
    #[must_use]
    pub fn error(&self) -> &(dyn Error + 'static) {
        self.chain.error()
    }

    pub(super) fn pause(&self) -> Option<Duration> {
        self.retry_after
    }

    pub(crate) fn into_chain(self) -> ErrorChain {
        self.chain
    }
}

/// It prints with its causes.
impl fmt::Display for UpdateFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chain.fmt(f)
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for UpdateFailed {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

impl From<UpdateFailed> for Box<dyn Error + Send + Sync> {
    fn from(failed: UpdateFailed) -> Self {
        failed.chain.into_error()
    }
}
