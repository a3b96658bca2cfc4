//! Questions to the compiler: does a method block on a receiver whose type the source does not show?
//!
//! The attributes put dead code in front of a statement that holds such a call:
//!
//! ```text
//! if false {
//!     loop {}
//!     NonBlockingRecv::verdict((&&of::<_, recv, dyn NonBlockingRecv>(&receiver)).found());
//! }
//! ```
//!
//! [`Asked`] carries the type of the receiver. Where that type [`Blocks`] as the trait says, `found` is that of
//! `&Asked`, before the one of `Asked` that every type has: specialisation by the number of references, on stable Rust.
//! The first one gives the type that blocks, which does not have the trait, and `#[diagnostic::on_unimplemented]` says
//! what is wrong. The second one gives [`Nothing`], which has it.
//!
//! The trait is called by its path: the compiler has no more to say of a trait's own method than that the type lacks the
//! trait. Of a bound or a cast it would also show where they stand, in code that nobody wrote.
//!
//! Nothing behind `loop {}` is checked for borrows, kept in a future or compiled. Only types of std are known here.
//! Types of other crates are named by the generated code, in programs that depend on the crate.

use std::cell::{LazyCell, Ref, RefMut};
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, MutexGuard, RwLockReadGuard, RwLockWriteGuard};

/// A type, the method that is called on it, and the trait that says what the method is.
#[derive(Debug)]
pub struct Asked<T: ?Sized, M, Says: ?Sized>(PhantomData<(M, *const Says, *const T)>);

/// Asks about a method of a receiver. Never runs.
pub fn of<T: ?Sized, M, Says: ?Sized>(_receiver: &T) -> Asked<T, M, Says> {
    unreachable!("a probe is dead code")
}

/// The method `M` blocks on this type.
pub trait Blocks<M> {
    /// `dyn` of the trait that says so.
    type Says: ?Sized;
    /// The type that blocks, without what it is seen through.
    type Found: ?Sized;
}

/// A type that blocks as the trait says.
pub trait Guilty {
    /// That type.
    type Found: ?Sized;

    /// Gives it to the trait, which it does not have.
    fn found(&self) -> &Self::Found {
        unreachable!("a probe is dead code")
    }
}

impl<T: ?Sized + Blocks<M, Says = Says>, M, Says: ?Sized> Guilty for &Asked<T, M, Says> {
    type Found = T::Found;
}

impl<T: ?Sized, M, Says: ?Sized> Asked<T, M, Says> {
    /// Any other type is fine.
    #[must_use]
    pub fn found(&self) -> &Nothing {
        unreachable!("a probe is dead code")
    }
}

/// What has the traits that no type has.
#[derive(Debug)]
pub struct Nothing;

/// Methods are found through these types.
macro_rules! seen_through {
    ($($through:ty,)*) => {$(
        impl<T: ?Sized + Blocks<M>, M> Blocks<M> for $through {
            type Says = T::Says;
            type Found = T::Found;
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
    type Found = T::Found;
}

impl<T: Blocks<M>, M> Blocks<M> for LazyLock<T> {
    type Says = T::Says;
    type Found = T::Found;
}

impl<T: Blocks<M>, M> Blocks<M> for Pin<T> {
    type Says = T::Says;
    type Found = T::Found;
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
                note = "onloop::blocking_call; to learn more, or to exempt it: `cargo onloop explain blocking_call`"
            )]
            pub trait $entry {
                /// Gives the verdict.
                fn verdict(&self) {}
            }

            #[diagnostic::do_not_recommend]
            impl $entry for Nothing {}

            $($(
                $(#[$gate])?
                impl<$($generics)*> Blocks<$of> for $on {
                    type Says = dyn $entry;
                    type Found = Self;
                }
            )+)+
        )*
    };
}

mod table;

pub use table::*;
