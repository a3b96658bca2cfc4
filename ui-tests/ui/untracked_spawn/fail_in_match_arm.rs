enum Button {
    Short,
    Long,
}

#[onloop::callback]
fn on_press(button: &Button) {
    match button {
        Button::Short => {
            tokio::spawn(async {});
        }
        Button::Long => drop(tokio::spawn(async {})),
    };
}

fn main() {}
