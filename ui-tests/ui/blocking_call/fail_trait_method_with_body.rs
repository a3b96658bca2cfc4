trait Light {
    #[onloop::coroutine]
    async fn fade(&mut self) {
        std::thread::yield_now();
        std::thread::park();
    }
}

fn main() {}
