//! The writer's thread: groups of jobs in one transaction each, and what becomes of them when writes are hindered.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::pace::Pace;
use super::{Answer, Job, JournaledJob, Run};
use crate::checkpoint::Checkpointer;
use crate::connection::BUSY_TIMEOUT;
use crate::error::take_hindrance;
use crate::journal::Journal;
use crate::shared_block::SharedBlock;
use crate::state::{StoreState, explained};
use crate::tx::KnownIds;
use crate::{StoreError, WriteTx, migration};

/// A group commits when it has this many bytes, so that a burst of large writes does not delay the first answer much.
const MAX_GROUP_BYTES: usize = 8 << 20;

/// A group commits when it has this many jobs, for the same reason.
const MAX_GROUP_JOBS: usize = 256;

/// Takes the lock of the one writer at once, so that no later statement can fail for want of it.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// While writes are hindered, a statement waits this long for a lock of another program: what hinders is known already.
const HINDERED_BUSY_TIMEOUT: Duration = Duration::from_millis(100);

/// While writes are hindered and none comes, how often to look whether they still are.
const PROBE_INTERVAL: Duration = Duration::from_millis(500);

/// What the writer's thread has.
pub(super) struct Work {
    connection: Connection,
    path: PathBuf,
    ids: KnownIds,
    shared: RefCell<SharedBlock>,
    checkpointer: Checkpointer,
    journal: Arc<Journal>,
    pace: Arc<Pace>,
    state: watch::Sender<StoreState>,
    /// Acknowledged writes that could not be committed yet, oldest first: they come before any other.
    owed: VecDeque<JournaledJob>,
}

/// A group of which all is done but to answer.
#[derive(Default)]
struct Ended {
    answers: Vec<Answer>,
    /// Given back once the answers are sent.
    rooms: Vec<OwnedSemaphorePermit>,
    journaled: Vec<JournaledJob>,
}

/// What became of one job.
enum Ran {
    Stands,
    Undone,
}

impl Work {
    pub(super) fn new(
        connection: Connection,
        path: PathBuf,
        checkpointer: Checkpointer,
        journal: Arc<Journal>,
        pace: Arc<Pace>,
        state: watch::Sender<StoreState>,
    ) -> Self {
        let (ids, shared, owed) = (KnownIds::default(), RefCell::default(), VecDeque::new());
        Self { connection, path, ids, shared, checkpointer, journal, pace, state, owed }
    }

