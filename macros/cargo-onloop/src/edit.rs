//! Changes to files: everything outside a change stays the same, byte for byte.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One change: what stands in the range becomes the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

/// The file with the changes. Of two that overlap the second is left out.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        if let Some(before) = text.get(at..edit.range.start) {
            changed.push_str(before);
            changed.push_str(&edit.text);
            at = edit.range.end;
        }
    }
    changed.push_str(text.get(at..).unwrap_or_default());
    changed
}

/// Where a byte of the changed file was before; one of a change itself is where that begins. The changes are in order.
pub(crate) fn byte_before(edits: &[Edit], byte: usize) -> usize {
    let (mut at_old, mut at_new) = (0, 0);
    for edit in edits {
        let start = at_new + (edit.range.start - at_old);
        if byte < start {
            break;
        }
        (at_old, at_new) = (edit.range.end, start + edit.text.len());
        if byte < at_new {
            return edit.range.start;
        }
    }
    at_old + (byte - at_new)
}

/// The line of a byte, from 1.
pub(crate) fn line_of(text: &str, byte: usize) -> usize {
    text.get(..byte).unwrap_or(text).matches('\n').count() + 1
}

/// Files as they were and as they are to be.
#[derive(Debug, Default)]
pub(crate) struct Changes(pub(crate) BTreeMap<PathBuf, (String, String)>);

impl Changes {
    /// Those that are changed: each with what it was and what it becomes.
    pub(crate) fn files(&self) -> Vec<(&Path, &str, &str)> {
        let files = self.0.iter().map(|(path, (old, new))| (&**path, &**old, &**new));
        files.filter(|(_, old, new)| old != new).collect()
    }

    /// Shows what changes, as git does.
    pub(crate) fn show(&self, root: &Path) {
        let mut out = std::io::stdout();
        for (path, old, new) in self.files() {
            let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
            let diff = similar::TextDiff::from_lines(old, new);
            let diff = diff.unified_diff().header(&format!("a/{shown}"), &format!("b/{shown}")).to_string();
            let _ = out.write_all(diff.as_bytes());
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.files().len()
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The byte of a line and column, both from 1, in characters. A byte order mark is no part of the first line.
pub(crate) fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let mut start = text.len() - text.trim_start_matches(BYTE_ORDER_MARK).len();
    for _ in 1..line {
        match text[start..].find('\n') {
            Some(end) => start += end + 1,
            None => return text.len(),
        }
    }
    let line = text[start..].split('\n').next().unwrap_or_default();
    let within = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    start + within
}

#[cfg(test)]
mod tests {
    use super::{Edit, apply, byte_before, byte_of, line_of};

    #[test]
    fn bytes_of_places() {
        let text = "a\né = b\n";
        assert_eq!(byte_of(text, 1, 1), 0);
        assert_eq!(byte_of(text, 2, 2), 4);
        assert_eq!(byte_of(text, 2, 6), 8);
        assert_eq!(byte_of(text, 9, 1), text.len());
        assert_eq!((byte_of("\u{feff}ab\nc", 1, 1), byte_of("\u{feff}ab\nc", 2, 1)), (3, 6));
    }

    #[test]
    fn bytes_of_before() {
        let edits = [Edit { range: 2..2, text: "xy".to_owned() }, Edit { range: 4..6, text: "z".to_owned() }];
        // "abcdefg" has become "abxycdzg".
        let before: Vec<usize> = (0..8).map(|byte| byte_before(&edits, byte)).collect();
        assert_eq!(before, [0, 1, 2, 2, 2, 3, 4, 6]);
        assert_eq!((line_of("a\nb", 0), line_of("a\nb", 2), line_of("a\nb", 9)), (1, 2, 2));
    }

    #[test]
    fn the_rest_stays_as_it_is() {
        let edit = |range, text: &str| Edit { range, text: text.to_owned() };
        assert_eq!(apply("a\r\nb\tc", &[edit(3..4, "x"), edit(0..0, ">")]), ">a\r\nx\tc");
        assert_eq!(apply("abc", &[edit(0..2, "x"), edit(1..3, "y")]), "xc");
    }
}
