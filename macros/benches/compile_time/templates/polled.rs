// Polls each coroutine of the functions' template, so that its code is made in this crate. A template, as that one is.

fn any<T>() -> T {
    panic!("it is compiled and never called")
}

fn poll(future: impl Future) {
    let _ = std::pin::pin!(future).poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
}

poll(poll_N(any(), any()));
poll(retry_N(any(), any()));
poll(switch_N(any(), any()));
poll(any::<&mut Station>().refresh_N());
poll(any::<&mut Station>().calibrate_N(any()));