    pub(super) fn run(mut self, queue: &Receiver<Job>) -> Result<(), StoreError> {
        loop {
            let first = if self.is_ok() {
                queue.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                queue.recv_timeout(PROBE_INTERVAL)
            };
            match first {
                Ok(first) => {
                    if matches!(first, Job::Journaled(_)) && self.is_ok() {
                        self.pace.rest();
                    }
                    self.commit(Some(first), queue);
                }
                Err(RecvTimeoutError::Timeout) if !self.owed.is_empty() => self.commit(None, queue),
                Err(RecvTimeoutError::Timeout) => {
                    let hindrance = self.probe().err();
                    self.note(hindrance.as_ref());
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if !self.owed.is_empty() {
            // What then is still owed is replayed at the next start.
            self.commit(None, queue);
        }
        self.journal.close();
        self.checkpointer.stop(&self.connection);
        self.connection.close().map_err(|(_, error)| error.into())
    }

    fn is_ok(&self) -> bool {
        *self.state.borrow() == StoreState::Ok
    }

    /// Commits a group of what is owed and what waits, and answers.
    fn commit(&mut self, first: Option<Job>, queue: &Receiver<Job>) {
        let group = self.group(first, queue);
        let mut ended = Ended::default();
        let outcome = self.run_group(group, &mut ended);
        // One write may have met a full disk where the others of its group did not.
        let of_one = || take_hindrance().map(|error| explained(error, &self.path));
        let hindrance = outcome.clone().err().or_else(of_one);
        if outcome.is_ok() {
            if let Some(last) = ended.journaled.last() {
                self.journal.note_applied(last.number);
            }
            ended.journaled.drain(..).for_each(|mut job| job.write.committed());
        } else {
            ended.journaled.drain(..).rev().for_each(|job| self.owed.push_front(job));
        }
        // The state changes before the answers, so that whoever is refused can see why. What waits would meet the same, one after
        // the other, and is refused as well; what comes after the answers is tried.
        self.note(hindrance.as_ref());
        let waiting: Vec<Job> = hindrance.iter().flat_map(|_| queue.try_iter()).collect();
        ended.answers.into_iter().for_each(|answer| answer(outcome.clone()));
        if let Some(error) = hindrance {
            for job in waiting {
                match job {
                    Job::Answered { run, .. } => refuse(run, &error),
                    Job::Journaled(job) => self.owed.push_back(job),
                }
            }
        }
        drop(ended.rooms);
        self.ids.trim();
        self.checkpointer.after_commit(&self.connection);
    }

    /// Takes what is owed and then what waits, up to the bounds of a group.
    fn group(&mut self, first: Option<Job>, queue: &Receiver<Job>) -> Vec<Job> {
        // All that is owed: it is bounded, and nothing may come before it.
        let mut group: Vec<Job> = self.owed.drain(..).map(Job::Journaled).chain(first).collect();
        let mut n_bytes: usize = group.iter().map(Job::n_bytes).sum();
        while n_bytes < MAX_GROUP_BYTES
            && group.len() < MAX_GROUP_JOBS
            && let Ok(job) = queue.try_recv()
        {
            n_bytes += job.n_bytes();
            group.push(job);
        }
        group
    }

    /// Announces what hinders writes, or that nothing does any more.
    fn note(&self, hindrance: Option<&StoreError>) {
        match hindrance {
            None if self.is_ok() => {}
            None => {
                tracing::info!("the store takes writes again");
                let _ = self.connection.busy_timeout(BUSY_TIMEOUT);
                self.state.send_replace(StoreState::Ok);
            }
            Some(error) => {
                if self.is_ok() {
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
    fn run_group(&mut self, group: Vec<Job>, ended: &mut Ended) -> Result<(), StoreError> {
        take_hindrance();
        let mut outcome = execute(&self.connection, BEGIN).map_err(|error| self.cause(error));
        let mut is_first = true;
        let mut jobs = group.into_iter().peekable();
        while let Some(job) = jobs.next() {
            match job {
                Job::Answered { run, room, .. } => {
                    ended.rooms.push(room);
                    if let Err(error) = &outcome {
                        ended.answers.push(run(Err(error.clone())).1);
                        continue;
                    }
                    let (answer, goes_on) = self.run_answered(run, is_first);
                    ended.answers.extend(answer);
                    outcome = goes_on.map_err(|error| self.cause(error));
                }
                Job::Journaled(job) => {
                    let first = ended.journaled.len();
                    ended.journaled.push(job);
                    while let Some(Job::Journaled(job)) = jobs.next_if(|job| matches!(job, Job::Journaled(_)))
                    {
                        ended.journaled.push(job);
                    }
                    if outcome.is_ok() {
                        let run = &mut ended.journaled[first..];
                        outcome = self.run_journaled(run, is_first).map_err(|error| self.cause(error));
                    }
                }
            }
            is_first = false;
        }
        if outcome.is_ok() {
            let applied = ended.journaled.last().map(|job| job.number);
            outcome = self.finish(applied).map_err(|error| self.cause(error));
        }
        if let Err(error) = &outcome {
            tracing::error!(%error, "a group of writes could not be committed");
            self.ids.clear();
            self.shared.get_mut().clear();
            self.roll_back();
        }
        outcome
    }

    /// Commits, with how far the journal is applied then.
    fn finish(&mut self, applied: Option<u64>) -> Result<(), StoreError> {
        self.shared.get_mut().store(&self.connection)?;
        if let Some(number) = applied {
            let mut statement = self.connection.prepare_cached("UPDATE journal SET applied = ?1")?;
            statement.execute([number.cast_signed()])?;
        }
        execute(&self.connection, "COMMIT")
    }

    /// Returns what is behind an error: what hindered a statement first says more than what followed, such as a missing savepoint.
    fn cause(&self, error: StoreError) -> StoreError {
        explained(take_hindrance().unwrap_or(error), &self.path)
    }

    /// Runs a job that somebody waits for; returns its answer, if it did not panic, and whether the transaction goes on.
    fn run_answered(&mut self, run: Run, is_first: bool) -> (Option<Answer>, Result<(), StoreError>) {
        // It may be anything, and meets only what is stored.
        let stored = self.shared.get_mut().store(&self.connection);
        if let Err(error) = stored.and_then(|()| self.begin(is_first)) {
            return (Some(run(Err(error.clone())).1), Err(error));
        }
        let ran = catch_unwind(AssertUnwindSafe(|| run(Ok(&mut self.tx()))));
        let ended = match &ran {
            Ok((true, _)) => Ran::Stands,
            _ => Ran::Undone,
        };
        if ran.is_err() {
            tracing::error!("a write panicked; it was undone and its request is answered with an error");
        }
        let goes_on = self.end(ended, is_first);
        (ran.ok().map(|(_, answer)| answer), goes_on)
    }

    /// Runs jobs that are acknowledged already. One that is hindered ends the transaction, for none may be applied before it; one
    /// that fails by itself gives up, and the others go on.
    ///
    /// They are one unit first, since each savepoint costs a copy of each page that is changed after it, and hardly ever one fails.
    /// Then all are undone, and run again one by one.
    fn run_journaled(&mut self, jobs: &mut [JournaledJob], is_first: bool) -> Result<(), StoreError> {
        self.begin(is_first)?;
        let mut ran = Ok(());
        for job in &mut *jobs {
            self.shared.get_mut().store_if_full(&self.connection)?;
            ran = self.write_journaled(job)?;
            if ran.is_err() {
                break;
            }
        }
        if ran.is_ok() {
            return self.end(Ran::Stands, is_first);
        }
        self.end(Ran::Undone, is_first)?;
        for (index, job) in jobs.iter_mut().enumerate() {
            self.run_journaled_alone(job, is_first && index == 0)?;
        }
        Ok(())
    }

    fn run_journaled_alone(&mut self, job: &mut JournaledJob, is_first: bool) -> Result<(), StoreError> {
        self.shared.get_mut().store_if_full(&self.connection)?;
        self.begin(is_first)?;
        let Err(reason) = self.write_journaled(job)? else { return self.end(Ran::Stands, is_first) };
        tracing::error!(reason, "an acknowledged write failed; it is kept in the inbox of rejected requests");
        self.end(Ran::Undone, is_first)?;
        self.begin(is_first)?;
        let gave_up = catch_unwind(AssertUnwindSafe(|| job.write.give_up(&mut self.tx(), &reason)));
        gave_up.unwrap_or_else(|_| Err(StoreError::Failed("keeping a failed write panicked".to_owned())))?;
        self.end(Ran::Stands, is_first)
    }

    /// Fails with what hinders all writes; returns why this one failed by itself.
    fn write_journaled(&mut self, job: &mut JournaledJob) -> Result<Result<(), String>, StoreError> {
        match catch_unwind(AssertUnwindSafe(|| job.write.write(&mut self.tx()))) {
            Ok(Ok(())) => Ok(Ok(())),
            Ok(Err(error)) => {
                let hindrance = take_hindrance().or_else(|| error.is_temporary().then(|| error.clone()));
                hindrance.map_or_else(|| Ok(Err(error.to_string())), Err)
            }
            Err(_) => Ok(Err("storing it panicked".to_owned())),
        }
    }

    fn tx(&mut self) -> WriteTx<'_> {
        WriteTx::new(&self.connection, &mut self.ids, &self.shared)
    }

    /// Begins a job, or some that are undone together. The first of a group needs no savepoint: before it there is nothing to keep.
    fn begin(&mut self, is_first: bool) -> Result<(), StoreError> {
        self.shared.get_mut().begin_job();
        if is_first { Ok(()) } else { execute(&self.connection, "SAVEPOINT job") }
    }

    /// Ends a job; fails if the transaction is gone with it.
    fn end(&mut self, ran: Ran, is_first: bool) -> Result<(), StoreError> {
        if matches!(ran, Ran::Undone) {
            self.ids.clear();
            self.shared.get_mut().undo_job();
        }
        let connection = &self.connection;
        // A full disk makes SQLite undo the whole transaction, savepoints included: then this fails, and nothing of the group stands.
        match (is_first, ran) {
            (true, Ran::Stands) if connection.is_autocommit() => {
                Err(StoreError::Failed("the transaction was undone".to_owned()))
            }
            (true, Ran::Stands) => Ok(()),
            (true, Ran::Undone) => execute(connection, "ROLLBACK").and_then(|()| execute(connection, BEGIN)),
            (false, Ran::Stands) => execute(connection, "RELEASE job"),
            (false, Ran::Undone) => {
                execute(connection, "ROLLBACK TO job").and_then(|()| execute(connection, "RELEASE job"))
            }
        }
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn refuse(run: Run, error: &StoreError) {
    let (_, answer) = run(Err(error.clone()));
    answer(Err(error.clone()));
}
