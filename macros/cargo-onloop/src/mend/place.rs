//! Where something stands in a file.

/// The lines and columns that something stands at, all from 1.
pub(crate) type Extent = [usize; 4];

pub(crate) fn extent(spanned: &impl syn::spanned::Spanned) -> Extent {
    let span = spanned.span();
    [span.start().line, span.start().column + 1, span.end().line, span.end().column + 1]
}

/// Whether something begins at a place, or has it inside.
pub(crate) fn holds([from, from_column, to, to_column]: Extent, (line, column): (usize, usize)) -> bool {
    (from, from_column) <= (line, column) && (line, column) < (to, to_column)
}
