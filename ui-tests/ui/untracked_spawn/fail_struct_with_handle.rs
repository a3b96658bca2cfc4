use tokio::task::JoinHandle;

struct Watcher {
    task: JoinHandle<()>,
}

impl Watcher {
    fn start() -> Watcher {
        Watcher { task: tokio::spawn(async {}) }
    }
}

#[onloop::callback]
fn on_press() {
    Watcher::start();
}

fn main() {
    let _ = |watcher: Watcher| watcher.task;
}
