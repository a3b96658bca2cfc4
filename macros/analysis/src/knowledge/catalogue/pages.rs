//! The pages, and which page knows a crate or a name.

use super::text::rows;
use crate::syntax::quick::HashMap;
use std::iter;

/// A page of the catalogue.
#[derive(Debug)]
pub struct Family {
    /// The name of its file.
    pub name: &'static str,
    /// Every crate that a path or an alias of its calls begins with, in byte order, as written in Rust.
    pub crates: &'static [&'static str],
    /// The page.
    pub text: &'static str,
}

/// All pages. The first two are what most programs use; a call known by its name only is first looked
/// for there.
pub static FAMILIES: &[Family] = &[
    Family { name: "std", crates: &["alloc", "core", "std"], text: include_str!("std.md") },
    Family { name: "tokio", crates: &["tokio", "tokio_util"], text: include_str!("tokio.md") },
    Family {
        name: "console",
        crates: &[
            "console",
            "crossterm",
            "dialoguer",
            "indicatif",
            "inquire",
            "ratatui",
            "reedline",
            "rpassword",
            "rustyline",
        ],
        text: include_str!("console.md"),
    },
    Family {
        name: "cpu",
        crates: &[
            "argon2",
            "bcrypt",
            "brotli",
            "brotli_decompressor",
            "bzip2",
            "flate2",
            "lz4_flex",
            "password_auth",
            "password_hash",
            "pbkdf2",
            "ring",
            "rsa",
            "scrypt",
            "snap",
            "zstd",
        ],
        text: include_str!("cpu.md"),
    },
    Family { name: "db-diesel", crates: &["diesel"], text: include_str!("db-diesel.md") },
    Family {
        name: "db-embedded",
        crates: &["heed", "lmdb", "redb", "rocksdb", "sled"],
        text: include_str!("db-embedded.md"),
    },
    Family {
        name: "db-postgres-mysql",
        crates: &["mysql", "postgres", "r2d2_mysql", "r2d2_postgres"],
        text: include_str!("db-postgres-mysql.md"),
    },
    Family {
        name: "db-redis-memcache-mongodb",
        crates: &["memcache", "mongodb", "redis"],
        text: include_str!("db-redis-memcache-mongodb.md"),
    },
    Family {
        name: "db-sqlite",
        crates: &["diesel", "memcache", "r2d2", "r2d2_sqlite", "rusqlite", "sqlite", "tokio_rusqlite"],
        text: include_str!("db-sqlite.md"),
    },
    Family {
        name: "executors",
        crates: &[
            "actix_rt",
            "async_channel",
            "async_global_executor",
            "async_io",
            "async_lock",
            "async_std",
            "bevy",
            "bevy_tasks",
            "event_listener",
            "futures",
            "futures_executor",
            "futures_lite",
            "paho_mqtt",
            "pollster",
            "signal_hook",
            "smol",
        ],
        text: include_str!("executors.md"),
    },
    Family {
        name: "extra",
        crates: &[
            "backoff",
            "ciborium",
            "duct",
            "embassy_futures",
            "fjall",
            "keyring",
            "ldap3",
            "linux_embedded_hal",
            "mio",
            "moka",
            "native_dialog",
            "nb",
            "notify_rust",
            "open",
            "polling",
            "quick_xml",
            "redis",
            "retry",
            "rfd",
            "rmp_serde",
            "rsntp",
            "rustix",
            "self_update",
            "serde_yaml",
            "serial2",
            "socket2",
            "subprocess",
            "tinyfiledialogs",
            "tokio_modbus",
            "tokio_test",
            "xshell",
            "zbus",
        ],
        text: include_str!("extra.md"),
    },
    Family { name: "formats", crates: &["csv", "image", "serde_json", "tar", "zip"], text: include_str!("formats.md") },
    Family {
        name: "fs",
        crates: &[
            "camino",
            "dotenvy",
            "dunce",
            "fd_lock",
            "file_guard",
            "file_lock",
            "fs2",
            "fs4",
            "fs_err",
            "fs_extra",
            "fslock",
            "glob",
            "ignore",
            "memmap2",
            "named_lock",
            "same_file",
            "tempfile",
            "walkdir",
            "which",
        ],
        text: include_str!("fs.md"),
    },
    Family { name: "git", crates: &["git2"], text: include_str!("git.md") },
    Family {
        name: "hardware",
        crates: &[
            "embedded_hal",
            "evdev",
            "gpio_cdev",
            "gpiocdev",
            "hidapi",
            "i2cdev",
            "linux_embedded_hal",
            "nusb",
            "rppal",
            "rusb",
            "serialport",
            "socketcan",
            "spidev",
            "tokio_serial",
        ],
        text: include_str!("hardware.md"),
    },
    Family {
        name: "http",
        crates: &[
            "attohttpc",
            "curl",
            "isahc",
            "minreq",
            "reqwest",
            "rouille",
            "tiny_http",
            "tokio_tungstenite",
            "tungstenite",
            "ureq",
        ],
        text: include_str!("http.md"),
    },
    Family {
        name: "locks-channels",
        crates: &[
            "crossbeam",
            "crossbeam_channel",
            "crossbeam_utils",
            "dashmap",
            "flume",
            "kanal",
            "once_cell",
            "oneshot",
            "paho_mqtt",
            "parking_lot",
            "spin",
        ],
        text: include_str!("locks-channels.md"),
    },
    Family { name: "mqtt", crates: &["paho_mqtt", "rumqttc"], text: include_str!("mqtt.md") },
    Family {
        name: "net",
        crates: &[
            "dns_lookup",
            "imap",
            "lettre",
            "native_tls",
            "openssl",
            "reqwest",
            "rustls",
            "ssh2",
            "suppaftp",
            "tokio_native_tls",
            "tokio_rustls",
            "trust_dns_resolver",
            "url",
        ],
        text: include_str!("net.md"),
    },
    Family { name: "sysinfo", crates: &["sysinfo"], text: include_str!("sysinfo.md") },
    Family {
        name: "threads-syscalls",
        crates: &[
            "libc",
            "nix",
            "rayon",
            "rayon_core",
            "spin_sleep",
            "threadpool",
            "wait_timeout",
            "windows",
            "windows_sys",
        ],
        text: include_str!("threads-syscalls.md"),
    },
];

