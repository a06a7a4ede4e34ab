//! The one writer: a thread that commits what is queued in groups, and a queue bounded by bytes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::time::timeout;

use crate::checkpoint::Checkpointer;
use crate::connection::BUSY_TIMEOUT;
use crate::error::take_hindrance;
use crate::state::{StoreState, explained};
use crate::tx::KnownIds;
use crate::{StoreError, WriteTx, migration};

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

/// Takes the lock of the one writer at once, so that no later statement can fail for want of it.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// How long a write waits for room in the queue before its sender is told to come back. With [`BUSY_TIMEOUT`] this stays below the
/// ten seconds that exporters wait for an answer.
const MAX_WAIT_FOR_ROOM: Duration = Duration::from_secs(3);

/// While writes are hindered, a statement waits this long for a lock of another program: what hinders is known already.
const HINDERED_BUSY_TIMEOUT: Duration = Duration::from_millis(100);

/// While writes are hindered and none comes, how often to look whether they still are.
const PROBE_INTERVAL: Duration = Duration::from_millis(500);

pub(crate) struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    room: Arc<Semaphore>,
    max_permits: u32,
    stopped: Mutex<Option<oneshot::Receiver<Result<(), StoreError>>>>,
    state: watch::Receiver<StoreState>,
}

impl Writer {
    pub(crate) fn start(
        mut connection: Connection,
        path: PathBuf,
        max_queue_bytes: usize,
    ) -> Result<Self, StoreError> {
        let checkpointer = Checkpointer::start(&mut connection, &path)?;
        let max_permits = u32::try_from((max_queue_bytes / BYTES_PER_PERMIT).max(1)).unwrap_or(u32::MAX >> 4);
        // Unbounded in jobs, bounded in bytes: each job holds its share of `room`.
        let (jobs, queue) = unbounded();
        let (stop, stopped) = oneshot::channel();
        let (state, states) = watch::channel(StoreState::Ok);
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                let work = Work { connection, path, ids: KnownIds::default(), checkpointer, state };
                let _ = stop.send(work.run(&queue));
            })
            .map_err(|error| StoreError::Failed(error.to_string()))?;
        let room = Arc::new(Semaphore::new(max_permits as usize));
        let (jobs, stopped) = (Mutex::new(Some(jobs)), Mutex::new(Some(stopped)));
        Ok(Self { jobs, room, max_permits, stopped, state: states })
    }

    pub(crate) fn states(&self) -> watch::Receiver<StoreState> {
        self.state.clone()
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
        let room = timeout(MAX_WAIT_FOR_ROOM, Arc::clone(&self.room).acquire_many_owned(n_permits))
            .await
            .map_err(|_| StoreError::Overloaded)?
            .map_err(|_| StoreError::Closed)?;
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

/// A group of which all is done but to answer.
struct Ended {
    answers: Vec<Answer>,
    /// Given back once the answers are sent.
    rooms: Vec<OwnedSemaphorePermit>,
    outcome: Result<(), StoreError>,
    /// What hinders writes, if something does.
    hindrance: Option<StoreError>,
}

/// What the writer's thread has.
struct Work {
    connection: Connection,
    path: PathBuf,
    ids: KnownIds,
    checkpointer: Checkpointer,
    state: watch::Sender<StoreState>,
}

impl Work {
    fn run(mut self, queue: &Receiver<Job>) -> Result<(), StoreError> {
        loop {
            let first = if *self.state.borrow() == StoreState::Ok {
                queue.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                queue.recv_timeout(PROBE_INTERVAL)
            };
            let Ended { answers, rooms, outcome, hindrance } = match first {
                Ok(first) => self.commit_group(group(first, queue)),
                Err(RecvTimeoutError::Timeout) => {
                    let hindrance = self.probe().err();
                    Ended { answers: Vec::new(), rooms: Vec::new(), outcome: Ok(()), hindrance }
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            // The state changes before the answers, so that whoever is refused can see why. What waits would meet the same, one after
            // the other, and is refused as well; what comes after the answers is tried.
            self.note(hindrance.as_ref());
            let waiting: Vec<Job> = hindrance.iter().flat_map(|_| queue.try_iter()).collect();
            answers.into_iter().for_each(|answer| answer(outcome.clone()));
            if let Some(error) = hindrance {
                waiting.into_iter().for_each(|job| refuse(job, &error));
            }
            drop(rooms);
            self.ids.trim();
            self.checkpointer.after_commit(&self.connection);
        }
        self.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE").ok();
        self.connection.close().map_err(|(_, error)| error.into())
    }

    /// Announces what hinders writes, or that nothing does any more.
    fn note(&self, hindrance: Option<&StoreError>) {
        let was_ok = *self.state.borrow() == StoreState::Ok;
        match hindrance {
            None if was_ok => {}
            None => {
                tracing::info!("the store takes writes again");
                let _ = self.connection.busy_timeout(BUSY_TIMEOUT);
                self.state.send_replace(StoreState::Ok);
            }
            Some(error) => {
                if was_ok {
                    tracing::error!(%error, "the store takes no writes for now");
                    let _ = self.connection.busy_timeout(HINDERED_BUSY_TIMEOUT);
                }
                self.state.send_if_modified(|state| {
                    let next = state.after(error);
                    std::mem::replace(state, next.clone()) != next
                });
            }
        }
    }

    /// Writes what is there already, to see whether writing works.
    fn probe(&mut self) -> Result<(), StoreError> {
        let write = || -> Result<(), StoreError> {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            self.connection.pragma_update(None, "user_version", migration::FORMAT)?;
            Ok(self.connection.execute_batch("COMMIT")?)
        };
        let outcome = write();
        self.roll_back();
        take_hindrance();
        outcome.map_err(|error| explained(error, &self.path))
    }

    fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    /// Runs a group in one transaction; a job that fails is undone alone.
    fn commit_group(&mut self, group: Vec<Job>) -> Ended {
        let mut answers = Vec::with_capacity(group.len());
        let mut rooms = Vec::with_capacity(group.len());
        take_hindrance();
        let begun = execute(&self.connection, BEGIN);
        let mut outcome = begun.map_err(|error| self.cause(error));
        for (index, job) in group.into_iter().enumerate() {
            rooms.push(job.room);
            if let Err(error) = &outcome {
                answers.push((job.run)(Err(error.clone())).1);
                continue;
            }
            let (answer, goes_on) = self.run_job(job.run, index == 0);
            answers.extend(answer);
            outcome = goes_on.map_err(|error| self.cause(error));
        }
        if outcome.is_ok() {
            let committed = execute(&self.connection, "COMMIT");
            outcome = committed.map_err(|error| self.cause(error));
        }
        if let Err(error) = &outcome {
            tracing::error!(%error, "a group of writes could not be committed");
            self.ids.clear();
            self.roll_back();
        }
        // One write may have met a full disk where the others of its group did not.
        let of_one = || take_hindrance().map(|error| explained(error, &self.path));
        let hindrance = outcome.clone().err().or_else(of_one);
        Ended { answers, rooms, outcome, hindrance }
    }

    /// Returns what is behind an error: what hindered a statement first says more than what followed, such as a missing savepoint.
    fn cause(&self, error: StoreError) -> StoreError {
        explained(take_hindrance().unwrap_or(error), &self.path)
    }

    /// Runs a job; returns its answer, if it did not panic, and whether the transaction goes on.
    ///
    /// The first of a group needs no savepoint, which costs a copy of each page that it changes: before it there is nothing to keep.
    fn run_job(&mut self, run: Run, is_first: bool) -> (Option<Answer>, Result<(), StoreError>) {
        let Self { connection, ids, .. } = self;
        if !is_first && let Err(error) = execute(connection, "SAVEPOINT job") {
            return (Some(run(Err(error.clone())).1), Err(error));
        }
        let ran = catch_unwind(AssertUnwindSafe(|| run(Ok(&mut WriteTx::new(connection, ids)))));
        let stands = matches!(&ran, Ok((true, _)));
        if !stands {
            ids.clear();
        }
        // A full disk makes SQLite undo the whole transaction, savepoints included: then this fails, and nothing of the group stands.
        let ended = match (is_first, stands) {
            (true, true) if connection.is_autocommit() => {
                Err(StoreError::Failed("the transaction was undone".to_owned()))
            }
            (true, true) => Ok(()),
            (true, false) => execute(connection, "ROLLBACK").and_then(|()| execute(connection, BEGIN)),
            (false, true) => execute(connection, "RELEASE job"),
            (false, false) => {
                execute(connection, "ROLLBACK TO job").and_then(|()| execute(connection, "RELEASE job"))
            }
        };
        if ran.is_err() {
            tracing::error!("a write panicked; it was undone and its request is answered with an error");
        }
        (ran.ok().map(|(_, answer)| answer), ended)
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Takes what waits behind a job, up to the bounds of a group.
fn group(first: Job, queue: &Receiver<Job>) -> Vec<Job> {
    let mut n_bytes = first.n_bytes;
    let mut group = vec![first];
    while n_bytes < MAX_GROUP_BYTES && group.len() < MAX_GROUP_JOBS {
        let Ok(job) = queue.try_recv() else { break };
        n_bytes += job.n_bytes;
        group.push(job);
    }
    group
}

fn refuse(job: Job, error: &StoreError) {
    let (_, answer) = (job.run)(Err(error.clone()));
    answer(Err(error.clone()));
}
