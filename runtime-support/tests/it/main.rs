//! What the runtime does, one behaviour per test. Time is paused wherever time matters; no test sleeps.

/// Whether a type has an auto trait, as a value: the inherent constant wins where its bound holds.
macro_rules! has_trait {
    ($type:ty: $trait:ident) => {{
        #[allow(dead_code, reason = "where the bound holds, nothing uses it")]
        trait Otherwise {
            const HAS: bool = false;
        }
        impl<T: ?Sized> Otherwise for T {}
        struct Carrier<T: ?Sized>(std::marker::PhantomData<T>);
        #[allow(dead_code, reason = "where the bound does not hold, nothing uses it")]
        impl<T: ?Sized + $trait> Carrier<T> {
            const HAS: bool = true;
        }
        <Carrier<$type>>::HAS
    }};
}

/// A job, as the attributes make it: `job!(callback, |event: &Event<u8>| ..)`, `job!(coroutine_0, async || ..)`.
#[cfg(feature = "hub")]
macro_rules! job {
    ($kind:ident, $function:expr) => {{
        static SITE: onloop::__private::Site =
            onloop::__private::Site::new(module_path!(), onloop::__private::Kind::Callback, file!(), line!());
        onloop::__private::job::$kind(&SITE, $function)
    }};
}

mod scope;

#[cfg(feature = "hub")]
mod alone;
#[cfg(feature = "hub")]
mod attributes;
#[cfg(feature = "hub")]
mod block_till_done;
#[cfg(feature = "hub")]
mod broken_log;
#[cfg(feature = "hub")]
mod bus;
#[cfg(feature = "watch")]
mod busy;
#[cfg(feature = "hub")]
mod coordinator;
#[cfg(feature = "hub")]
mod debouncer;
#[cfg(feature = "hub")]
mod entry;
#[cfg(feature = "hub")]
mod executor;
#[cfg(feature = "hub")]
mod exempt;
#[cfg(feature = "hub")]
mod hub;
#[cfg(feature = "hub")]
mod jobs;
#[cfg(feature = "hub")]
mod lasting;
#[cfg(feature = "hub")]
mod life;
#[cfg(feature = "hub")]
mod log;
#[cfg(feature = "hub")]
mod memory;
#[cfg(feature = "hub")]
mod parts;
#[cfg(feature = "hub")]
mod remote;
#[cfg(feature = "hub")]
mod soak;
#[cfg(feature = "hub")]
mod start;
#[cfg(feature = "hub")]
mod states;
#[cfg(feature = "hub")]
mod stop;
#[cfg(feature = "hub")]
mod tasks;
#[cfg(feature = "hub")]
mod timeout;
#[cfg(feature = "hub")]
mod timers;
#[cfg(all(feature = "trap", target_os = "linux", target_env = "gnu"))]
mod trap;
#[cfg(feature = "watch")]
mod watch;
