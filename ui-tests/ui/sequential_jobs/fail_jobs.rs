use std::{fs, io};

#[onloop::coroutine(strict(jobs))]
async fn load(hub: &onloop::Hub) -> io::Result<(String, String)> {
    let users = hub.add_executor_job(|| fs::read_to_string("users")).await?;
    let rooms = hub.add_executor_job(|| fs::read_to_string("rooms")).await?;
    Ok((users, rooms))
}

#[onloop::coroutine(strict(jobs))]
async fn sum(files: Vec<String>) -> io::Result<usize> {
    let mut sum = 0;
    for file in files {
        let text = tokio::task::spawn_blocking(move || fs::read_to_string(file)).await??;
        sum += text.len();
    }
    Ok(sum)
}

fn main() {}
