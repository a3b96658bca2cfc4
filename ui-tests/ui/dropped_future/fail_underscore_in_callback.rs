struct Light;

impl Light {
    async fn toggle(&self) {}

    #[onloop::callback]
    fn on_press(&self) {
        let _ = self.toggle();
    }
}

fn main() {}
