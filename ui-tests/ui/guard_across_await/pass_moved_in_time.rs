use std::cell::{Ref, RefCell};
use std::sync::{Mutex, MutexGuard, PoisonError};

struct Session<'a> {
    table: MutexGuard<'a, Vec<u32>>,
}

impl Session<'_> {
    fn close(self) -> usize {
        self.table.len()
    }
}

#[onloop::coroutine]
async fn visit(table: &Mutex<Vec<u32>>, names: &RefCell<Vec<String>>) -> usize {
    let session = Session { table: table.lock().unwrap_or_else(PoisonError::into_inner) };
    let visits = session.close();
    tokio::task::yield_now().await;
    assert!(table.lock().unwrap().is_empty());
    println!("{}", names.borrow().len());
    tokio::task::yield_now().await;
    let first = Ref::map(names.borrow(), |names| &names[..1]).len();
    let rest = {
        let (table, names) = (table.lock().unwrap(), names.borrow());
        table.len() + names.len()
    };
    tokio::task::yield_now().await;
    let held;
    loop {
        let table = table.lock().unwrap();
        if table.len() > visits {
            held = table.first().copied();
            break;
        }
        drop(table);
        tokio::task::yield_now().await;
    }
    if let Ok(mut table) = table.try_lock() {
        table.extend(held);
    } else {
        tokio::task::yield_now().await;
    }
    let taken = match table.lock() {
        Ok(table) => table,
        Err(poisoned) => poisoned.into_inner(),
    };
    let task = async move { taken.len() };
    task.await + visits + first + rest
}

#[onloop::coroutine]
async fn traced() {
    let span = tracing::info_span!("traced");
    let n = span.in_scope(|| 1);
    tracing::Instrument::instrument(tokio::time::sleep(std::time::Duration::from_millis(n)), span).await;
}

fn main() {}
