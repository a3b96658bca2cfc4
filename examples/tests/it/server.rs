//! Devices that misbehave. Each serves on a free loopback port until the test process ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

/// A device that answers every request with these bytes and hangs up. Gives the address of its readings.
pub(crate) fn that_answers(response: impl Into<Vec<u8>>) -> String {
    let response = response.into();
    serve(move |mut stream, _| {
        // A client that has hung up first is not this test's business.
        let _ = stream.write_all(&response);
    })
}

/// A device that answers with this status and body.
pub(crate) fn that_answers_with(status: &str, body: &str) -> String {
    let length = body.len();
    that_answers(format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    ))
}

/// A device that takes requests and never answers, or not to the end: these bytes are all that comes.
pub(crate) fn that_stalls_after(response: &'static str) -> String {
    serve(move |mut stream, held| {
        // A client that has hung up first is not this test's business.
        let _ = stream.write_all(response.as_bytes());
        held.push(stream);
    })
}

/// The address of a device that is switched off. Its port is taken, so nobody else answers there either.
pub(crate) struct SwitchedOff {
    socket: tokio::net::TcpSocket,
}

impl SwitchedOff {
    pub(crate) fn new() -> Self {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
        Self { socket }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/reading", self.socket.local_addr().expect("it is bound"))
    }
}

fn serve(answer: impl Fn(TcpStream, &mut Vec<TcpStream>) + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let stream = stream.expect("a connection");
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            answer(stream, &mut held);
        }
    });
    format!("http://{address}/reading")
}
