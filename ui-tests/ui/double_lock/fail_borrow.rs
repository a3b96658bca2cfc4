use std::cell::RefCell;

#[onloop::callback]
fn on_tick(ticks: &RefCell<Vec<u32>>) {
    let all = ticks.borrow();
    ticks.borrow_mut().push(all.len() as u32);
}

fn main() {}
