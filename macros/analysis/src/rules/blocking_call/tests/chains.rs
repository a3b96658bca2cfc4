//! One finding a chain.

use crate::testing::{Kind, check_coroutine, check_file, findings_of};

#[test]
fn the_first_call_of_a_chain_that_waits_is_reported() {
    check_coroutine(
        "
        async fn fetch(url: &str) -> String {
            let text = ureq::get(url).call()?.body_mut().read_to_string()?;
                                    //^ `call` blocks the event loop
            let lines = std::io::BufReader::new(std::fs::File::open(url)?).lines().count();
                                              //^^^ `std::fs::File::open` blocks the event loop
            for entry in std::fs::read_dir(url)? {}
                       //^^^ `std::fs::read_dir` blocks the event loop
            let length = Some(std::fs::metadata(&std::fs::read_link(url)?)?.len());
                            //^^^ `std::fs::metadata` blocks the event loop
                                               //^^^ `std::fs::read_link` blocks the event loop
        }
        ",
    );
}

#[test]
fn what_waits_behind_it_is_named() {
    let notes = |body: &str| findings_of(Kind::Coroutine, &format!("async fn f() {{ {body} }}"))[0].notes.clone();
    assert_eq!(
        notes("ureq::get(url).call()?.body_mut().read_to_string()?;"),
        ["`read_to_string` in the same chain waits too"]
    );
    assert_eq!(
        notes("for entry in std::fs::read_dir(a).unwrap() {}"),
        ["`for .. in std::fs::read_dir(..).unwrap()` in the same chain waits too"]
    );
    assert_eq!(notes("std::fs::read(a)?.len();"), [""; 0]);
}

#[test]
fn variables_end_a_chain() {
    check_coroutine(
        "
        async fn fetch(url: &str) -> String {
            let mut response = ureq::get(url).call()?;
                                            //^ `call` blocks the event loop
            response.body_mut().read_to_string()?
                              //^ `read_to_string` blocks the event loop: it is `ureq::Body::read_to_string`
        }
        ",
    );
}

#[test]
fn functions_of_the_crate_are_links_too() {
    check_file(
        Kind::Coroutine,
        "
        fn open() -> std::fs::File { std::fs::File::open(\"table\").unwrap() }

        async fn read(text: &mut String) {
            open().read_to_string(text);
          //^^ `open()` blocks the event loop: it calls `std::fs::File::open`
        }
        ",
    );
}
