use std::path::PathBuf;

use proc_macro2::{Span, TokenStream};

use crate::syntax::kind::Kind;
use crate::testing::Memory;
use crate::{Cfg, Engine, Index, Looked, Place, Source};

/// The engine for `src/lib.rs` with a dependency `store`.
fn engine(text: &str, store: &str, settings: &str) -> Engine {
    let mut files = vec![("src/lib.rs", text.to_owned()), ("store/src/lib.rs", store.to_owned())];
    if !settings.is_empty() {
        files.push(("onloop.toml", settings.to_owned()));
    }
    let source = |name: &str, root: &str, dependencies: Vec<(String, usize)>| Source {
        name: name.to_owned(),
        root: PathBuf::from(root),
        cfg: Cfg {
            features: Some(Vec::new()),
            settings: crate::settings_of_target("x86_64-unknown-linux-gnu"),
            ..Cfg::default()
        },
        dependencies,
        answers: true,
    };
    let house = source("house", "src/lib.rs", vec![("store".to_owned(), 1)]);
    let sources = [house, source("store", "store/src/lib.rs", Vec::new())];
    let index = Index::of_sources(Box::new(Memory(files)), &sources, 0, PathBuf::new());
    Engine::new(index).in_package(PathBuf::new(), "house".to_owned())
}

/// Looks at the last function of a file that has functions only.
fn look(text: &str, store: &str, settings: &str, tasks: bool) -> Looked {
    look_with(engine(text, store, settings), text, tasks)
}

fn look_with(mut engine: Engine, text: &str, tasks: bool) -> Looked {
    let file = syn::parse_file(text).unwrap();
    let item: TokenStream = quote::ToTokens::to_token_stream(file.items.last().unwrap());
    let place = |span: Span| {
        let start = span.start();
        Some(Place { file: "src/lib.rs".into(), line: start.line, column: start.column + 1 })
    };
    if tasks {
        engine.look_at_tasks(item, &place).unwrap()
    } else {
        engine.look(Kind::Coroutine, TokenStream::new(), item, &place).unwrap()
    }
}

fn rules(looked: &Looked) -> Vec<&'static str> {
    looked.findings.iter().map(|found| found.rule).collect()
}

#[test]
fn an_async_helper_answers_for_itself() {
    let helpers = "async fn read() { std::fs::read(\"x\"); }\nfn load() { std::fs::read(\"x\"); }\n";
    let looked = look(&format!("{helpers}async fn go() {{ read().await; load(); }}"), "", "", false);
    assert_eq!(rules(&looked), ["blocking_transitive"]);
    let [step, last] = &looked.findings[0].chain[..] else { panic!("{:?}", looked.findings) };
    assert_eq!((&*step.function, step.line, &*last.function, last.line), ("load", 2, "std::fs::read", 2));
}

#[test]
fn a_crate_of_the_workspace_is_followed() {
    let store = "pub fn load() { std::fs::read(\"x\"); }\n#[cfg(windows)] pub fn save() { std::fs::read(\"x\"); }";
    let looked = look("async fn go() { store::load(); store::save(); }", store, "", false);
    assert_eq!(rules(&looked), ["blocking_transitive"]);
    assert_eq!(looked.findings[0].chain[0].file, PathBuf::from("store/src/lib.rs"));
}

#[test]
fn what_is_not_part_of_the_build_is_left_alone() {
    let looked = look("async fn go() { #[cfg(windows)] { std::fs::read(\"x\"); } }", "", "", false);
    assert_eq!(rules(&looked), [""; 0]);
}

