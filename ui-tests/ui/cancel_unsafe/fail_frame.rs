use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc::Receiver;

async fn read_frame(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut frame = vec![0; stream.read_u32().await? as usize];
    stream.read_exact(&mut frame).await?;
    Ok(frame)
}

#[onloop::coroutine(strict(cancel))]
async fn serve(stream: &mut tokio::net::TcpStream, jobs: &mut Receiver<u8>) -> std::io::Result<()> {
    loop {
        tokio::select! {
            frame = read_frame(stream) => drop(frame?),
            Some(job) = jobs.recv() => drop(job),
        }
    }
}

fn main() {}
