use std::process::Command;

#[onloop::coroutine]
async fn reboot() -> std::io::Result<()> {
    Command::output(
        Command::new("systemctl")
            .arg("reboot"),
    )?;
    Ok(())
}

fn main() {}
