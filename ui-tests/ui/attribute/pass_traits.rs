#![deny(warnings)]

trait Light {
    const LEVELS: u8;

    type Error: std::fmt::Debug;

    fn level(&self) -> u8;

    #[onloop::callback]
    fn is_on(&self) -> bool {
        self.level() > 0
    }

    #[onloop::callback]
    fn half() -> u8
    where
        Self: Sized,
    {
        Self::LEVELS / 2
    }

    fn set(&mut self, level: u8) -> impl Future<Output = Result<(), Self::Error>>;

    #[onloop::coroutine]
    #[allow(async_fn_in_trait, reason = "used here only")]
    async fn turn_off(&mut self) -> Result<(), Self::Error> {
        tokio::task::yield_now().await;
        self.set(0).await?;
        Ok(())
    }

    #[onloop::coroutine]
    fn turn_on(&mut self) -> impl Future<Output = Result<(), Self::Error>> {
        async move { self.set(Self::LEVELS).await }
    }

    #[onloop::blocking]
    fn describe(&self) -> String {
        format!("level {}", self.level())
    }
}

struct Lamp(u8);

impl Light for Lamp {
    const LEVELS: u8 = 10;

    type Error = std::num::TryFromIntError;

    #[onloop::callback]
    fn level(&self) -> u8 {
        self.0
    }

    #[onloop::coroutine]
    async fn set(&mut self, level: u8) -> Result<(), Self::Error> {
        tokio::task::yield_now().await;
        self.0 = u8::try_from(u32::from(level))?;
        Ok(())
    }
}

impl std::fmt::Display for Lamp {
    #[onloop::callback]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "lamp at {}", self.0)
    }
}

impl Drop for Lamp {
    #[onloop::callback]
    fn drop(&mut self) {
        self.0 = 0;
    }
}

fn main() {
    let mut lamp = Lamp(3);
    assert!(lamp.is_on());
    assert_eq!(Lamp::half(), 5);
    assert_eq!(lamp.to_string(), "lamp at 3");
    assert_eq!(lamp.describe(), "level 3");
    futures::executor::block_on(async {
        lamp.turn_off().await.unwrap();
        assert!(!lamp.is_on());
        lamp.turn_on().await.unwrap();
        assert_eq!(lamp.level(), 10);
    });
}
