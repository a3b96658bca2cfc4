use tokio::io::AsyncReadExt;
use tokio::sync::mpsc::{Receiver, channel};

#[onloop::coroutine(strict(cancel))]
async fn serve(stream: &mut (impl tokio::io::AsyncRead + Unpin), jobs: &mut Receiver<u8>) -> std::io::Result<usize> {
    let (mut sum, mut part) = (0, [0; 64]);
    loop {
        tokio::select! {
            read = stream.read(&mut part) => match read? {
                0 => return Ok(sum),
                read => sum += read,
            },
            Some(job) = jobs.recv() => drop(job),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_sender, mut jobs) = channel(1);
    assert_eq!(serve(&mut &b"abc"[..], &mut jobs).await.expect("memory can be read"), 3);
}
