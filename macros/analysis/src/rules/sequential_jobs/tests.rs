use crate::testing::{Kind, check_file, strict_findings_of};

const FILE: &str = "
    use tokio::task::spawn_blocking;
    struct Store { db: Arc<Db>, seen: Vec<u8>, last: u32 }
    async fn other() {}
";

fn count(arguments: &str, body: &str) -> usize {
    strict_findings_of(
        arguments,
        &format!("{FILE} async fn poll(&mut self, hub: &onloop::Hub, rt: &tokio::runtime::Handle) {{ {body} }}"),
    )
}

#[test]
fn what_is_off_says_nothing() {
    check_file(
        Kind::Coroutine,
        "
        async fn load(hub: &onloop::Hub) {
            let a = hub.add_executor_job(f).await;
            let b = hub.add_executor_job(g).await;
        }
        ",
    );
    assert_eq!(count("strict", "spawn_blocking(f).await; spawn_blocking(g).await;"), 1);
}

#[test]
fn one_behind_the_other() {
    for body in [
        "let a = spawn_blocking(f).await?; let b = spawn_blocking(g).await?; use_both(a, b);",
        "let a = hub.add_executor_job(move || f(x)).await; let b = hub.add_executor_job(move || g(y)).await;",
        "let a = self.hub.add_executor_job(|| read(\"a\")).await?; let b = self.hub.add_executor_job(|| read(\"b\")).await?;",
        "let a = rt.spawn_blocking(f).await.unwrap(); let b = rt.spawn_blocking(g).await.unwrap();",
        "tokio::task::spawn_blocking(|| remove(\"x\")).await??; tokio::task::spawn_blocking(|| write(\"y\")).await??;",
        "let db = self.db.clone(); let users = spawn_blocking(move || db.users()).await?; let db = self.db.clone(); let rooms = spawn_blocking(move || db.rooms()).await?;",
        "let users = { let db = self.db.clone(); spawn_blocking(move || db.users()).await? }; let rooms = { let db = self.db.clone(); spawn_blocking(move || db.rooms()).await? };",
        "let a = spawn_blocking(f).await?; info!(\"loaded {}\", a.len()); let b = spawn_blocking(g).await?;",
        "let a = spawn_blocking(f).await?; out.push(a); let b = spawn_blocking(g).await?; out.push(b);",
        "let a = match spawn_blocking(f).await { Ok(a) => a, Err(error) => return Err(error.into()) }; let b = spawn_blocking(g).await?;",
        "let Ok(a) = spawn_blocking(f).await else { return }; let b = spawn_blocking(g).await;",
        "if let Err(error) = spawn_blocking(f).await { warn!(\"{error}\"); return; } spawn_blocking(g).await;",
        "let sum = spawn_blocking(f).await? + spawn_blocking(g).await?;",
        "Ok((spawn_blocking(f).await?, spawn_blocking(g).await?))",
        "return Pair { a: spawn_blocking(f).await?, b: spawn_blocking(g).await? };",
        "let job = spawn_blocking(f); let a = job.await?; let job = spawn_blocking(g); let b = job.await?;",
        "self.last = spawn_blocking(f).await?; let db = self.db.clone(); let b = spawn_blocking(move || db.all()).await?;",
        "actix_web::web::block(f).await?; actix_web::web::block(g).await?;",
        "hub.create_task(async move { spawn_blocking(f).await; spawn_blocking(g).await; });",
        "let a = spawn_blocking(f).await?; let b = spawn_blocking(move || g(a)).await?; let c = spawn_blocking(h).await?;",
    ] {
        assert_eq!(count("strict(jobs)", body), 1, "{body}");
        assert_eq!(count("", body), 0, "{body}");
    }
}

#[test]
fn one_a_turn() {
    for body in [
        "for file in files { spawn_blocking(move || read(file)).await?; }",
        "for file in files { let text = spawn_blocking(move || read(file)).await?; texts.push(text); }",
        "for file in files { texts.push(hub.add_executor_job(move || read(file)).await?); }",
        "for user in users { let db = self.db.clone(); let row = spawn_blocking(move || db.get(user)).await??; total += row; }",
        "for file in &files { if !file.is_empty() { let file = file.clone(); spawn_blocking(move || read(file)).await?; } }",
        "for file in files { if file.is_hidden() { continue; } spawn_blocking(move || read(file)).await?; }",
        "for file in files { match spawn_blocking(move || read(file)).await { Ok(text) => texts.push(text), Err(error) => error!(\"{error}\") } }",
        "while let Some(file) = files.pop() { spawn_blocking(move || read(file)).await?; }",
        "for (n, file) in files.iter().enumerate() { let file = file.clone(); let text = rt.spawn_blocking(move || read(file)).await?; println!(\"{n}: {text}\"); }",
        "for file in files { let job = spawn_blocking(move || read(file)); texts.push(job.await?); }",
        "for chunk in bytes.chunks(64) { let chunk = chunk.to_vec(); self.seen.extend(spawn_blocking(move || pack(chunk)).await?); }",
    ] {
        assert_eq!(count("strict(jobs)", body), 1, "{body}");
    }
}

