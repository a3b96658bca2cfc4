use std::collections::HashMap;
use std::io::{BufRead, Cursor, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

#[onloop::callback]
fn summary(input: &[u8]) -> String {
    let mut text = String::new();
    let mut reader = input;
    reader.read_to_string(&mut text).unwrap();
    let mut out = Vec::new();
    writeln!(out, "{} bytes", text.len()).unwrap();
    Write::write_all(&mut out, b"end").unwrap();
    let lines = Cursor::new(&out).lines().count();
    let path = Path::new("/a").join("b");
    format!("{lines} {}", path.display())
}

#[onloop::callback]
fn first_line(mut input: &[u8]) -> String {
    let mut line = String::new();
    BufRead::read_line(&mut input, &mut line).unwrap();
    let mut rest = Vec::new();
    Read::read_to_end(&mut input, &mut rest).unwrap();
    std::io::Write::flush(&mut rest).unwrap();
    line
}

#[onloop::callback]
fn count(words: &[&str], total: &Arc<Mutex<usize>>) -> usize {
    let mut seen = HashMap::new();
    for word in words {
        *seen.entry(word).or_insert(0) += 1;
    }
    *total.lock().unwrap() += seen.len();
    seen.len()
}

fn main() {
    assert_eq!(summary(b"abc"), "2 /a/b");
    assert_eq!(first_line(b"a\nb\n"), "a\n");
    assert_eq!(count(&["a", "b", "a"], &Arc::default()), 2);
}
