//! What `weather_station` writes for viewers of the loop: a trace, and a flame graph.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use onloop_examples::device::Device;
use serde_json::Value;

use crate::process::{Ended, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_weather_station");

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A run of five readings with these arguments.
fn record(arguments: &[&str]) -> Ended {
    let device = Device::start(Duration::ZERO).expect("a device");
    let url = device.url();
    run(PROGRAM, &[&["--device", &url, "--interval", "0.01", "--timeout", "30"], arguments].concat())
}

#[test]
fn the_trace_holds_each_run_of_each_function() {
    let path = file("trace.json");
    let ended = record(&["--trace", shown(&path)]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    let text = fs::read_to_string(&path).expect("it is written");
    let events: Vec<Value> = serde_json::from_str(&text).expect("an array of JSON");

    let (mut open, mut done, mut last) = (Vec::new(), Vec::new(), 0.0);
    for event in &events {
        let name = event["name"].as_str().expect("each has a name");
        assert!(event["pid"].is_u64() && event["tid"] == 0, "all on the loop's thread: {event}");
        match event["ph"].as_str() {
            // The name of the thread.
            Some("M") => assert_eq!(event["args"]["name"], "main", "{event}"),
            Some("B") => {
                assert!(event[".line"].is_u64() && event[".file"].is_string(), "{event}");
                open.push(name);
            }
            Some("E") => {
                assert_eq!(open.pop(), Some(name), "what begins last ends first: {event}");
                let kind = event["args"]["kind"].as_str().expect("it has a kind").trim_matches('"');
                let path = event["cat"].as_str().expect("it has a path");
                // A closure is told by its line.
                assert!(path.ends_with(name) || path.ends_with("::{closure}") && name.contains(':'), "{event}");
                done.push((path, kind));
            }
            _ => panic!("unknown to the test: {event}"),
        }
        let time = event["ts"].as_f64().unwrap_or(last);
        assert!(last <= time, "in the order of time: {event}");
        last = time;
    }
    assert!(open.is_empty(), "{open:?}");
    let runs = |name, kind| done.iter().filter(|run| **run == (name, kind)).count();
    assert_eq!(runs("weather_station::sensors::of", "callback"), 1);
    // Three sensors hear of each reading after that of the set-up. There are more than five: it reads on until the hub
    // has started.
    let updates = runs("weather_station::sensors::Sensor::handle_coordinator_update", "callback");
    assert!(updates >= 4 * 3 && updates.is_multiple_of(3), "{updates}");
    // Each waits, so each is polled more than once.
    assert!(runs("weather_station::station::Client::fetch", "coroutine") > 5, "{done:?}");
    assert!(runs("weather_station::watch", "coroutine") > 1, "{done:?}");
}

#[test]
fn the_flame_graph_names_the_functions_and_shows_their_kinds() {
    let path = file("flame.svg");
    let ended = record(&["--flame", shown(&path)]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    let svg = fs::read_to_string(&path).expect("it is written");
    assert!(svg.starts_with("<?xml ") && svg.trim_end().ends_with("</svg>"), "{svg}");
    let color = |name: &str| {
        let (_, frame) = svg.split_once(&format!("<title>{name} (")).unwrap_or_else(|| panic!("no {name} in:\n{svg}"));
        let (_, color) = frame.split_once("fill=\"").expect("a frame has a colour");
        color.split_once('"').expect("it ends").0
    };
    let (callback, coroutine) = (color("handle_coordinator_update"), color("fetch"));
    assert_ne!(callback, coroutine);
    assert_eq!((color("show"), color("update")), (callback, coroutine));
}

#[test]
fn both_at_once_and_the_log_is_as_ever() {
    let (trace, flame) = (file("both.json"), file("both.svg"));
    // The simulated device is down at first, which is logged.
    let arguments = ["--readings", "1", "--timeout", "30", "--trace", shown(&trace), "--flame", shown(&flame)];
    let ended = run(PROGRAM, &arguments);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.starts_with(" WARN entry `weather station` is not ready yet: "), "{ended:?}");
    assert!(fs::read_to_string(trace).expect("it is written").contains("weather_station::station::Client::fetch"));
    assert!(fs::read_to_string(flame).expect("it is written").contains("<title>fetch ("));
}

#[test]
fn a_file_that_cannot_be_written_is_told_at_once() {
    let missing = file("no_such_folder").join("trace.json");
    let folder = file("");
    for option in ["--trace", "--flame"] {
        for path in [&missing, &folder] {
            let ended = run(PROGRAM, &[option, shown(path)]);
            assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
            let expected = format!("error: cannot write {}: ", path.display());
            assert!(ended.stderr.starts_with(&expected) && ended.stderr.lines().count() == 1, "{ended:?}");
        }
    }
}

/// The run itself is none the worse for it.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_is_told_in_the_end() {
    for option in ["--trace", "--flame"] {
        let ended = record(&[option, "/dev/full"]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.stdout.ends_with("All readings taken; the hub has stopped.\n"), "{ended:?}");
        assert!(ended.stderr.starts_with("error: cannot write /dev/full: No space left"), "{ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
    }
}
