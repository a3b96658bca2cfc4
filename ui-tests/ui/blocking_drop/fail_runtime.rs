#[onloop::callback]
fn close(runtime: tokio::runtime::Runtime) {
    drop(runtime);
}

fn main() {}
