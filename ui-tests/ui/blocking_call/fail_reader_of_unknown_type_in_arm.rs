use std::io::Read as _;

#[onloop::coroutine]
async fn load(files: Vec<std::io::Result<Box<std::fs::File>>>) -> String {
    let mut text = String::new();
    for file in files.into_iter().rev().skip_while(Result::is_err) {
        match std::convert::identity(file) {
            Ok(mut file) => file.read_to_string(&mut text).unwrap_or_default(),
            Err(_) => 0,
        };
    }
    text
}

fn main() {}
