//! Work that is never short: rayon's methods on any type, password hashes, keys.

use crate::testing::{Kind, findings_of};

fn count(body: &str) -> usize {
    let text = format!(
        "use rayon::prelude::*; use std::collections::HashMap;
        struct Grid; impl Grid {{ fn par_rows(&self) -> usize {{ 1 }} fn par_iter(&self) -> usize {{ 2 }} }}
        async fn poll(list: &mut Vec<u32>, slice: &mut [u32], text: String, map: &HashMap<u32, u32>, grid: &Grid, unknown: U) {{ {body} }}"
    );
    findings_of(Kind::Coroutine, &text).len()
}

#[test]
fn the_caller_waits_for_rayons_pool() {
    for body in [
        "list.par_iter().map(work).sum::<u32>();",
        "list.par_iter_mut().for_each(work);",
        "list.clone().into_par_iter().collect::<Vec<_>>();",
        "(0..1000).into_par_iter().sum::<u64>();",
        "list.par_sort();",
        "slice.par_sort_unstable_by(|a, b| a.cmp(b));",
        "slice.par_chunks(100).count();",
        "text.par_lines().count();",
        "map.par_iter().count();",
        "list.drain(..).par_bridge().for_each(work);",
        "rayon::join(a, b);",
    ] {
        assert_eq!(count(body), 1, "{body}");
    }
    for body in [
        "grid.par_rows();",
        "grid.par_iter();",
        "tokio::task::spawn_blocking(move || list.par_iter().sum::<u32>()).await;",
        "rayon::spawn(move || list.par_sort());",
        "list.iter().sum::<u32>();",
    ] {
        assert_eq!(count(body), 0, "{body}");
    }
}

#[test]
fn hashes_and_keys_take_their_time() {
    for body in [
        "ring::pbkdf2::derive(ALGORITHM, ROUNDS, salt, password, &mut key);",
        "openssl::pkcs5::pbkdf2_hmac(password, salt, 100_000, digest, &mut key);",
        "openssl::rsa::Rsa::generate(2048);",
        "openssl::dh::Dh::generate_params(2048, 2);",
        "password_auth::generate_hash(password);",
        "argon2::hash_encoded(password, salt, &config);",
    ] {
        assert_eq!(count(body), 1, "{body}");
    }
    for body in [
        "openssl::ec::EcKey::generate(group);",
        "sha2::Sha256::digest(data);",
        "openssl::rsa::Rsa::private_key_from_pem(pem);",
    ] {
        assert_eq!(count(body), 0, "{body}");
    }
}
