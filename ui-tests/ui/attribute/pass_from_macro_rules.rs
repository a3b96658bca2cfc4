#![deny(warnings)]

use onloop::current_site;

macro_rules! listener {
    (
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $type:ty),*) -> $output:ty $body:block
    ) => {
        $(#[$attribute])*
        #[onloop::callback]
        $visibility fn $name($($argument: $type),*) -> $output $body
    };
}

listener! {
    /// Documented.
    #[must_use]
    pub fn on_press(level: u8, more: &'static str) -> Option<usize> {
        Some(usize::from(level) + more.len())
    }
}

macro_rules! poller {
    ($name:ident, $value:expr, $output:ty) => {
        #[onloop::coroutine]
        async fn $name() -> $output {
            tokio::task::yield_now().await;
            let value = $value;
            value
        }
    };
}

poller!(poll, 1 + 2, u32);
poller!(poll_text, String::from("text"), String);

macro_rules! whole {
    ($($item:tt)*) => {
        #[onloop::coroutine]
        $($item)*
    };
}

whole! {
    async fn whole(text: &str) -> Result<u8, Box<dyn std::error::Error>> {
        tokio::task::yield_now().await;
        Ok(text.parse()?)
    }
}

macro_rules! item {
    ($item:item) => {
        #[onloop::callback]
        $item
    };
}

item! {
    fn of_item(count: u32) -> u32 {
        count + 1
    }
}

macro_rules! methods {
    ($type:ident: $($name:ident = $value:literal),*) => {
        struct $type;

        impl $type {
            $(
                #[onloop::callback]
                fn $name(&self) -> u32 {
                    $value
                }
            )*
        }
    };
}

methods!(Light: low = 1, high = 9);

macro_rules! body {
    ($($body:tt)*) => {
        #[onloop::blocking]
        fn from_body() -> u32 {
            $($body)*
        }
    };
}

body! {
    let first = 1;
    first + 2
}

macro_rules! named {
    ($name:ident) => {
        #[onloop::callback]
        fn $name() -> &'static str {
            current_site().unwrap().name()
        }
    };
}

named!(first_name);
named!(second_name);

fn main() {
    assert_eq!(on_press(1, "ab"), Some(3));
    futures::executor::block_on(async {
        assert_eq!(poll().await, 3);
        assert_eq!(poll_text().await, "text");
        assert_eq!(whole("7").await.unwrap(), 7);
    });
    assert_eq!(of_item(1) + Light.low() + Light.high(), 12);
    assert_eq!(from_body(), 3);
    assert!(first_name().ends_with("first_name"));
    assert!(second_name().ends_with("second_name"));
}
