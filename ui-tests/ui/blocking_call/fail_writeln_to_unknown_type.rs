use std::io::Write as _;

#[onloop::coroutine]
async fn answer<T>(streams: impl IntoIterator<Item = (T, std::net::TcpStream)>) -> std::io::Result<()> {
    for (_, mut stream) in streams {
        writeln!(stream, "on")?;
    }
    Ok(())
}

fn main() {}