/// Which pages know a last name.
pub(super) static NAMES: &str = include_str!("names.md");

/// What runs a closure away from the loop.
pub(super) static ELSEWHERE: &str = include_str!("elsewhere.md");

/// Types whose values block when dropped.
pub(super) static DROPS: &str = include_str!("drops.md");

/// Functions that run a closure here and take a reason why that may block.
pub(super) static EXEMPTING: &str = include_str!("exempting.md");

/// Types that are used as what they hold.
pub(super) static WRAPPERS: &str = include_str!("wrappers.md");

/// Types of other crates that the compiler is asked about.
pub(super) static PROBED: &str = include_str!("probed.md");

/// More than twice the number of crates, so that a search soon meets an empty slot.
pub(super) const SLOTS: usize = 512;

/// Where each crate stands in [`FAMILIES`]: page and position. A hash table with the next free slot
/// for a taken one, made by the compiler; most paths in a program belong to no crate in it.
pub(super) static CRATES: [Option<(u8, u8)>; SLOTS] = {
    let mut slots = [None; SLOTS];
    let mut family = 0;
    while family < FAMILIES.len() {
        let crates = FAMILIES[family].crates;
        let mut position = 0;
        while position < crates.len() {
            let mut slot = slot_of(crates[position]);
            while slots[slot].is_some() {
                slot = (slot + 1) % SLOTS;
            }
            #[expect(clippy::cast_possible_truncation, reason = "a test bounds both")]
            let place = (family as u8, position as u8);
            slots[slot] = Some(place);
            position += 1;
        }
        family += 1;
    }
    slots
};

pub(super) const fn slot_of(krate: &str) -> usize {
    let bytes = krate.as_bytes();
    if bytes.is_empty() {
        return 0;
    }
    let (first, middle, last) = (bytes[0], bytes[bytes.len() / 2], bytes[bytes.len() - 1]);
    (first as usize + 5 * middle as usize + 23 * last as usize + 61 * bytes.len()) % SLOTS
}

thread_local! {
    /// By name, the pages where it stands.
    static PAGES: HashMap<&'static str, &'static str> = rows(NAMES).map(|row| (row.path, row.also())).collect();
}

/// The pages where a name stands.
pub(super) fn pages_with(name: &str) -> impl Iterator<Item = &'static Family> + use<> {
    let pages = PAGES.with(|pages| pages.get(name).copied().unwrap_or_default());
    pages.split(", ").filter_map(|page| FAMILIES.iter().find(|family| family.name == page))
}

/// The pages that list a crate.
pub(super) fn families_of(krate: &str) -> impl Iterator<Item = &'static Family> {
    let mut slot = slot_of(krate);
    iter::from_fn(move || {
        loop {
            let (family, position) = CRATES[slot]?;
            slot = (slot + 1) % SLOTS;
            let family = &FAMILIES[usize::from(family)];
            if family.crates[usize::from(position)] == krate {
                return Some(family);
            }
        }
    })
}
