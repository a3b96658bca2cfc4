//! What the trap costs a call. Run it twice: `cargo bench -p onloop --bench trap`, and once more with
//! `--features trap`; the first lines of both are the same calls.
//!
//! The shortest of many rounds is shown, since the differences are a few nanoseconds.

use std::hint::black_box;
use std::io::Read as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Instant;
use std::{fs, io};

#[cfg(feature = "trap")]
use onloop::__private::{Kind, Site, enter};

#[cfg(feature = "trap")]
static SITE: Site = Site::new("bench", Kind::Callback, file!(), line!());

/// The shortest time of a run of `work`, in nanoseconds.
fn shortest(runs: u32, mut work: impl FnMut()) -> f64 {
    const ROUNDS: u32 = 200;
    let rounds = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        (0..runs).for_each(|_| work());
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(runs)
    });
    rounds.fold(f64::INFINITY, f64::min)
}

/// `realpath` refuses an empty path at once, without asking the kernel: hardly more than the call itself.
fn realpath() {
    let refused = fs::canonicalize(black_box(Path::new("")));
    assert!(refused.is_err());
}

/// A read from a socket that does not wait and has nothing.
fn receive(mut socket: &UnixStream) {
    let nothing = socket.read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(nothing, Err(io::ErrorKind::WouldBlock));
}

fn main() {
    let (socket, _other) = UnixStream::pair().expect("sockets can be had");
    socket.set_nonblocking(true).expect("it can be told so");
    println!("the trap is {}", if cfg!(feature = "trap") { "on" } else { "off" });
    println!("outside of annotated functions: realpath {:8.1} ns", shortest(10_000, realpath));
    println!("outside of annotated functions: recv     {:8.1} ns", shortest(10_000, || receive(&socket)));
    #[cfg(feature = "trap")]
    inside(&socket);
}

#[cfg(feature = "trap")]
fn inside(socket: &UnixStream) {
    use onloop::trap::{Policy, configure};

    let scope = enter(&SITE);
    println!("inside, a call that is right:   recv     {:8.1} ns", shortest(1_000, || receive(socket)));
    println!(
        "inside, a call that is allowed: realpath {:8.1} ns",
        onloop::allow_blocking("a bench", || shortest(1_000, realpath))
    );
    println!("inside, written down:           realpath {:8.1} ns", shortest(100, realpath));
    configure().policy(Policy::Off).install();
    drop(scope);
    configure().policy(Policy::Log).install();
    let told = shortest(10, || {
        let _scope = enter(&SITE);
        realpath();
    });
    println!("inside, and told with names:    realpath {told:8.1} ns");
}