#[test]
fn what_needs_the_one_before_is_fine() {
    for body in [
        "let a = spawn_blocking(f).await?; let b = spawn_blocking(move || g(a)).await?;",
        "let a = spawn_blocking(f).await?; let n = a.len(); let b = spawn_blocking(move || g(n)).await?;",
        "let a = spawn_blocking(f).await?; let path = format!(\"{a}.txt\"); let b = spawn_blocking(move || g(path)).await?;",
        "let conn = spawn_blocking(open).await?; let (conn, rows) = spawn_blocking(move || (conn, conn.rows())).await?; spawn_blocking(move || close(conn)).await?;",
        "if spawn_blocking(f).await? { return; } spawn_blocking(g).await?;",
        "let Some(user) = spawn_blocking(f).await? else { return }; let b = spawn_blocking(g).await?;",
        "match spawn_blocking(f).await? { Some(_) => return, None => {} } spawn_blocking(g).await?;",
        "if spawn_blocking(f).await? { spawn_blocking(g).await?; }",
        "self.last = spawn_blocking(f).await?; let last = self.last; spawn_blocking(move || g(last)).await?;",
        "self.last = spawn_blocking(f).await?; let me = self.clone(); spawn_blocking(move || me.save()).await?;",
        "out.push(spawn_blocking(f).await?); spawn_blocking(move || g(out)).await?;",
        "let mut cursor = 0; for _ in 0..9 { let (rows, next) = spawn_blocking(move || page(cursor)).await?; cursor = next; out.extend(rows); }",
        "for x in xs { state = spawn_blocking(move || step(state, x)).await?; }",
        "while let Some(dir) = queue.pop() { queue.extend(spawn_blocking(move || list(dir)).await?); }",
        "for x in xs { let before = self.last; self.last = spawn_blocking(move || step(before, x)).await?; }",
        "for x in xs { let me = self.copy(); let n = spawn_blocking(move || me.step(x)).await?; self.note(n); }",
        "while !done { done = spawn_blocking(f).await?; }",
        "for _ in 0..3 { if spawn_blocking(f).await.is_ok() { break; } }",
        "for _ in 0..3 { match spawn_blocking(f).await { Ok(a) => return Ok(a), Err(error) => warn!(\"{error}\") } }",
    ] {
        assert_eq!(count("strict(jobs)", body), 0, "{body}");
    }
}

#[test]
fn what_waits_for_something_else_or_runs_together_is_fine() {
    for body in [
        "let a = spawn_blocking(f).await?;",
        "let (a, b) = tokio::join!(spawn_blocking(f), spawn_blocking(g));",
        "let a = spawn_blocking(f); let b = spawn_blocking(g); let (a, b) = (a.await?, b.await?);",
        "let a = spawn_blocking(f); spawn_blocking(g).await?; a.await?;",
        "let a = spawn_blocking(f).await?; other().await; let b = spawn_blocking(g).await?;",
        "let a = spawn_blocking(f).await?; tokio::select! { _ = other() => {} _ = stop() => {} } let b = spawn_blocking(g).await?;",
        "let a = spawn_blocking(f).await?; sender.send(1); let b = spawn_blocking(g).await?;",
        "let a = spawn_blocking(f).await?; drop(guard); let b = spawn_blocking(g).await?;",
        "let jobs: Vec<_> = files.map(|file| spawn_blocking(move || read(file))).collect(); for job in jobs { job.await?; }",
        "for file in files { tasks.push(spawn_blocking(move || read(file))); }",
        "for file in files { set.spawn_blocking(move || read(file)); } while let Some(done) = set.join_next().await {}",
        "while let Some(file) = stream.next().await { spawn_blocking(move || read(file)).await?; }",
        "for file in files { let text = spawn_blocking(move || read(file)).await?; sender.send(text).await?; }",
        "for file in files { let text = spawn_blocking(move || read(file)).await?; tokio::task::yield_now().await; }",
        "loop { spawn_blocking(f).await?; tokio::time::sleep(SECOND).await; }",
        "loop { let job = jobs.recv().await?; spawn_blocking(move || job.run()).await?; }",
        "mine::spawn_blocking(f).await; mine::spawn_blocking(g).await;",
        "other().await; other().await;",
        "let first = async { spawn_blocking(f).await }; let second = async { spawn_blocking(g).await }; tokio::join!(first, second);",
        "hub.create_task(async { spawn_blocking(f).await }); hub.create_task(async { spawn_blocking(g).await });",
        "match kind { A => spawn_blocking(f).await, B => spawn_blocking(g).await }",
        "if a { spawn_blocking(f).await?; } else { spawn_blocking(g).await?; }",
        "a_macro! { spawn_blocking(f).await; spawn_blocking(g).await; }",
    ] {
        assert_eq!(count("strict(jobs)", body), 0, "{body}");
    }
}
