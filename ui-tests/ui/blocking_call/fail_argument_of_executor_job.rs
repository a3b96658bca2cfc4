use onloop::Hub;

#[onloop::coroutine]
async fn load(hub: &Hub) -> usize {
    let parse = |text: String| move || text.len();
    hub.add_executor_job(parse(std::fs::read_to_string("table.csv").unwrap())).await
}

fn main() {}
