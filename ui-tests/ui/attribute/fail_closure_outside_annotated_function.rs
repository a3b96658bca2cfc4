fn main() {
    let on_press = #[onloop::callback]
    |count: u32| count + 1;
    on_press(1);
}
