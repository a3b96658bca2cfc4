struct Light;

impl Light {
    async fn toggle(&self) -> bool {
        true
    }
}

#[onloop::callback]
fn on_press(light: &Light) {
    let on = light.toggle().await;
    println!("light is on: {on}");
}

fn main() {}
