#[onloop::coroutine]
trait Light {
    async fn toggle(&mut self);
}

fn main() {}
