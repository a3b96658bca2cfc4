// Made from the README and the rules' own files: `BLESS=1 cargo test -p onloop-ui-tests --test guide` writes this file.

//! The rules: what each reports, why, its limits, and what to write instead.
//!
//! A message of the compiler ends with the rule's id, such as `onloop::blocking_call`. The same word is the name of the
//! rule's page here, and of the rule in [exemptions](super::exemptions).
//!
//! | rule | in | reports |
//! | --- | --- | --- |
//! | [`async_callback`](mod@async_callback) | callback | an `async fn`, or a return type that is a future |
//! | [`await_in_callback`](mod@await_in_callback) | callback | an `.await` outside an async block |
//! | [`sync_coroutine`](mod@sync_coroutine) | coroutine | a function that is neither `async` nor returns a future |
//! | [`async_blocking`](mod@async_blocking) | blocking | an `async fn`, or a return type that is a future |
//! | [`blocking_call`](mod@blocking_call) | callback, coroutine | a function that is known to block, or is marked `#[onloop::blocking]`: called, or passed on as a value |
//! | [`blocking_transitive`](mod@blocking_transitive) | callback, coroutine | a call to an unmarked function of this crate, or of a path dependency, that blocks inside, at any depth, with the chain and the place |
//! | [`blocking_drop`](mod@blocking_drop) | callback, coroutine | a value whose `Drop` blocks is dropped on the loop: `drop(x)`, `x = None`, the end of its scope |
//! | [`guard_across_await`](mod@guard_across_await) | coroutine | a guard of a std or `parking_lot` lock, a `RefCell` borrow, a reference into a `dashmap`, an entered `tracing` span or the console's lock, alive across an `.await` |
//! | [`double_lock`](mod@double_lock) | callback, coroutine | a lock taken again while its guard is alive, by the function or one that it calls on the same `self` |
//! | [`dropped_future`](mod@dropped_future) | callback, coroutine | a future that is never polled: `f();`, `let _ = f();`; a listener, timer or guard dropped at once |
//! | [`endless_loop`](mod@endless_loop) | callback, coroutine | a `loop` with no way out and no `.await` inside |
//! | [`busy_wait`](mod@busy_wait) | callback, coroutine | a loop that spins (`load`, `try_recv`, `is_finished`, the clock) until somebody else changes something |
//! | [`futile_timeout`](mod@futile_timeout) | callback, coroutine | a time limit around a future that never awaits, or such a branch of `select!` |
//! | [`endless_task`](mod@endless_task) | callback, coroutine | an endless loop in a task that is waited for (`hub.create_task`, a `JoinSet`) |
//! | [`cancel_unsafe`](mod@cancel_unsafe) | callback, coroutine | opt-in (`strict(cancel)`): a branch of `select!`, or a future with a time limit, that loses data in a loop |
//! | [`sequential_jobs`](mod@sequential_jobs) | callback, coroutine | opt-in (`strict(jobs)`): executor jobs awaited one after the other, or in each iteration of a loop, where none needs the result of another |
//! | [`untracked_spawn`](mod@untracked_spawn) | callback, coroutine | a task or thread whose handle is dropped, or never used (`let _task = ..`) |
//! | [`unfulfilled_expectation`](mod@unfulfilled_expectation) | all | an `#[onloop::expect(..)]` under which nothing was found |
//! | [`missing_reason`](mod@missing_reason) | all | an exemption without a reason |

#[doc = include_str!("rules/async_callback.md")]
pub mod async_callback {}

#[doc = include_str!("rules/await_in_callback.md")]
pub mod await_in_callback {}

#[doc = include_str!("rules/sync_coroutine.md")]
pub mod sync_coroutine {}

#[doc = include_str!("rules/async_blocking.md")]
pub mod async_blocking {}

#[doc = include_str!("rules/blocking_call.md")]
pub mod blocking_call {}

#[doc = include_str!("rules/blocking_transitive.md")]
pub mod blocking_transitive {}

#[doc = include_str!("rules/blocking_drop.md")]
pub mod blocking_drop {}

#[doc = include_str!("rules/guard_across_await.md")]
pub mod guard_across_await {}

#[doc = include_str!("rules/double_lock.md")]
pub mod double_lock {}

#[doc = include_str!("rules/dropped_future.md")]
pub mod dropped_future {}

#[doc = include_str!("rules/endless_loop.md")]
pub mod endless_loop {}

#[doc = include_str!("rules/busy_wait.md")]
pub mod busy_wait {}

#[doc = include_str!("rules/futile_timeout.md")]
pub mod futile_timeout {}

#[doc = include_str!("rules/endless_task.md")]
pub mod endless_task {}

#[doc = include_str!("rules/cancel_unsafe.md")]
pub mod cancel_unsafe {}

#[doc = include_str!("rules/sequential_jobs.md")]
pub mod sequential_jobs {}

#[doc = include_str!("rules/untracked_spawn.md")]
pub mod untracked_spawn {}

#[doc = include_str!("rules/unfulfilled_expectation.md")]
pub mod unfulfilled_expectation {}

#[doc = include_str!("rules/missing_reason.md")]
pub mod missing_reason {}
