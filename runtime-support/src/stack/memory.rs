//! Which files are mapped where in this process.

use std::ops::Range;
use std::path::Path;
use std::{env, fs};

/// Where the program and the C library lie.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// From the beginning of the program's file to its end.
    program: Range<usize>,
    c_library: Vec<Range<usize>>,
}

impl Memory {
    /// As it is now. Empty where the system does not tell.
    pub(super) fn now() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "asked by the watch's thread, or once a loop has been blocked anyway; and it is in memory"
        )]
        let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
        Self::parse(&maps, &env::current_exe().unwrap_or_default())
    }

    /// Of lines like `55d0-55e0 r-xp 0001 08:02 173521      /usr/bin/house`.
    fn parse(maps: &str, program: &Path) -> Self {
        let mut memory = Self::default();
        for (range, file) in maps.lines().filter_map(line) {
            if file == program {
                let start = if memory.program.is_empty() { range.start } else { memory.program.start };
                memory.program = start.min(range.start)..memory.program.end.max(range.end);
            } else if is_c_library(file) {
                memory.c_library.push(range);
            }
        }
        memory
    }

    /// An address in the program, counted from the beginning of its file; another one as it is.
    pub(super) fn relative(&self, address: usize) -> usize {
        if self.program.contains(&address) { address - self.program.start } else { address }
    }

    /// Whether an address is in the C library or the loader.
    pub(super) fn is_of_c_library(&self, address: usize) -> bool {
        self.c_library.iter().any(|range| range.contains(&address))
    }
}

fn line(line: &str) -> Option<(Range<usize>, &Path)> {
    let mut parts = line.split_whitespace();
    let (start, end) = parts.next()?.split_once('-')?;
    let range = usize::from_str_radix(start, 16).ok()?..usize::from_str_radix(end, 16).ok()?;
    // The path may have spaces in it.
    let path = &line[line.find('/')?..];
    Some((range, Path::new(path)))
}

fn is_c_library(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    ["libc.", "libc-", "ld-linux", "ld-musl"].iter().any(|begin| name.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
        1000-2000 r--p 00000000 08:02 1 /usr/bin/my house\n\
        2000-4000 r-xp 00001000 08:02 1 /usr/bin/my house\n\
        5000-6000 rw-p 00000000 00:00 0 [heap]\n\
        7000-8000 rw-p 00000000 00:00 0\n\
        9000-a000 r-xp 00001000 08:02 2 /usr/lib/x86_64-linux-gnu/libc.so.6\n\
        b000-c000 r-xp 00001000 08:02 3 /usr/lib/libcrypto.so\n";

    #[test]
    fn the_program_and_the_c_library_are_found() {
        let memory = Memory::parse(MAPS, Path::new("/usr/bin/my house"));
        assert_eq!(
            [0x1000, 0x3fff, 0x4000, 0x9000].map(|address| memory.relative(address)),
            [0, 0x2fff, 0x4000, 0x9000]
        );
        assert_eq!([0x8fff, 0x9000, 0xb000].map(|address| memory.is_of_c_library(address)), [false, true, false]);
    }

    #[test]
    fn where_nothing_is_told_addresses_are_as_they_are() {
        let memory = Memory::parse("nonsense\n1-x /lib\n", Path::new("/usr/bin/house"));
        assert_eq!((memory.relative(7), memory.is_of_c_library(7)), (7, false));
    }
}
