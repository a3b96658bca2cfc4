use std::io::BufRead;

fn reader(path: &str) -> std::io::Result<std::io::BufReader<std::fs::File>> {
    let _ = path;
    unimplemented!()
}

fn opened() -> Option<impl Fn() -> std::io::BufReader<std::fs::File>> {
    Some(|| unimplemented!())
}

#[onloop::callback]
fn index(path: &str) -> usize {
    let mut found = 0;
    if let Some(open) = opened() {
        let reader = open();
        for line in reader.lines() {
            found += usize::from(line.is_ok_and(|line| !line.is_empty()));
        }
    }
    if let Some(open) = opened() {
        let reader = open();
        found += reader.lines().map_while(Result::ok).count();
    }
    found + reader(path).map_or(0, |reader| reader.lines().count())
}

fn main() {
    index("rooms");
}
