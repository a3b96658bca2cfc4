//! The argument of jobs.

use std::sync::Arc;

/// The argument of jobs that run one after the other. Callbacks look at it where it is; the first job that outlasts
/// the call moves it into shared memory, once for all of them.
pub(crate) struct Argument<A> {
    held: Held<A>,
    /// What is to be done before it outlasts the call.
    settle: fn(&A),
}

enum Held<A> {
    Own(A),
    Shared(Arc<A>),
    /// Only while it moves.
    Moving,
}

impl<A> Argument<A> {
    #[inline]
    pub(crate) fn new(argument: A) -> Self {
        Self { held: Held::Own(argument), settle: |_| () }
    }

    /// One for which something is to be done before it outlasts the call.
    #[inline]
    pub(crate) fn settled_by(argument: A, settle: fn(&A)) -> Self {
        Self { held: Held::Own(argument), settle }
    }

    #[inline]
    pub(crate) fn get(&self) -> &A {
        match &self.held {
            Held::Own(argument) => argument,
            Held::Shared(argument) => argument,
            Held::Moving => unreachable!("nothing of the user's runs while the argument moves"),
        }
    }

    #[allow(
        clippy::arc_with_non_send_sync,
        reason = "blocking jobs need an `Arc`, and only those whose argument is `Send` exist"
    )]
    pub(crate) fn share(&mut self) -> Arc<A> {
        (self.settle)(self.get());
        let shared = match std::mem::replace(&mut self.held, Held::Moving) {
            Held::Own(argument) => Arc::new(argument),
            Held::Shared(argument) => argument,
            Held::Moving => unreachable!("nothing of the user's runs while the argument moves"),
        };
        self.held = Held::Shared(Arc::clone(&shared));
        shared
    }
}
