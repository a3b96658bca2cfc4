mod world {
    pub fn spawn(name: &str) -> usize {
        name.len()
    }

    pub struct Commands(pub usize);

    impl Commands {
        pub fn spawn(&mut self, count: usize) {
            self.0 += count;
        }
    }
}

use world::spawn;

#[onloop::callback]
fn on_start(commands: &mut world::Commands) {
    spawn("player");
    world::spawn("enemy");
    commands.spawn(3);
}

fn main() {
    let mut commands = world::Commands(0);
    on_start(&mut commands);
    assert_eq!(commands.0, 3);
}
