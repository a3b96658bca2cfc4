//! The attributes and the runtime together.

use onloop::{Hub, Kind, Site, current_site};
use tokio::task::yield_now;

use crate::log;

fn current() -> Option<(&'static str, Kind)> {
    current_site().map(|site| (site.name(), site.kind()))
}

#[onloop::callback]
fn on_change() -> Option<(&'static str, Kind)> {
    current()
}

#[onloop::coroutine]
async fn setup() -> [Option<(&'static str, Kind)>; 3] {
    let before = current();
    let inside = on_change();
    yield_now().await;
    [before, inside, current()]
}

#[onloop::blocking]
fn read_config() -> Option<&'static Site> {
    current_site()
}

#[onloop::coroutine]
async fn read_the_thermometer() {
    yield_now().await;
    panic!("it is too cold");
}

#[test]
fn the_current_site_is_the_annotated_function_that_runs() {
    Hub::run(async |hub| {
        let setup_site = Some(("it::attributes::setup", Kind::Coroutine));
        let expected = [setup_site, Some(("it::attributes::on_change", Kind::Callback)), setup_site];
        assert_eq!(hub.create_task(setup()).await, Ok(expected));
        assert_eq!(current(), None);
    });
}

#[test]
fn a_blocking_function_runs_in_the_executor() {
    Hub::run(async |hub| assert_eq!(hub.add_executor_job(read_config).await, None));
}

#[test]
fn a_task_of_an_annotated_coroutine_is_called_after_it() {
    log::keep();
    Hub::run(async |hub| {
        hub.create_task(read_the_thermometer());
        hub.block_till_done().await;
    });
    let lines = log::lines_with("it is too cold");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].1.contains("::read_the_thermometer` (made at "), "{lines:?}");
}
