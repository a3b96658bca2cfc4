//! How long the command takes, and how much memory, for workspaces that are made for it: 100,000 lines in ten packages
//! and in one, and a million lines; for the first time, once more, and after a change of one file.
//!
//! ```text
//! cargo bench -p cargo-onloop --bench workspace               figures for this command
//! cargo bench -p cargo-onloop --bench workspace -- --beside   and, for 100,000 lines, of others: `cargo check`, `cargo
//!                                                             clippy` and, where it is installed, `cargo async-doctor`
//! ```

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Functions of each kind in a file.
const FUNCTIONS: usize = 30;

/// A workspace that is made: its name, its packages, and the files of each.
const WORKSPACES: [(&str, usize, usize); 3] =
    [("100,000 lines, ten packages", 10, 14), ("100,000 lines, one package", 1, 140), ("a million lines", 20, 70)];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` is no place for figures.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let root = std::env::temp_dir().join(format!("cargo-onloop-bench-{}", std::process::id()));
    for (number, (name, packages, files)) in WORKSPACES.into_iter().enumerate() {
        let folder = root.join(number.to_string());
        let lines = make(&folder, packages, files);
        println!("{name} ({lines})");
        figure("the first time", &folder, onloop());
        figure("once more", &folder, onloop());
        let changed = folder.join("c0/src/m3.rs");
        let text = std::fs::read_to_string(&changed).expect("it was made") + "// changed\n";
        std::fs::write(&changed, text).expect("it can be written");
        figure("after a change of one file", &folder, onloop());
        if number == 0 && arguments.iter().any(|argument| argument == "--beside") {
            figure("cargo check", &folder, cargo(&["check", "--workspace", "--quiet", "--offline"]));
            figure("cargo clippy", &folder, cargo(&["clippy", "--workspace", "--quiet", "--offline"]));
            if cargo(&["async-doctor", "--help"]).output().is_ok_and(|output| output.status.success()) {
                figure("cargo async-doctor", &folder, cargo(&["async-doctor", "--workspace"]));
            }
        }
    }
    let _ = std::fs::remove_dir_all(root);
}

fn onloop() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-onloop"));
    command.args(["onloop", "--workspace", "--format", "json"]);
    command
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments);
    command
}

fn figure(name: &str, folder: &Path, mut command: Command) {
    command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    let (start, before) = (Instant::now(), processor_time());
    let mut child = command.spawn().expect("the command is there");
    let mut peak = 0;
    let status = loop {
        if let Ok(Some(status)) = child.try_wait() {
            break status;
        }
        peak = peak.max(memory(child.id()));
        std::thread::sleep(Duration::from_millis(2));
    };
    let time = start.elapsed();
    let (time, worked) = (time.as_millis(), processor_time() - before);
    println!(
        "  {name:<28} {time:>6} ms, {worked:>6} ms of processors, {:>4} MB, exit code {:?}",
        peak / 1024,
        status.code()
    );
}

/// What the processes that have ended took of processors, in milliseconds, where the system tells: on a busy machine they
/// wait for them too.
fn processor_time() -> u64 {
    // It counts hundredths of a second. The name, in parentheses, may hold blanks.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

/// What a process has needed at most, in kilobytes, where the system tells.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// Makes a workspace, and gives the number of its lines.
fn make(folder: &Path, packages: usize, files: usize) -> usize {
    let write = |path: PathBuf, text: &str| {
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    };
    let members: Vec<String> = (0..packages).map(|package| format!("\"c{package}\"")).collect();
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
    write(folder.join("Cargo.toml"), &manifest);
    let mut lines = 0;
    for package in 0..packages {
        let own = folder.join(format!("c{package}"));
        let mut manifest = format!("[package]\nname = \"c{package}\"\nedition = \"2024\"\n\n[dependencies]\n");
        for other in package.saturating_sub(2)..package {
            let _ = writeln!(manifest, "c{other} = {{ path = \"../c{other}\" }}");
        }
        write(own.join("Cargo.toml"), &manifest);
        let modules: String =
            (0..files).flat_map(|file| ["pub mod m".to_owned(), file.to_string(), ";\n".to_owned()]).collect();
        write(own.join("src/lib.rs"), &modules);
        for file in 0..files {
            let text = module(file, (file + 1) % files);
            lines += text.lines().count();
            write(own.join(format!("src/m{file}.rs")), &text);
        }
    }
    lines
}

/// A module as people write them: a lock, calls from file to file, and in each tenth function something that blocks.
fn module(file: usize, next: usize) -> String {
    let mut text = String::from(
        "use std::collections::HashMap;\nuse std::sync::Mutex;\n\n\
         pub struct State {\n    values: Mutex<HashMap<String, usize>>,\n    name: String,\n}\n\nimpl State {\n",
    );
    for n in 0..FUNCTIONS {
        let read = if n % 10 == 9 { "        total += std::fs::read(key).map_or(0, |read| read.len());\n" } else { "" };
        let _ = write!(
            text,
            "    /// Does number {n}.\n    pub async fn step{n}(&self, key: &str, count: usize) -> Result<usize, String> {{\n\
             \x20       let mut total = 0;\n        {{\n            let values = self.values.lock().unwrap();\n\
             \x20           for (name, value) in values.iter() {{\n                if name.starts_with(key) {{\n\
             \x20                   total += *value;\n                }}\n            }}\n        }}\n\
             \x20       let text = format!(\"{{}}-{{}}-{{}}\", self.name, key, count + {file});\n\
             \x20       total += helper{n}(count) + crate::m{next}::helper{n}(text.len());\n{read}\
             \x20       std::future::ready(()).await;\n        if total > 1_000 {{ Err(text) }} else {{ Ok(total) }}\n    }}\n\n"
        );
    }
    text.push_str("}\n\n");
    for n in 0..FUNCTIONS {
        let other = (n + 1) % FUNCTIONS;
        let _ = write!(
            text,
            "pub fn helper{n}(count: usize) -> usize {{\n\
             \x20   let values: Vec<usize> = (0..count).filter(|n| n % 3 == 0).map(|n| n * 2).collect();\n\
             \x20   let sum: usize = values.iter().sum::<usize>() + {n};\n\
             \x20   if sum > 10 {{ helper{other}(sum % 10) }} else {{ sum }}\n}}\n\n"
        );
    }
    text
}
