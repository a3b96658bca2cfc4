trait Light {
    #[onloop::coroutine]
    async fn toggle(&mut self) -> bool;
}

fn main() {}
