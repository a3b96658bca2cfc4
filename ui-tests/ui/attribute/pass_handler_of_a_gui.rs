struct Button;

impl Button {
    fn connect_clicked<F: Fn(&Button) + 'static>(&self, handler: F) {
        handler(self);
    }

    fn connect_changed<F: FnMut(&Button, u8) -> bool + 'static>(&self, mut handler: F) {
        handler(self, 1);
    }
}

#[onloop::callback]
fn build(button: &Button, name: &str) {
    let name = name.to_owned();
    button.connect_clicked(#[callback] move |_| println!("{name}"));
    button.connect_changed(#[callback] |_, n| -> bool { n > 1 });
}

fn main() {
    build(&Button, "light");
}
