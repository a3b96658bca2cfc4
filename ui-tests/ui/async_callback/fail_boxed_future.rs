use std::pin::Pin;

struct Light;

impl Light {
    #[onloop::callback]
    fn on_press(&self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async {})
    }
}

fn main() {}
