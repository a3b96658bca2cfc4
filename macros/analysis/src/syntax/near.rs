//! What was likely meant by a word that is not known.

/// The known word that is nearest, if it is near enough.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let (steps, near) = known.iter().map(|known| (distance(word, known), *known)).min()?;
    (steps <= near.len() / 3).then_some(near)
}

/// How many letters have to be put in, taken out or exchanged.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (n, left) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], n + 1);
        for (m, right) in b.chars().enumerate() {
            let above = row[m + 1];
            row[m + 1] = (diagonal + usize::from(left != right)).min(above + 1).min(row[m] + 1);
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn a_slip_is_understood() {
        assert_eq!(nearest("locks", &["cpu", "lock"]), Some("lock"));
        assert_eq!(nearest("blocking_calls", &["blocking_call", "blocking_drop"]), Some("blocking_call"));
        assert_eq!(nearest("sleep", &["cpu", "lock"]), None);
    }

    #[test]
    fn near_misses_are_counted() {
        for (a, b, steps) in [("", "", 0), ("", "ab", 2), ("pth", "path", 1), ("lokc", "lock", 2), ("ä", "a", 1)] {
            assert_eq!(distance(a, b), steps, "{a} {b}");
        }
    }
}
