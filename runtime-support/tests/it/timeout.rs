//! `timeout`: which comes first.
//!
//! Rows of the reference that have no test here: `test_simple_zone_timeout` and the other rows of zones, for there are
//! none: a timeout is that of one future.

use std::future::{pending, ready};
use std::time::Duration;

use onloop::timeout;
use tokio::time::{Instant, sleep};

use crate::hub::run_paused;

const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn a_result_in_time_is_given_back() {
    run_paused(async |_hub| {
        let result = timeout(LIMIT, async {
            sleep(Duration::from_secs(9)).await;
            1
        });
        assert_eq!(result.await, Ok(1));
    });
}

#[test]
fn after_the_limit_the_error_tells_it() {
    run_paused(async |_hub| {
        let start = Instant::now();
        let error = timeout(LIMIT, pending::<()>()).await.expect_err("nothing ends");
        assert_eq!(start.elapsed().as_secs(), 10);
        assert_eq!(error.limit(), LIMIT);
        assert_eq!(error.to_string(), "no result within 10s");
    });
}

#[test]
fn a_ready_future_is_never_late() {
    run_paused(async |_hub| {
        assert_eq!(timeout(Duration::ZERO, ready(1)).await, Ok(1));
    });
}
