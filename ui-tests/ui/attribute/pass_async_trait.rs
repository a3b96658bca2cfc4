#![deny(warnings)]

use std::error::Error;

use async_trait::async_trait;
use onloop::current_site;

fn site() -> String {
    current_site().map(|site| format!("{} {}", site.kind(), site.name())).unwrap_or_default()
}

#[async_trait]
trait Device: Send + Sync {
    async fn read(&self, channel: &str) -> Result<String, Box<dyn Error + Send + Sync>>;

    #[onloop::coroutine]
    async fn describe(&self) -> String {
        tokio::task::yield_now().await;
        format!("in {}", site())
    }

    #[onloop::coroutine]
    async fn id(&self) -> u32 {
        7
    }
}

struct Meter {
    name: String,
}

#[async_trait]
impl Device for Meter {
    #[onloop::coroutine]
    async fn read(&self, channel: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
        let number: u32 = channel.parse()?;
        tokio::task::yield_now().await;
        if number > 9 {
            return Err("no such channel".into());
        }
        Ok(format!("{} {number} in {}", self.name, site()))
    }
}

#[async_trait(?Send)]
trait Local {
    #[onloop::coroutine]
    async fn shared(&self, value: std::rc::Rc<u32>) -> u32 {
        tokio::task::yield_now().await;
        *value
    }

    async fn generic<T: Clone>(&mut self, value: &T) -> T;
}

#[async_trait(?Send)]
impl Local for Meter {
    #[onloop::coroutine]
    async fn generic<T: Clone>(&mut self, value: &T) -> T {
        self.name.push('!');
        tokio::task::yield_now().await;
        value.clone()
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

fn main() {
    let mut meter = Meter { name: "meter".into() };
    futures::executor::block_on(async {
        let text = assert_send(meter.read("3")).await.unwrap();
        assert!(text.starts_with("meter 3 in coroutine") && text.ends_with("read"), "{text}");
        assert!(meter.read("x").await.unwrap_err().to_string().contains("invalid digit"));
        assert_eq!(meter.read("10").await.unwrap_err().to_string(), "no such channel");
        let text = assert_send(meter.describe()).await;
        assert!(text.starts_with("in coroutine") && text.ends_with("describe"), "{text}");
        assert_eq!(meter.id().await, 7);
        assert_eq!(meter.shared(3.into()).await, 3);
        assert_eq!(meter.generic(&4).await, 4);
    });
    assert_eq!(site(), "");
}
