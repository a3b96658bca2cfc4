mod light {
    pub struct Light;

    impl Light {
        #[onloop::coroutine]
        async fn toggle(&self) {}
    }
}

fn main() {
    drop(light::Light.toggle());
}
