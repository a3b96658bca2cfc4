use std::pin::Pin;

trait Device {
    fn refresh(&self) -> Pin<Box<dyn Future<Output = ()> + '_>>;
}

#[onloop::coroutine]
async fn poll(device: &dyn Device) {
    let _ = device.refresh();
}

fn main() {}
