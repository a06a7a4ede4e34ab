//! A few reader threads, each with its own connection.

use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::Connection;
use std::sync::Mutex;
use tokio::sync::oneshot;

use crate::{ReadTx, StoreError, connection};

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Reads that run at once. Two cores are kept busy and a slow search does not hold up a page.
const N_READERS: usize = 4;

/// Reads that may wait for a thread; a further one waits in its own task.
const MAX_QUEUE: usize = 1024;

pub(crate) struct Readers {
    jobs: Mutex<Option<Sender<Job>>>,
}

impl Readers {
    pub(crate) fn start(path: &Path) -> Result<Self, StoreError> {
        let (jobs, queue) = bounded(MAX_QUEUE);
        for index in 0..N_READERS {
            let connection = connection::open_for_reading(path)?;
            let queue = queue.clone();
            thread::Builder::new()
                .name(format!("store-reader-{index}"))
                .spawn(move || work(&connection, &queue))
                .map_err(|error| StoreError::Failed(error.to_string()))?;
        }
        Ok(Self { jobs: Mutex::new(Some(jobs)) })
    }

    pub(crate) async fn run<T, E, F>(&self, read: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // The receiver is gone when the client hung up: nobody wants the answer.
            let _ = answer.send(in_snapshot(connection, read));
        });
        let jobs =
            self.jobs.lock().expect("invariant: no holder panics").clone().ok_or(StoreError::Closed)?;
        jobs.try_send(job).map_err(|error| match error {
            crossbeam_channel::TrySendError::Full(_) => StoreError::Overloaded,
            crossbeam_channel::TrySendError::Disconnected(_) => StoreError::Closed,
        })?;
        answered.await.unwrap_or_else(|_| Err(StoreError::Failed("a read panicked".to_owned()).into()))
    }

    pub(crate) fn stop(&self) {
        self.jobs.lock().expect("invariant: no holder panics").take();
    }
}

fn work(connection: &Connection, queue: &Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(connection)));
        if outcome.is_err() {
            tracing::error!("a read panicked; its request is answered with an error");
            // The panic may have left the snapshot open.
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
}

fn in_snapshot<T, E, F>(connection: &Connection, read: F) -> Result<T, E>
where
    E: From<StoreError>,
    F: FnOnce(&ReadTx<'_>) -> Result<T, E>,
{
    connection.execute_batch("BEGIN").map_err(StoreError::from)?;
    let outcome = read(&ReadTx::new(connection));
    connection.execute_batch("ROLLBACK").map_err(StoreError::from)?;
    outcome
}
