//! One function, made at random. It compiles: what has been moved away is not named any more.

use std::fmt::Write as _;

use crate::random::Random;

/// Where a function stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Free,
    Impl,
    Trait,
}

pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) is_async: bool,
    pub(crate) place: Place,
    pub(crate) receiver: Option<String>,
    /// What it is called with.
    pub(crate) arguments: Vec<String>,
    parameters: Vec<(String, &'static str)>,
    output: Output,
    body: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Nothing,
    Number,
    Result,
    Boxed,
    Error,
    Hidden,
    Coerced,
}

impl Output {
    fn written(self) -> &'static str {
        match self {
            Output::Nothing => "",
            Output::Number => " -> u32",
            Output::Result => " -> Result<u32, &'static str>",
            Output::Boxed => " -> Box<dyn Debug + '_>",
            Output::Error => " -> Result<u32, Box<dyn std::error::Error + 'static>>",
            Output::Hidden => " -> impl Debug",
            Output::Coerced => " -> Option<(impl Debug, Box<dyn Debug>)>",
        }
    }

    /// A value of it, from a number.
    fn value(self, number: &str) -> String {
        match self {
            Output::Nothing => format!("{{ let _ = {number}; }}"),
            Output::Number | Output::Hidden => number.to_owned(),
            Output::Result | Output::Error => format!("Ok({number})"),
            Output::Boxed => format!("Box::new({number})"),
            Output::Coerced => format!("Some(({number}, Box::new(1_u8)))"),
        }
    }
}

