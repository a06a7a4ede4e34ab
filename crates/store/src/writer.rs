//! The one writer: a thread that commits what is queued in groups, and a queue bounded by bytes.

mod pace;
mod work;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::time::timeout;

use crate::checkpoint::Checkpointer;
use crate::connection::Synchronous;
use crate::journal::{Journal, JournalEntry};
use crate::state::StoreState;
use crate::{StoreError, WriteTx};
use pace::Pace;
use work::Work;

/// What a job leaves behind: told whether the commit went well, it answers its caller.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Runs in the transaction, or learns why there is none; tells whether its own writes stand.
type Run = Box<dyn FnOnce(Result<&mut WriteTx<'_>, StoreError>) -> (bool, Answer) + Send>;

/// A write that is acknowledged as soon as it is in the journal, and so is tried until it succeeds.
pub trait JournaledWrite: Send + 'static {
    /// Writes. Called again when the transaction was undone over something else, or by a later process.
    fn write(&mut self, tx: &mut WriteTx<'_>) -> Result<(), StoreError>;

    /// Called in place of a write that fails for a reason of its own: keeps what was acknowledged where somebody finds it.
    fn give_up(&mut self, tx: &mut WriteTx<'_>, reason: &str) -> Result<(), StoreError>;

    /// Called after the commit.
    fn committed(&mut self);
}

/// Where the journal has a write.
pub enum Journaled<'a> {
    /// Nowhere yet: it is appended as the one and then the other.
    New(&'a [u8], &'a [u8]),
    /// It is an entry of a former process.
    Entry(&'a JournalEntry),
}

enum Job {
    /// Somebody waits for the commit.
    Answered { run: Run, n_bytes: usize, room: OwnedSemaphorePermit },
    /// It is in the journal.
    Journaled(JournaledJob),
}

struct JournaledJob {
    number: u64,
    write: Box<dyn JournaledWrite>,
    n_bytes: usize,
    /// Held until the job is done: this is what bounds the queue.
    _room: OwnedSemaphorePermit,
    _ahead: Option<OwnedSemaphorePermit>,
}

impl Job {
    fn n_bytes(&self) -> usize {
        match self {
            Self::Answered { n_bytes, .. } | Self::Journaled(JournaledJob { n_bytes, .. }) => *n_bytes,
        }
    }
}

/// Permits for writes that may be acknowledged and not committed, 8 MB: what a read waits for, and what the next start replays.
const AHEAD_PERMITS: u32 = 8 * 1024;

/// The semaphore counts in these units, for it counts to 2^29 at least and bytes may be more.
const BYTES_PER_PERMIT: usize = 1024;

/// How long a write waits for room in the queue before its sender is told to come back. With the time that a statement waits for
/// a lock this stays below the ten seconds that exporters wait for an answer.
const MAX_WAIT_FOR_ROOM: Duration = Duration::from_secs(3);

pub(crate) struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    room: Arc<Semaphore>,
    max_permits: u32,
    /// Room for writes that are acknowledged before their commit; none where a commit must survive the power.
    ahead: Option<Arc<Semaphore>>,
    journal: Arc<Journal>,
    pace: Arc<Pace>,
    stopped: Mutex<Option<oneshot::Receiver<Result<(), StoreError>>>>,
    state: watch::Receiver<StoreState>,
}

impl Writer {
    pub(crate) fn start(
        mut connection: Connection,
        path: PathBuf,
        max_queue_bytes: usize,
        synchronous: Synchronous,
    ) -> Result<Self, StoreError> {
        let checkpointer = Checkpointer::start(&mut connection, &path)?;
        let applied: i64 = connection.query_row("SELECT applied FROM journal", [], |row| row.get(0))?;
        let journal = Journal::open(&path, applied.cast_unsigned())
            .map_err(|error| StoreError::Io(format!("the journal cannot be read: {error}")))?;
        let journal = Arc::new(journal);
        let max_permits = permits(max_queue_bytes, u32::MAX >> 4);
        // Unbounded in jobs, bounded in bytes: each job holds its share of `room`.
        let (jobs, queue) = unbounded();
        let (stop, stopped) = oneshot::channel();
        let (state, states) = watch::channel(StoreState::Ok);
        let pace = Arc::new(Pace::default());
        let work = Work::new(connection, path, checkpointer, Arc::clone(&journal), Arc::clone(&pace), state);
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                let _ = stop.send(work.run(&queue));
            })
            .map_err(|error| StoreError::Failed(error.to_string()))?;
        let room = Arc::new(Semaphore::new(max_permits as usize));
        let ahead =
            (synchronous == Synchronous::Normal).then(|| Arc::new(Semaphore::new(AHEAD_PERMITS as usize)));
        let (jobs, stopped) = (Mutex::new(Some(jobs)), Mutex::new(Some(stopped)));
        Ok(Self { jobs, room, max_permits, ahead, journal, pace, stopped, state: states })
    }

    pub(crate) fn states(&self) -> watch::Receiver<StoreState> {
        self.state.clone()
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(crate) async fn run<T, E, F>(&self, n_bytes: usize, write: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let room = self.room(n_bytes).await?;
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
        self.send(Job::Answered { run, n_bytes, room })?;
        self.pace.hurry();
        answered.await.unwrap_or_else(|_| Err(StoreError::Failed("a write panicked".to_owned()).into()))
    }

    /// Answers once the write is in the journal or committed, whichever comes first.
    pub(crate) async fn run_journaled(
        &self,
        n_bytes: usize,
        journaled: Journaled<'_>,
        mut write: Box<dyn JournaledWrite>,
    ) -> Result<(), StoreError> {
        let entry = match journaled {
            Journaled::Entry(entry) => {
                let (number, room) = (entry.number, self.room(n_bytes).await?);
                return self.send(Job::Journaled(JournaledJob {
                    number,
                    write,
                    n_bytes,
                    _room: room,
                    _ahead: None,
                }));
            }
            Journaled::New(head, body) => [head, body],
        };
        if let Some(ahead) = self.ahead(n_bytes).await {
            let room = self.room(n_bytes).await?;
            let mut waiting = Some(write);
            let appended = self.journal.append(entry, |number| {
                let Some(write) = waiting.take() else { return Err(StoreError::Closed) };
                self.send(Job::Journaled(JournaledJob {
                    number,
                    write,
                    n_bytes,
                    _room: room,
                    _ahead: Some(ahead),
                }))
            });
            match (appended, waiting) {
                (Err(error), Some(back)) => {
                    // A full disk, most likely: the database tells, to the sender and to the user.
                    tracing::debug!(%error, "the journal takes no entry");
                    write = back;
                }
                (appended, _) => return appended,
            }
        }
        let mut write = self.run(n_bytes, move |tx| write.write(tx).map(|()| write)).await?;
        write.committed();
        Ok(())
    }

    /// Room in the queue; waits for it, but not for ever.
    async fn room(&self, n_bytes: usize) -> Result<OwnedSemaphorePermit, StoreError> {
        // A write larger than the whole queue takes all of it rather than waiting for ever.
        let n_permits = permits(n_bytes, self.max_permits);
        if self.room.available_permits() < n_permits as usize {
            self.pace.hurry();
        }
        let room = Arc::clone(&self.room).acquire_many_owned(n_permits);
        timeout(MAX_WAIT_FOR_ROOM, room)
            .await
            .map_err(|_| StoreError::Overloaded)?
            .map_err(|_| StoreError::Closed)
    }

    /// Room for a write that is acknowledged before its commit; none while writes are hindered: then an acknowledgement would
    /// promise what nobody knows.
    async fn ahead(&self, n_bytes: usize) -> Option<OwnedSemaphorePermit> {
        let ahead = Arc::clone(self.ahead.as_ref()?);
        let mut states = self.states();
        // As above: one that is larger than all that may be ahead takes all of it.
        let n_permits = permits(n_bytes, AHEAD_PERMITS);
        if ahead.available_permits() < (AHEAD_PERMITS / 2).max(n_permits) as usize {
            self.pace.hurry();
        }
        tokio::select! {
            biased;
            _ = states.wait_for(|state| *state != StoreState::Ok) => None,
            room = ahead.acquire_many_owned(n_permits) => room.ok(),
        }
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let jobs = self.jobs.lock().expect("invariant: no holder panics");
        jobs.as_ref().ok_or(StoreError::Closed)?.send(job).map_err(|_| StoreError::Closed)
    }

    /// Whether no write waits or runs: each holds its share of the room.
    pub(crate) fn is_idle(&self) -> bool {
        self.room.available_permits() == self.max_permits as usize
    }

    /// Waits until what is acknowledged now is committed, unless writes are hindered or the server is only starting.
    pub(crate) async fn catch_up(&self) {
        let appended = self.journal.appended();
        let mut applied = self.journal.applied();
        if *applied.borrow() >= appended || self.journal.is_behind() {
            return;
        }
        let mut states = self.states();
        self.pace.hurry();
        tokio::select! {
            _ = applied.wait_for(|applied| *applied >= appended) => {}
            // The sender going away means that nothing more will be applied.
            _ = states.wait_for(|state| *state != StoreState::Ok) => {}
        }
    }

    pub(crate) async fn stop(&self) -> Result<(), StoreError> {
        self.jobs.lock().expect("invariant: no holder panics").take();
        self.pace.hurry();
        let stopped = self.stopped.lock().expect("invariant: no holder panics").take();
        match stopped {
            Some(stopped) => stopped.await.unwrap_or(Ok(())),
            None => Ok(()),
        }
    }
}

/// Returns the permits that some bytes take, one at least.
fn permits(n_bytes: usize, max: u32) -> u32 {
    u32::try_from(n_bytes / BYTES_PER_PERMIT + 1).unwrap_or(u32::MAX).min(max)
}
