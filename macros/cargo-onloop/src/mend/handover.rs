//! Closures that take a call to another thread. What the call borrows does not live long enough there, so the closure
//! gets its own.

use crate::edit::{Edit, apply, byte_of};
use crate::mend::call::Call;
use crate::mend::captures::{Place, Use, captures};
use crate::mend::place::Extent;
use crate::mend::variables::Holds;

/// What the closure gets of a variable that may own its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gets {
    /// The variable itself.
    Moved,
    /// A copy.
    Cloned,
    /// A copy of what it refers to, of which the call is given a reference.
    Referred,
}

/// In which ways it is tried: for variables that own their value, and for those that may.
const WAYS: [(Gets, Gets); 6] = [
    (Gets::Moved, Gets::Moved),
    (Gets::Moved, Gets::Cloned),
    (Gets::Cloned, Gets::Cloned),
    (Gets::Moved, Gets::Referred),
    (Gets::Cloned, Gets::Moved),
    (Gets::Cloned, Gets::Referred),
];

/// What `spawn_blocking` can be given for a call, the plainest first.
pub(crate) fn closures(text: &str, call: &Call<'_>) -> Vec<String> {
    let Some(places) = captures(call.expression) else { return Vec::new() };
    let mut all: Vec<String> = Vec::new();
    for (owned, unknown) in WAYS {
        if let Some(closure) = closure(text, call, &places, owned, unknown)
            && !all.contains(&closure)
        {
            all.push(closure);
        }
    }
    all
}

