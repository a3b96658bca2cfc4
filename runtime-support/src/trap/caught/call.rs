//! What a call of the C library does, and whether it may block.
//!
//! This code runs inside that call, so it allocates nothing and takes no lock.

use std::ffi::CStr;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::os::fd::{AsRawFd as _, BorrowedFd, RawFd};
use std::time::Duration;

use arrayvec::ArrayString;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, OFlags, fcntl_getfl, fstat, readlinkat_raw};
use rustix::net::SocketType;
use rustix::net::sockopt::socket_type;

use crate::native::descriptor::borrowed;

/// The name of a function of the C library.
pub(crate) type Name = &'static str;

/// How much is kept of what a call was about.
const TEXT: usize = 240;

/// What a call was about, in short. Longer texts are cut.
pub(crate) type Text = ArrayString<TEXT>;

/// What a function of the C library is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call<'call> {
    /// Nothing that blocks.
    Nothing,
    /// To sleep, for a time or until one.
    Sleep(Option<Duration>),
    /// Something about a file.
    Path(&'call CStr),
    /// Something about a file in a folder that is open.
    At(RawFd, &'call CStr),
    /// To read from what is open, or to accept a connection.
    Read(RawFd),
    /// To write to what is open.
    Write(RawFd),
    /// To lock a file.
    Lock(RawFd),
    /// To connect a socket.
    Connect(RawFd),
    /// To find the address of a host.
    Resolve(&'call CStr),
    /// To run a command and wait for it.
    Run(&'call CStr),
    /// To wait for what the text says.
    Wait(&'static str),
    /// To wait until another thread wakes this one, which has happened.
    Parked { is_brief: bool },
    /// To wait for a lock or the like, and it has taken so long already.
    Patience(Duration),
}

/// Why a call blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blocks {
    /// What the call is about, as it is shown.
    pub(crate) what: Text,
    /// Whether that is the path of a file, for which there may be an exemption.
    pub(crate) is_path: bool,
    /// Whether it has taken no longer than a lock may, so that it is right if it was one.
    pub(crate) is_brief: bool,
    /// Whether it is a lock, a condition or a barrier.
    pub(crate) is_lock: bool,
}

impl Blocks {
    fn because(what: Text) -> Self {
        Self { what, is_path: false, is_brief: false, is_lock: false }
    }

    fn file(what: Text) -> Self {
        Self { what, is_path: true, is_brief: false, is_lock: false }
    }
}

impl Call<'_> {
    pub(crate) fn sleep_micros(micros: u64) -> Self {
        if micros == 0 { Self::Nothing } else { Self::Sleep(Some(Duration::from_micros(micros))) }
    }

    /// Whether it may block, and why. Asks the system about descriptors.
    pub(crate) fn judge(self) -> Option<Blocks> {
        Some(match self {
            Self::Nothing => return None,
            Self::Sleep(Some(time)) => Blocks::because(format(format_args!("{time:?}"))),
            Self::Sleep(None) => Blocks::because(format(format_args!("until a time"))),
            Self::Path(path) => return file(bytes(path.to_bytes())),
            Self::At(folder, path) => return file(at(folder, path)),
            Self::Read(fd) => return open(fd, Direction::Read),
            Self::Write(fd) => return open(fd, Direction::Write),
            Self::Lock(fd) => Blocks::file(borrowed(fd).map(path_of).unwrap_or_default()),
            Self::Connect(fd) => return connect(fd),
            Self::Resolve(host) => return resolve(host),
            Self::Run(command) => Blocks::because(bytes(command.to_bytes())),
            Self::Wait(what) => Blocks::because(format(format_args!("{what}"))),
            Self::Parked { is_brief } => {
                Blocks { is_brief, ..Blocks::because(format(format_args!("until another thread wakes this one"))) }
            }
            Self::Patience(time) => {
                let what = format(format_args!("a lock or the like, for more than {time:?}"));
                Blocks { is_lock: true, ..Blocks::because(what) }
            }
        })
    }
}

/// What lies in memory, whatever its path says; devices that are always ready, and terminals, which are opened at once;
/// what everybody reads who asks for the local time; and a device that AWS-LC looks for.
const HARMLESS: [&str; 15] = [
    "/proc",
    "/sys",
    "/dev/shm",
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/sysgenid",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
    "/memfd:",
    "/etc/localtime",
    "/usr/share/zoneinfo",
];

/// Links from there to anywhere.
const LINKS: [&str; 5] = ["/proc/self/cwd/", "/proc/self/root/", "/proc/self/fd/", "/proc/thread-self/", "/../"];

fn file(path: Text) -> Option<Blocks> {
    (!is_harmless(&path)).then(|| Blocks::file(path))
}

fn is_harmless(path: &str) -> bool {
    let is_below = |folder: &&str| {
        let rest = path.strip_prefix(*folder);
        // The name of a file without a place goes on after the colon.
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || folder.ends_with(':'))
    };
    HARMLESS.iter().any(is_below) && !LINKS.iter().any(|link| path.contains(link))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Read,
    Write,
}

fn at(folder: RawFd, path: &CStr) -> Text {
    let path = path.to_bytes();
    // Relative to a folder that is open; a number below zero stands for the working directory.
    let inside = if path.starts_with(b"/") { None } else { borrowed(folder) };
    let Some(folder) = inside else { return bytes(path) };
    let mut text = path_of(folder);
    push(&mut text, "/");
    push_bytes(&mut text, path);
    text
}

/// Reads and writes, by what is open.
///
/// Regular files block, however fast the disk. Pipes and sockets block unless they are told not to; that there is room
/// at this moment is luck when one reads, and what one may rely on when one writes a line to a pipe. Of everything else
/// (terminals, devices, event descriptors), and of the standard streams, which may be anything, it is asked whether the
/// call would wait now.
fn open(fd: RawFd, direction: Direction) -> Option<Blocks> {
    let open = borrowed(fd)?;
    let kind = FileType::from_raw_mode(fstat(open).ok()?.st_mode);
    let is_standard = (0..=2).contains(&fd);
    if !is_standard && matches!(kind, FileType::RegularFile | FileType::Directory | FileType::BlockDevice) {
        return file(path_of(open));
    }
    if fcntl_getfl(open).is_ok_and(|flags| flags.contains(OFlags::NONBLOCK)) {
        return None;
    }
    let (what, waits) = match (kind, direction) {
        (FileType::Socket, Direction::Read) => ("a socket", true),
        (FileType::Socket, Direction::Write) => ("a socket", is_stream(open) || is_busy(open, direction)),
        (FileType::Fifo, Direction::Read) => ("a pipe", true),
        (FileType::Fifo, Direction::Write) => ("a pipe that is full", is_busy(open, direction)),
        (FileType::CharacterDevice, _) => ("a device that is not ready", is_busy(open, direction)),
        _ => ("a descriptor that is not ready", is_busy(open, direction)),
    };
    let standard = ["standard input", "standard output", "standard error"];
    let standard = usize::try_from(fd).ok().and_then(|fd| standard.get(fd));
    let text = match standard {
        Some(name) => format(format_args!("{name}, {what}")),
        None => format(format_args!("{what}, descriptor {fd}")),
    };
    waits.then(|| Blocks::because(text))
}

/// A datagram is handed over at once, as long as there is room; what others take depends on the other side.
fn is_stream(socket: BorrowedFd<'_>) -> bool {
    socket_type(socket).is_ok_and(|kind| kind != SocketType::DGRAM)
}

fn connect(fd: RawFd) -> Option<Blocks> {
    let socket = borrowed(fd)?;
    let waits = fcntl_getfl(socket).is_ok_and(|flags| !flags.contains(OFlags::NONBLOCK)) && is_stream(socket);
    waits.then(|| Blocks::because(format(format_args!("a socket, descriptor {fd}"))))
}

/// The address of a host that is an address already is known, with the interface that it is for (`fe80::1%eth0`) too.
fn resolve(host: &CStr) -> Option<Blocks> {
    let is_address = host.to_str().is_ok_and(|host| {
        let address = host.split_once('%').map_or(host, |(address, _)| address);
        address.parse::<IpAddr>().is_ok()
    });
    (!is_address).then(|| Blocks::because(bytes(host.to_bytes())))
}

fn is_busy(open: BorrowedFd<'_>, direction: Direction) -> bool {
    let events = match direction {
        Direction::Read => PollFlags::IN,
        Direction::Write => PollFlags::OUT,
    };
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    // An error is the caller's to hear.
    #[expect(clippy::disallowed_methods, reason = "without a time to wait, it does not")]
    poll(&mut [PollFd::from_borrowed_fd(open, events)], Some(&at_once)).is_ok_and(|ready| ready == 0)
}

/// The path under which the system knows what is open.
fn path_of(open: BorrowedFd<'_>) -> Text {
    let mut link = ArrayString::<32>::new();
    let mut target = [0_u8; TEXT];
    let path = write!(link, "/proc/self/fd/{}", open.as_raw_fd()).ok();
    let found = path.and_then(|()| readlinkat_raw(rustix::fs::CWD, link.as_str(), &mut target[..]).ok());
    bytes(&target[..found.unwrap_or(0)])
}

fn format(arguments: std::fmt::Arguments<'_>) -> Text {
    let mut text = Text::new();
    // What is too long is cut.
    let _ = text.write_fmt(arguments);
    text
}

fn bytes(all: &[u8]) -> Text {
    let mut text = Text::new();
    push_bytes(&mut text, all);
    text
}

/// Adds as much as there is room for; invalid UTF-8 becomes replacement characters.
fn push_bytes(text: &mut Text, all: &[u8]) {
    for chunk in all.utf8_chunks() {
        push(text, chunk.valid());
        if !chunk.invalid().is_empty() {
            push(text, "\u{fffd}");
        }
    }
}

fn push(text: &mut Text, more: &str) {
    let room = text.remaining_capacity().min(more.len());
    let end = (0..=room).rev().find(|end| more.is_char_boundary(*end)).unwrap_or(0);
    text.push_str(&more[..end]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_memory_is_harmless() {
        for path in
            ["/proc/self/stat", "/sys/class/net", "/dev/null", "/dev/shm/house", "/memfd:cache (deleted)", "/sys"]
        {
            assert!(is_harmless(path), "{path}");
        }
        for path in ["/process", "/dev/sda", "/dev/ttyS0", "/etc/hosts", "house.toml", "/", ""] {
            assert!(!is_harmless(path), "{path}");
        }
        // These lead elsewhere.
        for path in ["/proc/../etc/hosts", "/proc/self/cwd/house.toml", "/proc/self/root/etc/hosts"] {
            assert!(!is_harmless(path), "{path}");
        }
    }

    #[test]
    fn texts_that_are_too_long_are_cut_between_characters() {
        let text = bytes("\u{e9}".repeat(TEXT).as_bytes());
        assert_eq!(text.len(), TEXT);
        assert_eq!(bytes(b"a\xffb").as_str(), "a\u{fffd}b");
    }
}