#[test]
fn tasks_of_a_function_are_looked_at() {
    let text = "fn main() {
        std::fs::read(\"x\");
        tokio::spawn(async move { std::fs::read(\"x\"); });
        set.spawn_local(async { std::fs::read(\"x\"); }.instrument(span));
        std::thread::spawn(move || { std::fs::read(\"x\"); });
        tokio::task::spawn_blocking(move || { std::fs::read(\"x\"); });
        let later = async { std::fs::read(\"x\"); };
    }";
    let looked = look(text, "", "", true);
    assert_eq!(rules(&looked), ["blocking_call"; 2]);
    assert_eq!(looked.function, "main");
}

#[test]
fn exemptions_by_path_and_for_the_command_alone() {
    let exempt = |path: &str| format!("[[exempt]]\npath = \"{path}\"\nrules = [\"blocking_call\"]\nreason = \"r\"");
    let text = "async fn go() { std::fs::read(\"x\"); }";
    assert_eq!(rules(&look(text, "", &exempt("house::go"), false)), [""; 0]);
    assert_eq!(rules(&look(text, "", &exempt("crate::go"), false)), [""; 0]);
    assert_eq!(rules(&look(text, "", &exempt("house::other"), false)), ["blocking_call"]);
    let helper = "fn go() { std::fs::read(\"x\"); }\nasync fn run() { go(); }";
    assert_eq!(rules(&look(helper, "", &exempt("house::go"), false)), [""; 0]);
    let attribute = "#[cfg_attr(onloop, onloop::allow(blocking_call, reason = \"r\"))]";
    assert_eq!(rules(&look(&format!("{attribute} {text}"), "", "", false)), [""; 0]);
    let inside = format!("async fn go() {{ {attribute} std::fs::read(\"x\"); std::fs::write(\"x\", b\"\"); }}");
    assert_eq!(rules(&look(&inside, "", "", false)), ["blocking_call"]);
}

#[test]
fn the_project_is_told() {
    let mut engine = engine("", "", "[levels]\nuntracked_spawn = \"warn\"\nsleep = \"deny\"\nblocking_call = \"no\"");
    let settings = engine.project_config();
    assert!(settings.levels.contains(&("untracked_spawn".to_owned(), "warn".to_owned())));
    let problems: Vec<_> = settings.problems.iter().map(|(message, _)| message.as_str()).collect();
    assert_eq!(
        problems,
        ["onloop.toml:4: `blocking_call` cannot be `no`", "onloop.toml:3: onloop has no rule `sleep`"]
    );
}

#[test]
fn a_finding_says_whether_somebody_asked_for_its_rule() {
    let text = "use tokio::task::spawn_blocking;
        async fn go() { spawn_blocking(f).await; spawn_blocking(g).await; tokio::spawn(h()); }";
    let asked_for = |settings: &str, all: bool| {
        let mut engine = engine(text, "", settings);
        if all {
            engine = engine.with_all_rules();
        }
        let looked = look_with(engine, text, false);
        looked.findings.iter().map(|found| (found.rule, found.is_unrequested)).collect::<Vec<_>>()
    };
    let spawn = ("untracked_spawn", false);
    assert_eq!(asked_for("", false), [spawn]);
    assert_eq!(asked_for("", true), [("sequential_jobs", true), spawn]);
    let settings = "[categories]\njobs = \"on\"";
    assert_eq!(asked_for(settings, false), [("sequential_jobs", false), spawn]);
    assert_eq!(asked_for(settings, true), [("sequential_jobs", false), spawn]);
}

#[test]
fn a_chain_does_not_depend_on_what_was_asked_before() {
    let helpers = "fn near() { std::fs::read(\"x\"); }\nfn far() { near(); }\nfn way() { far(); }\n\
                   fn both() { way(); near(); }\n";
    let text = format!("{helpers}async fn first() {{ way(); }}\nasync fn second() {{ both(); }}");
    let mut engine = engine(&text, "", "");
    let file = syn::parse_file(&text).unwrap();
    let place = |span: Span| {
        let start = span.start();
        Some(Place { file: "src/lib.rs".into(), line: start.line, column: start.column + 1 })
    };
    let mut chain = |item: &syn::Item| {
        let item = quote::ToTokens::to_token_stream(item);
        let looked = engine.look(Kind::Coroutine, TokenStream::new(), item, &place).unwrap();
        looked.findings[0].chain.iter().map(|step| step.function.clone()).collect::<Vec<_>>()
    };
    assert_eq!(chain(&file.items[4]), ["way", "far", "near", "std::fs::read"]);
    assert_eq!(chain(&file.items[5]), ["both", "near", "std::fs::read"], "the shortest");
}

#[test]
fn what_nests_too_deep_is_said_to() {
    let deep = |left: &str, right: &str| format!("{}0{}", left.repeat(5_000), right.repeat(5_000));
    // Not by `parse_file`, which recurses too.
    let place = |_: Span| None;
    for text in [
        format!("fn f() {{ tokio::spawn(async {{ {} }}); }}", deep("(", ")")),
        format!("fn f(a: {}) {{ tokio::spawn(async {{}}); }}", deep("[u8; {", "}]")),
    ] {
        let item: TokenStream = text.parse().unwrap();
        let mut engine = engine("", "", "");
        let looked = engine.look_at_tasks(item.clone(), &place).unwrap();
        assert!(looked.is_too_deep && looked.findings.is_empty());
        for kind in [None, Some(Kind::Callback)] {
            let why = engine.why(kind, TokenStream::new(), item.clone(), &place).unwrap();
            assert!(why.is_too_deep && why.calls.is_empty());
        }
        let looked = engine.look(Kind::Callback, TokenStream::new(), item, &place).unwrap();
        assert!(looked.is_too_deep, "{}", looked.function);
    }
}
