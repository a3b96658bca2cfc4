//! The program: all functions twice, and what calls and compares them.

use std::fmt::Write as _;

use crate::function::{Function, Place};

/// What the functions use.
const WORLD: &str = include_str!("world.txt");

pub(crate) fn of(seeds: &[usize]) -> String {
    let functions: Vec<_> = seeds.iter().map(|&seed| Function::of(seed)).collect();
    let mut text = WORLD.to_owned();
    for (module, is_marked) in [("bare", false), ("marked", true)] {
        let _ = writeln!(text, "mod {module} {{\n    use super::*;\n    host!();");
        for function in &functions {
            text.push_str(&shown(function, is_marked));
        }
        text.push_str("}\n\n");
    }
    text.push_str("fn main() {\n    std::panic::set_hook(Box::new(|_| ()));\n    let mut total = Total::default();\n");
    for function in &functions {
        let (name, arguments) = (&function.name, function.arguments.join(", "));
        let receiver = if function.receiver.is_some() { "Host::new()." } else { "" };
        let boxed = function.receiver.as_deref().is_some_and(|receiver| receiver.contains("Box"));
        let call = |module: &str| match (receiver, boxed) {
            ("", _) if function.place == Place::Free => format!("{module}::{name}({arguments})"),
            ("", _) => format!("<{module}::Host>::{name}({arguments})"),
            (_, true) => format!("Box::new({module}::Host::new()).{name}({arguments})"),
            _ if function.is_borrowing() => format!("{module}::Host::leaked().{name}({arguments})"),
            _ => format!("{module}::{receiver}{name}({arguments})"),
        };
        let kind = if function.is_async { "trial" } else { "trial_of_callback" };
        let uses = if function.place == Place::Trait {
            format!("use bare::T{name} as _; use marked::T{name} as _; ")
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "    {{ {uses}total.compare(\"{name}\", {kind}(|| {}), {kind}(|| {})); }}",
            call("bare"),
            call("marked")
        );
    }
    text.push_str("    total.tell();\n}\n");
    text
}

fn shown(function: &Function, is_marked: bool) -> String {
    let attribute = match (is_marked, function.is_async) {
        (false, _) => "",
        (true, true) => "#[onloop::coroutine]\n",
        (true, false) => "#[onloop::callback]\n",
    };
    let text = format!("{attribute}pub {}", function.text());
    match function.place {
        Place::Free => format!("{text}\n"),
        Place::Impl => format!("impl Host {{\n{text}\n}}\n"),
        Place::Trait => {
            let text = text.replacen("pub ", "", 1);
            let name = &function.name;
            format!("pub trait T{name} {{ {}; }}\nimpl T{name} for Host {{\n{text}\n}}\n", function.declaration())
        }
    }
}
