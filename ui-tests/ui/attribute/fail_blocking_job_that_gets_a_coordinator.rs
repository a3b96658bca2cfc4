use onloop::{Coordinator, Unsubscribe};

#[onloop::callback]
fn keep(coordinator: &Coordinator<String>) -> [Unsubscribe; 2] {
    [
        coordinator.add_listener(#[blocking] || std::fs::write("reading", "new").unwrap()),
        coordinator.add_listener(|coordinator: &Coordinator<String>| println!("{:?}", coordinator.data())),
    ]
}

fn main() {}
