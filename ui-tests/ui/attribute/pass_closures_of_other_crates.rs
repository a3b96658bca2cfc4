//! A marked closure stays a closure where nobody asks for a job: `Fn`, `FnMut`, `FnOnce`, boxed, in builders and in
//! iterators.

type Handler = Box<dyn Fn(&Button, u32) -> u32>;

#[derive(Default)]
struct Button {
    filter: Option<Box<dyn Fn(&str) -> bool>>,
    handler: Option<Handler>,
}

impl Button {
    fn filter(mut self, filter: impl Fn(&str) -> bool + 'static) -> Self {
        self.filter = Some(Box::new(filter));
        self
    }

    fn on_press(mut self, mut pressed: impl FnMut() -> bool) -> Self {
        if pressed() {
            self.handler = None;
        }
        self
    }

    fn set_handler(&mut self, handler: Option<Handler>) {
        self.handler = handler;
    }

    fn visit<T>(&self, visit: impl Fn(&mut T), value: &mut T) {
        visit(value);
    }

    fn in_pool(&self, work: impl FnOnce() -> std::io::Result<String> + Send + 'static) {
        drop(std::thread::spawn(work));
    }

    fn each<F: Future>(&self, each: impl Fn(u32) -> F) {
        drop(each(1));
    }
}

fn animate(mut frame: impl FnMut(f64)) {
    frame(0.5);
}

#[onloop::callback]
fn window() -> usize {
    let mut frames = 0.0;
    animate(#[callback] |at| frames += at);
    let mut button = Button::default()
        .filter(#[callback] |text| text.starts_with('a'))
        .on_press(#[callback] || -> bool { frames > 1.0 });
    button.set_handler(Some(Box::new(#[callback] |_, count| count + 1)));
    let mut text = String::new();
    button.visit(#[callback] |text| text.push('b'), &mut text);
    button.visit::<String>(#[callback] |text| text.push('c'), &mut text);
    button.in_pool(#[blocking] || std::fs::read_to_string("a"));
    button.each(#[coroutine] async |count| count + 1);
    let counts: Vec<u32> = (0..4).map(#[callback] |count| count * 2).filter(#[callback] |count| *count > 2).collect();
    Some(text).map_or(0, #[callback] |text| text.len()) + counts.len()
}

fn main() {
    assert_eq!(window(), 4);
}
