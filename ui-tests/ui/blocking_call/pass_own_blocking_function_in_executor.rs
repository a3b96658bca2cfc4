use onloop::Hub;

#[onloop::blocking]
fn load(path: &str) -> usize {
    std::fs::read(path).map_or(0, |data| data.len())
}

#[onloop::blocking]
fn ten() -> usize {
    10
}

#[onloop::coroutine]
async fn setup(hub: &Hub) -> usize {
    let table = hub.add_executor_job(|| load("no such file")).await;
    let ten = hub.add_executor_job(ten).await;
    table + ten
}

fn main() {
    assert_eq!(Hub::run(async |hub| setup(&hub).await), 10);
    assert_eq!(ten(), 10);
}
