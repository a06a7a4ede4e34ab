//! The one writer: a thread that commits what is queued in groups, and a queue bounded by bytes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::tx::KnownIds;
use crate::{StoreError, WriteTx};

/// What a job leaves behind: told whether the commit went well, it answers its caller.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Runs in the transaction, or learns why there is none; tells whether its own writes stand.
type Run = Box<dyn FnOnce(Result<&mut WriteTx<'_>, StoreError>) -> (bool, Answer) + Send>;

struct Job {
    run: Run,
    n_bytes: usize,
    /// Held until the job is done: this is what bounds the queue.
    room: OwnedSemaphorePermit,
}

/// A group commits when it has this many bytes, so that a burst of large writes does not delay the first answer much.
const MAX_GROUP_BYTES: usize = 8 << 20;

/// A group commits when it has this many jobs, for the same reason.
const MAX_GROUP_JOBS: usize = 256;

/// The semaphore counts in these units, for it counts to 2^29 at least and bytes may be more.
const BYTES_PER_PERMIT: usize = 1024;

pub(crate) struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    room: Arc<Semaphore>,
    max_permits: u32,
    stopped: Mutex<Option<oneshot::Receiver<Result<(), StoreError>>>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection, max_queue_bytes: usize) -> Result<Self, StoreError> {
        let max_permits = u32::try_from((max_queue_bytes / BYTES_PER_PERMIT).max(1)).unwrap_or(u32::MAX >> 4);
        // Unbounded in jobs, bounded in bytes: each job holds its share of `room`.
        let (jobs, queue) = unbounded();
        let (stop, stopped) = oneshot::channel();
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                let outcome = work(connection, &queue);
                let _ = stop.send(outcome);
            })
            .map_err(|error| StoreError::Failed(error.to_string()))?;
        let room = Arc::new(Semaphore::new(max_permits as usize));
        Ok(Self { jobs: Mutex::new(Some(jobs)), room, max_permits, stopped: Mutex::new(Some(stopped)) })
    }

    pub(crate) async fn run<T, E, F>(&self, n_bytes: usize, write: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        // A write larger than the whole queue takes all of it rather than waiting for ever.
        let n_permits =
            u32::try_from(n_bytes / BYTES_PER_PERMIT + 1).unwrap_or(u32::MAX).min(self.max_permits);
        let room =
            Arc::clone(&self.room).acquire_many_owned(n_permits).await.map_err(|_| StoreError::Closed)?;
        let (answer, answered) = oneshot::channel::<Result<T, E>>();
        let run: Run = Box::new(move |tx| {
            let outcome = tx.map_err(E::from).and_then(write);
            let stands = outcome.is_ok();
            let tell: Answer = Box::new(move |committed| {
                let _ = answer.send(match (outcome, committed) {
                    (Ok(_), Err(error)) => Err(error.into()),
                    (outcome, _) => outcome,
                });
            });
            (stands, tell)
        });
        let jobs =
            self.jobs.lock().expect("invariant: no holder panics").clone().ok_or(StoreError::Closed)?;
        jobs.send(Job { run, n_bytes, room }).map_err(|_| StoreError::Closed)?;
        drop(jobs);
        answered.await.unwrap_or_else(|_| Err(StoreError::Failed("a write panicked".to_owned()).into()))
    }

    /// Whether no write waits or runs: each holds its share of the room.
    pub(crate) fn is_idle(&self) -> bool {
        self.room.available_permits() == self.max_permits as usize
    }

    pub(crate) async fn stop(&self) -> Result<(), StoreError> {
        self.jobs.lock().expect("invariant: no holder panics").take();
        let stopped = self.stopped.lock().expect("invariant: no holder panics").take();
        match stopped {
            Some(stopped) => stopped.await.unwrap_or(Ok(())),
            None => Ok(()),
        }
    }
}

fn work(connection: Connection, queue: &Receiver<Job>) -> Result<(), StoreError> {
    let mut ids = KnownIds::default();
    while let Ok(first) = queue.recv() {
        let mut n_bytes = first.n_bytes;
        let mut group = vec![first];
        while n_bytes < MAX_GROUP_BYTES && group.len() < MAX_GROUP_JOBS {
            let Ok(job) = queue.try_recv() else { break };
            n_bytes += job.n_bytes;
            group.push(job);
        }
        commit_group(&connection, &mut ids, group);
        ids.trim();
    }
    connection.pragma_update(None, "wal_checkpoint", "TRUNCATE").ok();
    connection.close().map_err(|(_, error)| error.into())
}

/// Runs a group in one transaction, each job in a savepoint of its own, and answers all after the commit.
fn commit_group(connection: &Connection, ids: &mut KnownIds, group: Vec<Job>) {
    let mut answers = Vec::with_capacity(group.len());
    let mut rooms = Vec::with_capacity(group.len());
    let mut outcome = connection.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::from);
    for job in group {
        rooms.push(job.room);
        if let Err(error) = &outcome {
            answers.push((job.run)(Err(error.clone())).1);
            continue;
        }
        match run_job(connection, ids, job.run) {
            Ok(Some(answer)) => answers.push(answer),
            Ok(None) => {}
            Err(error) => outcome = Err(error),
        }
    }
    if outcome.is_ok() {
        outcome = connection.execute_batch("COMMIT").map_err(StoreError::from);
    }
    if let Err(error) = &outcome {
        tracing::error!(%error, "a group of writes could not be committed");
        ids.clear();
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
    answers.into_iter().for_each(|answer| answer(outcome.clone()));
}

fn run_job(connection: &Connection, ids: &mut KnownIds, run: Run) -> Result<Option<Answer>, StoreError> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let ran = catch_unwind(AssertUnwindSafe(|| run(Ok(&mut WriteTx::new(connection, ids)))));
    let stands = matches!(&ran, Ok((true, _)));
    if !stands {
        ids.clear();
        connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    match ran {
        Ok((_, answer)) => Ok(Some(answer)),
        Err(_) => {
            tracing::error!("a write panicked; it was undone and its request is answered with an error");
            Ok(None)
        }
    }
}
