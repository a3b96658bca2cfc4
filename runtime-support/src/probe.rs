//! Questions to the compiler: does a method block on a receiver whose type the source does not show?
//!
//! The attributes put dead code in front of a statement that holds such a call:
//!
//! ```text
//! if false {
//!     loop {}
//!     (&&of(&receiver, recv)).verdict(EVENT_LOOP);
//! }
//! ```
//!
//! [`Asked`] carries the type of the receiver. Where that type [`Blocks`], `verdict` is found on `&Asked`, before the
//! one on `Asked` that every type has: specialisation by the number of references, on stable Rust. The first one
//! requires a trait that [`EventLoop`] does not implement, and `#[diagnostic::on_unimplemented]` says what is wrong.
//!
//! Nothing behind `loop {}` is checked for borrows, kept in a future or compiled. Only types of std are known here.
//! Types of other crates are named by the generated code, in programs that depend on the crate.

use std::cell::{LazyCell, Ref, RefMut};
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, MutexGuard, RwLockReadGuard, RwLockWriteGuard};

/// A type and the method that is called on it.
#[derive(Debug)]
pub struct Asked<T: ?Sized, M>(PhantomData<(M, *const T)>);

/// Asks about a method of a receiver. Never runs.
pub fn of<T: ?Sized, M>(_receiver: &T, _method: M) -> Asked<T, M> {
    unreachable!("a probe is dead code")
}

/// The method `M` blocks on this type.
pub trait Blocks<M> {
    /// What says so: `dyn` of a trait that [`EventLoop`] does not have.
    type Says: ?Sized;
}

/// The verdict on a type that blocks.
pub trait Guilty {
    /// What says so.
    type Says: ?Sized;

    /// Takes no loop that there is.
    fn verdict(&self, _event_loop: &Self::Says) {}
}

impl<T: ?Sized + Blocks<M>, M> Guilty for &Asked<T, M> {
    type Says = T::Says;
}

impl<T: ?Sized, M> Asked<T, M> {
    /// The verdict on any other type: it takes the loop.
    pub fn verdict(&self, _event_loop: &EventLoop) {}
}

/// Stands for the loop in messages.
#[derive(Debug)]
pub struct EventLoop;

/// What a verdict is asked about.
pub const EVENT_LOOP: &EventLoop = &EventLoop;

/// Methods are found through these types.
macro_rules! seen_through {
    ($($through:ty,)*) => {$(
        impl<T: ?Sized + Blocks<M>, M> Blocks<M> for $through {
            type Says = T::Says;
        }
    )*};
}

seen_through! {
    &T,
    &mut T,
    Arc<T>,
    Box<T>,
    MutexGuard<'_, T>,
    Rc<T>,
    Ref<'_, T>,
    RefMut<'_, T>,
    RwLockReadGuard<'_, T>,
    RwLockWriteGuard<'_, T>,
}

impl<T: Blocks<M>, M> Blocks<M> for LazyCell<T> {
    type Says = T::Says;
}

impl<T: Blocks<M>, M> Blocks<M> for LazyLock<T> {
    type Says = T::Says;
}

impl<T: Blocks<M>, M> Blocks<M> for Pin<T> {
    type Says = T::Says;
}

/// Declares the methods that can be asked about: for each entry of the catalogue a trait that says it, and the types
/// on which it blocks.
macro_rules! calls {
    (
        methods { $($method:ident)* }
        $($entry:ident($message:literal, $help:literal) {
            $($of:ident: $($(#[$gate:meta])? [$($generics:tt)*] $on:ty),+;)+
        })*
    ) => {
        $(
            #[doc = concat!("A method `", stringify!($method), "`.")]
            #[allow(non_camel_case_types, reason = "the name of the method")]
            #[derive(Debug)]
            pub struct $method;
        )*
        $(
            #[doc = $message]
            #[diagnostic::on_unimplemented(
                message = $message,
                label = "blocks the event loop",
                note = $help,
                note = "onloop::blocking_call (more in `onloop::guide::rules::blocking_call`)"
            )]
            pub trait $entry {}

            $($(
                $(#[$gate])?
                impl<$($generics)*> Blocks<$of> for $on {
                    type Says = dyn $entry;
                }
            )+)+
        )*
    };
}

mod table;

pub use table::*;
