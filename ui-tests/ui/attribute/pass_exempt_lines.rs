use onloop::current_site;

fn is_exempt(line: u32) -> bool {
    current_site().is_some_and(|site| site.exempts(line))
}

#[onloop::callback]
fn a_statement() {
    assert!(!is_exempt(line!()));
    #[onloop::allow(blocking_call, reason = "takes no time")]
    let found = std::fs::read_to_string(
        "/proc/loadavg", //
    )
    .is_ok_and(|_| is_exempt(line!()));
    assert!(found || !cfg!(target_os = "linux"));
    #[onloop::allow(dropped_future, reason = "of another rule")]
    assert!(!is_exempt(line!()));
}

#[onloop::callback]
fn arguments_and_arms(number: u32) -> (bool, bool) {
    (
        match number {
            #[onloop::allow(blocking_call, reason = "takes no time")]
            1 => is_exempt(line!()),
            _ => is_exempt(line!()),
        },
        is_exempt(line!()),
    )
}

#[onloop::callback]
#[onloop::allow(blocking_transitive, reason = "takes no time")]
fn a_function() {
    let site = current_site().unwrap();
    assert!(site.exempts_all() && site.exempts(line!()));
}

#[onloop::coroutine]
async fn in_polls() {
    std::future::ready(()).await;
    assert!(!is_exempt(line!()));
    #[onloop::allow(blocking_call, reason = "takes no time")]
    {
        assert!(is_exempt(line!()));
        std::thread::yield_now();
    }
}

#[onloop::callback]
fn jobs() -> [onloop::Callback<()>; 2] {
    [
        #[callback]
        || {
            assert!(!is_exempt(line!()));
            #[onloop::allow(blocking_call, reason = "takes no time")]
            assert!(is_exempt(line!()));
        },
        #[onloop::allow(blocking_call, reason = "takes no time")]
        #[callback]
        || assert!(is_exempt(line!())),
    ]
}

fn main() {
    a_statement();
    assert_eq!(arguments_and_arms(1), (true, false));
    assert_eq!(arguments_and_arms(2), (false, false));
    a_function();
    run(in_polls());
    jobs().iter().for_each(|job| job.call(&()));
}

fn run(future: impl Future<Output = ()>) {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    while future.as_mut().poll(&mut context).is_pending() {}
}
