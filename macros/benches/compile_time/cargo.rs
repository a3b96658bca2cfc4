//! Runs cargo on the throw-away crates and measures it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What one run of cargo took.
pub(crate) struct Sample {
    pub(crate) seconds: f64,
    /// Processor time of cargo and all that it started, in seconds, where the system tells it.
    pub(crate) cpu: Option<f64>,
    /// The most memory that the compiler held, in megabytes, where the system tells it.
    pub(crate) peak: Option<f64>,
}

/// How a crate is compiled.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(crate) is_build: bool,
    pub(crate) is_incremental: bool,
}

impl Way {
    pub(crate) const CHECK: Way = Way { is_build: false, is_incremental: false };

    pub(crate) fn word(self) -> &'static str {
        if self.is_build { "build" } else { "check" }
    }
}

/// The folder of the throw-away crates: a workspace of its own, which stays, so that the next run starts faster.
pub(crate) struct Cargo {
    pub(crate) folder: PathBuf,
}

impl Cargo {
    pub(crate) fn new() -> Cargo {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile-time");
        // Crates of an earlier run would be members too.
        let _ = fs::remove_dir_all(folder.join("crates"));
        Cargo { folder }
    }

    /// Writes a file, unless that is what it already holds.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|known| known == text) {
            return;
        }
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    /// A command that may fail, and whether it did not.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> bool {
        self.command(arguments).output().expect("cargo can be started").status.success()
    }

    /// What a program prints.
    pub(crate) fn said_by(&self, package: &str) -> String {
        succeeded(&self.command(&["run", "--package", package]).output().expect("cargo can be started"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).arg("--quiet").current_dir(&self.folder);
        command.env("CARGO_TARGET_DIR", self.folder.join("target")).env("CARGO_INCREMENTAL", "0");
        command
    }

    /// Compiles a crate anew, and only it.
    pub(crate) fn compile(&self, package: &str, way: Way) -> Sample {
        let root = self.folder.join(format!("crates/{package}/src/lib.rs"));
        let text = fs::read(&root).expect("the crate has been written");
        fs::write(&root, text).expect("it can be written again");
        let mut command = self.command(&[way.word(), "--package", package]);
        if way.is_incremental {
            // In a folder of its own: what is compiled so is not what is compiled otherwise.
            command.env("CARGO_TARGET_DIR", self.folder.join("incremental")).env("CARGO_INCREMENTAL", "1");
        }
        measure(command)
    }

    /// Builds a crate and all that it depends on from nothing.
    pub(crate) fn clean_build(&self, package: &str) -> Sample {
        let target = self.folder.join("clean");
        let _ = fs::remove_dir_all(&target);
        let mut command = self.command(&["build", "--package", package]);
        command.env("CARGO_TARGET_DIR", &target);
        measure(command)
    }

    /// The crates that a build with that package has for it.
    pub(crate) fn crates_of(&self, package: &str) -> Vec<String> {
        let mut command = self.command(&["tree", "--package", package, "--edges", "normal", "--prefix", "none"]);
        let output = succeeded(&command.output().expect("cargo can be started"));
        let mut names: Vec<_> = output.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }
}

fn measure(mut command: Command) -> Sample {
    let (cpu_before, start) = (cpu_of_children(), Instant::now());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("cargo can be started");
    let (pid, done) = (child.id(), AtomicBool::new(false));
    let (output, seconds, peak) = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = None;
            while !done.load(Ordering::Relaxed) {
                peak = peak.max(peak_of_children(pid));
                thread::sleep(Duration::from_millis(5));
            }
            peak
        });
        let output = child.wait_with_output().expect("cargo can be waited for");
        let seconds = start.elapsed().as_secs_f64();
        done.store(true, Ordering::Relaxed);
        (output, seconds, watch.join().expect("the watch does not panic"))
    });
    succeeded(&output);
    let cpu = cpu_before.zip(cpu_of_children()).map(|(before, after)| f64::from(after - before) / 100.0);
    Sample { seconds, cpu, peak: peak.map(|kilobytes| f64::from(kilobytes) / 1024.0) }
}

fn succeeded(output: &Output) -> String {
    if !output.status.success() {
        // A mistake in a generated crate is there a thousand times.
        let errors = String::from_utf8_lossy(&output.stderr);
        panic!("cargo failed:\n{}", errors.lines().take(20).collect::<Vec<_>>().join("\n"));
    }
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Processor time of all processes that this one has waited for, in the kernel's ticks of 10 ms.
fn cpu_of_children() -> Option<u32> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in parentheses, may hold blanks. Behind it, the 14th and 15th field are user and system time.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(13);
    Some(fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?)
}

/// The most memory that a child of the process has held so far, in kilobytes: cargo starts one compiler at a time.
fn peak_of_children(pid: u32) -> Option<u32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let children = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let children: Vec<_> =
        children.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    let peaks = children.iter().filter_map(|child| {
        let status = fs::read_to_string(format!("/proc/{child}/status")).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        peak.trim().strip_suffix(" kB")?.parse().ok()
    });
    peaks.max()
}
