use onloop::{Kind, Site, current_site};

fn here() -> (String, Kind, u32) {
    let site = current_site().expect("somebody holds the loop");
    assert!(site.file().ends_with("pass_current_site.rs"), "{}", site.file());
    let name = site.name().rsplit("::").next().unwrap();
    (name.to_owned(), site.kind(), site.line())
}

#[onloop::callback]
fn on_press() -> (String, Kind, u32) {
    here()
}

#[onloop::coroutine]
async fn poll() -> (String, Kind, u32) {
    let before = here();
    assert_eq!(on_press().0, "on_press");
    tokio::task::yield_now().await;
    assert_eq!(here(), before);
    assert_eq!(Box::pin(inner()).await.0, "inner");
    assert_eq!(here(), before);
    before
}

#[onloop::coroutine]
async fn inner() -> (String, Kind, u32) {
    tokio::task::yield_now().await;
    here()
}

#[onloop::coroutine]
fn boxed() -> std::pin::Pin<Box<dyn Future<Output = (String, Kind, u32)>>> {
    assert_eq!(here().0, "boxed");
    Box::pin(async move {
        tokio::task::yield_now().await;
        here()
    })
}

#[onloop::coroutine]
async fn early(level: Option<u8>) -> Option<(String, Kind, u32)> {
    level?;
    tokio::task::yield_now().await;
    Some(here())
}

#[onloop::blocking]
fn load() -> Option<&'static Site> {
    current_site()
}

struct Light;

impl Light {
    #[onloop::callback]
    fn toggle(&self) -> (String, Kind, u32) {
        #[onloop::callback]
        fn nested() -> (String, Kind, u32) {
            here()
        }
        assert_eq!(nested().0, "nested");
        here()
    }

    #[onloop::callback]
    #[allow(
        clippy::unused_self,
        reason = "the line of a site is that of `fn`"
    )]
    pub fn dim(&self) -> (String, Kind, u32) {
        here()
    }
}

fn main() {
    assert_eq!(current_site(), None);
    assert_eq!(on_press(), ("on_press".into(), Kind::Callback, 11));
    assert_eq!(Light.toggle(), ("toggle".into(), Kind::Callback, 57));
    assert_eq!(Light.dim(), ("dim".into(), Kind::Callback, 71));
    futures::executor::block_on(async {
        assert_eq!(poll().await, ("poll".into(), Kind::Coroutine, 16));
        assert_eq!(boxed().await, ("boxed".into(), Kind::Coroutine, 33));
        assert_eq!(early(Some(1)).await, Some(("early".into(), Kind::Coroutine, 42)));
        assert_eq!(early(None).await, None);
        assert_eq!(current_site(), None);
    });
    assert_eq!(load(), None);
    assert_eq!(current_site(), None);
}
