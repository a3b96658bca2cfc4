use std::ops::{Index, IndexMut};

struct Table(Vec<String>);

impl Index<usize> for Table {
    type Output = String;

    fn index(&self, row: usize) -> &String {
        &self.0[row]
    }
}

impl IndexMut<usize> for Table {
    fn index_mut(&mut self, row: usize) -> &mut String {
        self.0[row] = std::fs::read_to_string("rows").unwrap_or_default();
        &mut self.0[row]
    }
}

#[onloop::callback]
fn on_press(table: &mut Table) {
    table[0].push_str("pressed");
}

fn main() {}