/// A variable, and what is left of it.
#[derive(Clone)]
struct Variable {
    name: String,
    ty: Type,
    is_mutable: bool,
    left: Left,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Told,
    Pair,
    Guard,
    Number,
    Borrowed,
    /// `self`, by value: it has a destructor. Or by reference, where it cannot be moved.
    Host {
        is_owned: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Left {
    Whole,
    /// Of a pair: the left one is gone.
    Right,
    Nothing,
}

struct Maker {
    random: Random,
    variables: Vec<Variable>,
    is_async: bool,
    output: Output,
    /// From which variable on they may be moved: those from outside a loop may not.
    movable: usize,
    locals: usize,
}

impl Function {
    pub(crate) fn of(seed: usize) -> Function {
        let mut random = Random::new(seed);
        let is_async = !random.one_in(6);
        let place = *random.pick(&[Place::Free, Place::Free, Place::Impl, Place::Trait]);
        let receivers = ["&self", "&mut self", "self", "mut self", "self: Box<Self>", "mut self: Box<Self>"];
        let receiver = (place != Place::Free && !random.one_in(4)).then(|| (*random.pick(&receivers)).to_owned());
        let outputs = [
            Output::Nothing,
            Output::Number,
            Output::Result,
            Output::Error,
            Output::Hidden,
            Output::Coerced,
            Output::Boxed,
        ];
        let mut output = *random.pick(&outputs);
        // Without a reference there is no lifetime to name.
        if output == Output::Boxed && !receiver.as_deref().is_some_and(|receiver| receiver.starts_with('&')) {
            output = Output::Number;
        }
        let mut maker = Maker { random, variables: Vec::new(), is_async, output, movable: 0, locals: 0 };
        if let Some(receiver) = &receiver {
            let ty = Type::Host { is_owned: !receiver.starts_with('&') };
            maker.declare("self", ty, receiver.contains("mut"));
        }
        let count = maker.random.below(4);
        let (mut parameters, mut arguments) = (Vec::new(), Vec::new());
        for number in 0..count {
            let (pattern, ty, argument) = maker.parameter(number);
            parameters.push((pattern, ty));
            arguments.push(argument);
        }
        let mut body = maker.block(3, 4);
        let number = maker.number();
        let tail = output.value(&number);
        let _ = if maker.random.one_in(3) {
            let other = output.value("2");
            write!(body, "if flag() {{ {tail} }} else {{ {other} }}")
        } else {
            write!(body, "{tail}")
        };
        Function { name: format!("f{seed}"), is_async, place, receiver, arguments, parameters, output, body }
    }

    pub(crate) fn is_borrowing(&self) -> bool {
        self.receiver.as_deref().is_some_and(|receiver| receiver.starts_with('&'))
    }

    pub(crate) fn text(&self) -> String {
        let parameters = self.parameters.iter().map(|(pattern, ty)| format!("{pattern}: {ty}"));
        let head = self.head(self.receiver.clone(), parameters);
        format!("{head} {{\n{}\n}}", self.body)
    }

    /// As it stands in a trait.
    pub(crate) fn declaration(&self) -> String {
        let receiver = self.receiver.as_ref().map(|receiver| receiver.replace("mut self", "self"));
        let receiver =
            receiver.map(
                |receiver| {
                    if self.receiver.as_deref() == Some("&mut self") { "&mut self".to_owned() } else { receiver }
                },
            );
        self.head(receiver, self.parameters.iter().map(|(_, ty)| format!("_: {ty}")))
    }

    fn head(&self, receiver: Option<String>, parameters: impl Iterator<Item = String>) -> String {
        let all: Vec<_> = receiver.into_iter().chain(parameters).collect();
        let asyncness = if self.is_async { "async " } else { "" };
        format!("{asyncness}fn {}({}){}", self.name, all.join(", "), self.output.written())
    }
}

impl Maker {
    fn declare(&mut self, name: &str, ty: Type, is_mutable: bool) {
        self.variables.push(Variable { name: name.to_owned(), ty, is_mutable, left: Left::Whole });
    }

    /// The pattern, the type and what it is called with.
    fn parameter(&mut self, number: usize) -> (String, &'static str, String) {
        let is_mutable = self.random.one_in(3);
        let name = format!("p{number}");
        let simple = if is_mutable { format!("mut {name}") } else { name.clone() };
        let (a, b) = (format!("Told(\"{name}a\")"), format!("Told(\"{name}b\")"));
        let pair = format!("pair(\"{name}a\", \"{name}b\")");
        match self.random.below(18) {
            0 | 1 => {
                self.declare(&name, Type::Told, is_mutable);
                (simple, "Told", a)
            }
            2 => ("_".to_owned(), "Told", a),
            3 => (format!("_{name}"), "Told", a),
            4 => {
                self.declare(&format!("{name}a"), Type::Told, false);
                self.declare(&format!("{name}b"), Type::Told, true);
                (format!("({name}a, mut {name}b)"), "(Told, Told)", format!("({a}, {b})"))
            }
            5 => {
                self.declare(&format!("{name}a"), Type::Told, false);
                (format!("({name}a, _)"), "(Told, Told)", format!("({a}, {b})"))
            }
            6 => {
                self.declare(&format!("{name}b"), Type::Told, false);
                (format!("Pair {{ right: {name}b, .. }}"), "Pair", pair)
            }
            7 | 8 => {
                self.declare(&name, Type::Pair, is_mutable);
                (simple, "Pair", pair)
            }
            9 | 10 => {
                self.declare(&name, Type::Guard, is_mutable);
                (simple, "Guard", format!("guard(\"{name}\")"))
            }
            11 => {
                self.declare(&name, Type::Number, is_mutable);
                (simple, "u32", "5".to_owned())
            }
            12 => {
                self.declare(&name, Type::Borrowed, false);
                (name.clone(), "&'static Told", format!("Box::leak(Box::new({a}))"))
            }
            13 => {
                self.declare(&format!("{name}b"), Type::Told, false);
                (format!("[_, {name}b]"), "[Told; 2]", format!("[{a}, {b}]"))
            }
            14 => {
                // A name that a hidden variable might have.
                let name = format!("__onloop_{number}");
                self.declare(&name, Type::Told, false);
                (name, "Told", a)
            }
            15 => {
                self.declare(&format!("{name}w"), Type::Borrowed, false);
                (format!("ref {name}w"), "Told", a)
            }
            16 => {
                self.declare(&format!("{name}w"), Type::Borrowed, false);
                (format!("ref mut {name}w"), "Told", a)
            }
            _ => {
                self.declare(&format!("{name}a"), Type::Told, false);
                self.declare(&format!("{name}w"), Type::Borrowed, false);
                (format!("({name}a, ref mut {name}w)"), "(Told, Told)", format!("({a}, {b})"))
            }
        }
    }

    /// A number that has something to do with what is there.
    fn number(&mut self) -> String {
        let usable: Vec<String> = self.variables.iter().filter_map(number_of).collect();
        let number = if usable.is_empty() { "3".to_owned() } else { self.random.pick(&usable).clone() };
        match self.random.below(3) {
            0 => format!("{number} + Told(\"temporary\").len()"),
            1 => format!("Told(\"temporary\").with(&Told(\"other\")) + {number}"),
            _ => number,
        }
    }

    fn block(&mut self, depth: usize, most: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.random.below(most + 1) {
            let statement = self.statement(depth);
            text.push_str(&statement);
            text.push('\n');
        }
        text
    }

    fn statement(&mut self, depth: usize) -> String {
        match self.random.below(if depth > 0 { 16 } else { 11 }) {
            0 => self.local(),
            1 => {
                if self.is_async {
                    "tick().await;".to_owned()
                } else {
                    "note(\"sync\");".to_owned()
                }
            }
            2 => self.wait(),
            3 | 4 => self.move_away(),
            5 | 6 => self.assign(),
            7 => self.leave_early(),
            8 => {
                let number = self.number();
                format!("note(&format!(\"{{}}\", {number}));")
            }
            9 if self.random.one_in(4) => "if flag() && flag() { panic!(\"meant\"); }".to_owned(),
            9 | 10 => self.look(),
            11 | 12 => self.branch(depth),
            13 => self.repeat(depth),
            14 => {
                let (before, inside) = (self.variables.len(), self.block(depth - 1, 3));
                self.variables.truncate(before);
                format!("{{ {inside} }}")
            }
            _ => self.matched(depth),
        }
    }

    fn local(&mut self) -> String {
        self.locals += 1;
        let name = format!("l{}", self.locals);
        let (ty, value) = match self.random.below(4) {
            0 => (Type::Pair, format!("pair(\"{name}a\", \"{name}b\")")),
            1 => (Type::Guard, format!("guard(\"{name}\")")),
            2 => (Type::Number, self.number()),
            _ => (Type::Told, format!("Told(\"{name}\")")),
        };
        self.declare(&name, ty, true);
        format!("let mut {name} = {value};")
    }

    fn wait(&mut self) -> String {
        let usable: Vec<String> = self.variables.iter().filter_map(told_of).collect();
        let told = if usable.is_empty() { "Told(\"waited\")".to_owned() } else { self.random.pick(&usable).clone() };
        if self.is_async { format!("wait(&{told}).await;") } else { format!("{told}.len();") }
    }

    fn look(&mut self) -> String {
        let whole = self.variables.iter().filter(|variable| variable.left == Left::Whole);
        let names: Vec<String> = whole.map(|variable| variable.name.clone()).collect();
        if names.is_empty() { String::new() } else { format!("let _ = &{};", self.random.pick(&names)) }
    }

    /// A whole variable, a part of one, to another variable, into a function, or dropped.
    fn move_away(&mut self) -> String {
        let can_move = |variable: &Variable| match (variable.ty, variable.left) {
            (Type::Told | Type::Guard, Left::Whole) | (Type::Pair, Left::Whole | Left::Right) => true,
            (Type::Host { is_owned }, Left::Whole) => is_owned,
            _ => false,
        };
        let movable = self.movable.min(self.variables.len());
        let numbers: Vec<usize> =
            (movable..self.variables.len()).filter(|&number| can_move(&self.variables[number])).collect();
        if numbers.is_empty() {
            return self.local();
        }
        let number = *self.random.pick(&numbers);
        let Variable { name, ty, left, .. } = self.variables[number].clone();
        let (moved, ty, left) = match (ty, left) {
            (Type::Pair, Left::Whole) if self.random.one_in(2) => (format!("{name}.left"), Type::Told, Left::Right),
            (Type::Pair, Left::Right) => (format!("{name}.right"), Type::Told, Left::Nothing),
            (ty, _) => (name, ty, Left::Nothing),
        };
        self.variables[number].left = left;
        match self.random.below(3) {
            0 => format!("drop({moved});"),
            1 if ty == Type::Told && self.is_async => format!("take({moved}).await;"),
            _ => {
                self.locals += 1;
                let name = format!("m{}", self.locals);
                // Boxed or not, it is the host by another name.
                let ty = if matches!(ty, Type::Host { .. }) { Type::Host { is_owned: true } } else { ty };
                self.declare(&name, ty, false);
                format!("let {name} = {moved};")
            }
        }
    }

    fn assign(&mut self) -> String {
        let mutable = |variable: &Variable| variable.is_mutable && variable.left == Left::Whole;
        let numbers: Vec<usize> = (0..self.variables.len()).filter(|&at| mutable(&self.variables[at])).collect();
        if numbers.is_empty() {
            return self.look();
        }
        let Variable { name, ty, .. } = self.variables[*self.random.pick(&numbers)].clone();
        let is_part = self.random.one_in(2);
        match ty {
            Type::Told => format!("{name} = Told(\"{name}new\");"),
            Type::Pair if is_part => format!("{name}.right = Told(\"{name}new\"); {name}.n += 1;"),
            Type::Pair => format!("{name}.n += 1;"),
            Type::Guard | Type::Host { .. } if is_part => format!("{name}.told = Told(\"{name}new\");"),
            Type::Guard | Type::Host { .. } => format!("{name}.armed = 0;"),
            Type::Number => format!("{name} += 1;"),
            Type::Borrowed => String::new(),
        }
    }

    fn leave_early(&mut self) -> String {
        if self.random.one_in(2) {
            match self.output {
                Output::Result => return "let _ = may_fail()?;".to_owned(),
                Output::Error => return "let _ = boxed_error()?;".to_owned(),
                _ => {}
            }
        }
        let number = self.number();
        match self.output {
            Output::Nothing => format!("if flag() {{ let _ = {number}; return; }}"),
            Output::Result | Output::Error if self.random.one_in(2) => {
                "if flag() && flag() { return Err(\"early\".into()); }".to_owned()
            }
            Output::Coerced => "if flag() && flag() { return None; }".to_owned(),
            output => format!("if flag() && flag() {{ return {}; }}", output.value(&number)),
        }
    }

    fn branch(&mut self, depth: usize) -> String {
        let before = self.variables.clone();
        let first = self.block(depth - 1, 3);
        let after_first = std::mem::replace(&mut self.variables, before);
        let count = self.variables.len();
        let second = self.block(depth - 1, 3);
        self.variables.truncate(count);
        for (variable, other) in self.variables.iter_mut().zip(&after_first) {
            if other.left > variable.left {
                variable.left = other.left;
            }
        }
        format!("if flag() {{ {first} }} else {{ {second} }}")
    }

    /// What stands around a loop stays where it is.
    fn repeat(&mut self, depth: usize) -> String {
        let (count, movable) = (self.variables.len(), self.movable);
        self.movable = count;
        let inside = self.block(depth - 1, 3);
        self.movable = movable;
        self.variables.truncate(count);
        let end = *self.random.pick(&["", "if flag() { break; }", "if flag() { continue; }"]);
        format!("for _ in 0..2 {{ {end} {inside} }}")
    }

    fn matched(&mut self, depth: usize) -> String {
        let (count, number) = (self.variables.len(), self.number());
        let inside = self.block(depth - 1, 2);
        self.variables.truncate(count);
        format!("match {number} % 2 {{ 0 => {{ {inside} }} _ => note(\"odd\"), }}")
    }
}

fn number_of(variable: &Variable) -> Option<String> {
    let name = &variable.name;
    Some(match (variable.ty, variable.left) {
        (_, Left::Nothing) => return None,
        (Type::Told | Type::Borrowed, _) => format!("{name}.len()"),
        (Type::Pair, _) => format!("{name}.n"),
        (Type::Guard | Type::Host { .. }, _) => format!("{name}.armed"),
        (Type::Number, _) => name.clone(),
    })
}

fn told_of(variable: &Variable) -> Option<String> {
    let name = &variable.name;
    match (variable.ty, variable.left) {
        (Type::Told | Type::Borrowed, Left::Whole) => Some(name.clone()),
        (Type::Pair, Left::Whole | Left::Right) => Some(format!("{name}.right")),
        (Type::Guard | Type::Host { .. }, Left::Whole) => Some(format!("{name}.told")),
        _ => None,
    }
}
