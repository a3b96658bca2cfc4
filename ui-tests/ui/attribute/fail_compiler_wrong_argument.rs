#[onloop::coroutine]
async fn dim(level: u8) {
    drop(level);
}

fn main() {
    drop(dim("7"));
}
