// A crate of the same workspace.
#[onloop::coroutine]
async fn poll() {
    onloop_ui_tests::settle();
}

fn main() {}