fn closure(text: &str, call: &Call<'_>, places: &[Place], owned: Gets, unknown: Gets) -> Option<String> {
    let start = byte_of(text, call.extent[0], call.extent[1]);
    let mut bindings: Vec<(String, String)> = Vec::new();
    let mut edits = Vec::new();
    for place in places {
        let own = match own(place, call.variables.get(&place.root), owned, unknown) {
            Given::Impossible => return None,
            Given::Itself => continue,
            Given::Own(own) => own,
        };
        let mut name = own.name;
        if bindings.iter().any(|(known, _)| *known == name) {
            name = format!("{}_{name}", place.root);
        }
        for (at, how) in &place.uses {
            let bytes = |at: &Extent| byte_of(text, at[0], at[1]) - start..byte_of(text, at[2], at[3]) - start;
            let given = if own.is_referred && *how == Use::Bare { format!("&{name}") } else { name.clone() };
            match how {
                Use::Named if name != place.root => return None,
                Use::Named => {}
                Use::Bare | Use::Borrowed | Use::Dereferenced => edits.push(Edit { range: bytes(at), text: given }),
            }
        }
        bindings.push((name, own.value));
    }
    let called = apply(&text[start..byte_of(text, call.extent[2], call.extent[3])], &edits);
    if bindings.is_empty() {
        return Some(format!("move || {called}"));
    }
    let before = &text[..start];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let end = if before[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
    let indent: String = before[line..].chars().take_while(|letter| letter.is_whitespace()).collect();
    let bindings = bindings.iter().map(|(name, value)| format!("{indent}    let {name} = {value};"));
    let lines: Vec<String> = bindings.chain([format!("{indent}    move || {called}")]).collect();
    Some(format!("{{{end}{}{end}{indent}}}", lines.join(end)))
}

/// What the closure gets of its own.
struct Own {
    name: String,
    value: String,
    is_referred: bool,
}

/// What the closure gets for a place.
enum Given {
    Own(Own),
    /// It takes the place.
    Itself,
    /// Something is changed through it, so that no copy will do.
    Impossible,
}

fn own(place: &Place, root: Holds, owned: Gets, unknown: Gets) -> Given {
    let written = std::iter::once(&place.root).chain(&place.fields).map(String::as_str).collect::<Vec<_>>().join(".");
    let name = match place.fields.last() {
        _ if written == "self" => "this".to_owned(),
        None => place.root.clone(),
        Some(field) if field.starts_with(|first: char| first.is_ascii_digit()) => "inner".to_owned(),
        Some(field) => field.clone(),
    };
    let is_bare = place.uses.iter().all(|(_, how)| *how == Use::Bare);
    let gets = match root {
        Holds::Copy => Gets::Moved,
        Holds::Owned => owned,
        Holds::Unknown => unknown,
        Holds::Mutable if place.fields.is_empty() => return Given::Impossible,
        Holds::Reference { .. } | Holds::Mutable => Gets::Referred,
    };
    let is_reference = matches!(root, Holds::Reference { .. } | Holds::Mutable);
    if gets == Gets::Moved {
        return Given::Itself;
    }
    if is_reference && !place.fields.is_empty() {
        // A field that is given away through a reference is copied.
        let value = if is_bare { written } else { format!("{written}.clone()") };
        return Given::Own(Own { name, value, is_referred: false });
    }
    let is_dereferenced = place.uses.iter().any(|(_, how)| *how == Use::Dereferenced);
    if gets == Gets::Referred && is_dereferenced {
        return Given::Impossible;
    }
    let copied = match (gets, root) {
        (Gets::Referred, Holds::Unknown | Holds::Reference { unsized_: true }) => "to_owned",
        _ => "clone",
    };
    Given::Own(Own { name, value: format!("{written}.{copied}()"), is_referred: gets == Gets::Referred })
}

#[cfg(test)]
mod tests {
    use super::closures;
    use crate::mend::call::find;

    /// What is tried for the call `load(..)` in a function, without line ends.
    fn tried(function: &str) -> Vec<String> {
        let text = format!("async {function}");
        let at = text.find("load").unwrap();
        let file = syn::parse_file(&text).unwrap();
        let call = find(&file, (1, at + 1));
        let all = call.map_or_else(Vec::new, |call| closures(&text, &call));
        all.iter().map(|closure| closure.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn what_is_borrowed_is_copied() {
        assert_eq!(tried("fn f(name: &str) { load(name) }"), ["{ let name = name.to_owned(); move || load(&name) }"]);
        let shared = "{ let state = state.clone(); move || load(&state, message) }";
        assert_eq!(tried("fn f(state: &Shared, message: Message) { load(state, message) }")[0], shared);
        let field = "{ let path = self.path.clone(); let id = self.id; move || load(&path, id) }";
        assert_eq!(tried("fn f(self: &Self) { load(&self.path, self.id) }"), [field]);
    }

    #[test]
    fn what_is_owned_is_moved_or_copied() {
        let ways = ["move || load(&name)", "{ let name = name.clone(); move || load(&name) }"];
        assert_eq!(tried("fn f(name: String) { load(&name) }"), ways);
        assert_eq!(tried("fn f(count: usize) { load(count) }"), ["move || load(count)"]);
        let ways = [
            "move || load(name)",
            "{ let name = name.clone(); move || load(name) }",
            "{ let name = name.to_owned(); move || load(&name) }",
        ];
        assert_eq!(tried("fn f() { let name = g(); load(name) }"), ways);
    }

    #[test]
    fn the_receiver_of_a_method_is_borrowed() {
        let given = "{ let shared = self.shared.clone(); move || load(&shared.path()) }";
        assert_eq!(tried("fn f(&mut self) { load(&self.shared.path()) }"), [given]);
        let ways = tried("fn f(path: Option<&Path>) { if let Some(path) = path { load(path) } }");
        assert!(ways.contains(&"{ let path = path.to_owned(); move || load(&path) }".to_owned()), "{ways:?}");
    }

    #[test]
    fn the_innermost_variable_of_a_name_counts() {
        let body = "match message { A(name) => load(state, name), B(name) => { let state = state.lock(); } }";
        let given = "{ let state = state.clone(); move || load(&state, name) }";
        assert_eq!(tried(&format!("fn f(state: &Shared, message: Message) {{ {body} }}"))[0], given);
    }

    #[test]
    fn what_cannot_be_handed_over_is_not_tried() {
        for body in ["load(&mut text)", "load(g()?)", "load(g().await)", "load(self.x = 1)", "load(count)"] {
            assert_eq!(tried(&format!("fn f(&self, count: &mut u8) {{ {body} }}")), [""; 0], "{body}");
        }
        assert_eq!(tried("fn f() { load(|x| x.g()?) }"), ["move || load(|x| x.g()?)"]);
    }

    #[test]
    fn names_in_macros_are_captured() {
        let tried = tried("fn f(name: &str) { load(format!(\"{name}-{}\", name.len())) }");
        assert_eq!(tried, ["{ let name = name.to_owned(); move || load(format!(\"{name}-{}\", name.len())) }"]);
    }
}
