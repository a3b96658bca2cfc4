//! What takes a process of its own: programs, which are tests that only the tests beside them run.

use std::process::{Command, Output};

use onloop::Hub;

/// The program of this name.
fn program(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("it runs"));
    command.args(["--exact", &format!("alone::{name}"), "--ignored", "--nocapture"]);
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
#[ignore = "a program"]
fn two_tasks_panic() {
    Hub::run(async |hub| {
        hub.create_task_named("the first", async { panic!("on purpose") });
        hub.create_task_named("the second", async { panic!("on purpose") });
    });
}

#[test]
fn without_a_subscriber_the_first_failure_is_told_and_how_to_get_more() {
    let output = program("two_tasks_panic").output().unwrap();
    let told = text(&output);
    let lines: Vec<_> = told.lines().filter(|line| line.starts_with("onloop: ")).collect();
    assert!(matches!(lines[..], [line] if line.contains("subscriber") && line.contains("the first")), "{told}");
}

#[cfg(all(feature = "signal", unix))]
mod signals {
    use std::io::{BufRead as _, BufReader};
    use std::process::{ExitStatus, Stdio};

    use super::{Command, Hub, program};

    #[test]
    #[ignore = "a program"]
    fn stops_on_signal() {
        Hub::builder().stop_on_signal(true).run(async |hub| {
            println!("\nready");
            hub.stopped().await;
            println!("stopped");
        });
    }

    #[test]
    #[ignore = "a program"]
    fn never_ends() {
        Hub::builder().stop_on_signal(true).run(async |hub| {
            let _listens = hub.bus().listen(&onloop::HUB_STOP, job!(callback_0, || println!("\nready")));
            println!("\nready");
            std::future::pending::<()>().await;
        });
    }

    /// Sends the signals, each when the program is ready for it, and gives what it printed and how it ended.
    fn signalled(name: &str, signals: &[&str]) -> (Vec<String>, ExitStatus) {
        let mut child = program(&format!("signals::{name}")).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        for signal in signals {
            assert!(lines.any(|line| line == "ready"), "{signal}");
            let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
            assert!(sent.success());
        }
        (lines.collect(), child.wait().unwrap())
    }

    #[test]
    fn a_signal_stops_the_hub_and_main_ends_as_it_would() {
        for signal in ["INT", "TERM"] {
            let (printed, status) = signalled("stops_on_signal", &[signal]);
            assert!(printed.iter().any(|line| line == "stopped") && status.success(), "{signal}: {printed:?} {status}");
        }
    }

    #[test]
    fn a_second_signal_ends_the_process() {
        let (_, status) = signalled("never_ends", &["INT", "TERM"]);
        assert_eq!(status.code(), Some(143));
    }
}
