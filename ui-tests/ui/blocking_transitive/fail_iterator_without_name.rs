use std::path::PathBuf;

fn texts(files: Vec<PathBuf>) -> impl Iterator<Item = String> {
    files.into_iter().map(|file| std::fs::read_to_string(file).unwrap_or_default())
}

#[onloop::callback]
fn on_press(files: Vec<PathBuf>) -> usize {
    let texts = texts(files);
    texts.filter(|text| !text.is_empty()).count()
}

fn main() {}
