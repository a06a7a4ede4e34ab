//! The journal: files in which a write waits that is acknowledged before its transaction.
//!
//! An entry is appended, the sender gets its answer, and the writer commits many entries at once. What the database holds of the
//! journal is a number, written in the same transaction as the entries up to it; at the start the entries above it are replayed.
//! Like a commit with `synchronous = NORMAL`, an entry survives the death of the process, not of the power.
//!
//! A segment is a file of entries, each `[u32 length][u32 CRC-32][u64 number]` little-endian and then the bytes. The last entry of a
//! segment may be torn by the death of the process: it was never acknowledged, and reading ends there. A segment of which all is
//! committed is written to from its beginning again: reading also ends where numbers stop to grow.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::StoreError;

/// A write that was acknowledged and then not committed, as it was appended.
#[derive(Debug)]
pub struct JournalEntry {
    pub(crate) number: u64,
    /// What was appended.
    pub bytes: Vec<u8>,
}

/// A segment that is longer than this is followed by a new one.
const SEGMENT_BYTES: u64 = 16 << 20;

/// A segment of which all is committed is begun anew once it is this long: its pages in the system's cache are used again.
const REUSE_BYTES: u64 = 1 << 20;

/// Bytes before those of an entry.
const HEAD_BYTES: usize = 16;

pub(crate) struct Journal {
    /// Path of the segments but for their number.
    stem: PathBuf,
    segments: Mutex<Segments>,
    /// Number of the newest entry.
    appended: AtomicU64,
    /// Number up to which entries are committed.
    applied: watch::Sender<u64>,
}

struct Segments {
    /// Entries of a former process that nobody replayed yet: nothing is appended behind them.
    unapplied: Vec<JournalEntry>,
    /// Full ones, oldest first, with the number of their last entry.
    full: VecDeque<(PathBuf, u64)>,
    /// The one that is appended to.
    open: Option<Segment>,
}

struct Segment {
    path: PathBuf,
    file: File,
    n_bytes: u64,
}

impl Journal {
    /// Opens the journal beside a database that has applied entries up to a number.
    pub(crate) fn open(database: &Path, applied: u64) -> io::Result<Self> {
        let mut stem = database.with_extension("").into_os_string();
        stem.push(".journal-");
        let stem = PathBuf::from(stem);
        let mut unapplied = Vec::new();
        let mut full = VecDeque::new();
        let mut newest = applied;
        for (_, path) in segments(&stem)? {
            let entries = entries(&path)?;
            // Of a segment without a whole entry nothing is needed.
            let last = entries.last().map_or(0, |entry| entry.number);
            newest = newest.max(last);
            unapplied.extend(entries.into_iter().filter(|entry| entry.number > applied));
            full.push_back((path, last));
        }
        let journal = Self {
            stem,
            segments: Mutex::new(Segments { unapplied, full, open: None }),
            appended: AtomicU64::new(newest),
            applied: watch::Sender::new(applied),
        };
        journal.lock().forget(applied);
        Ok(journal)
    }

    /// Returns what a former process left, oldest first, and from now on takes new entries.
    pub(crate) fn take_unapplied(&self) -> Vec<JournalEntry> {
        std::mem::take(&mut self.lock().unapplied)
    }

    /// Appends an entry and hands its number on, both before any other entry.
    pub(crate) fn append(
        &self,
        parts: [&[u8]; 2],
        then: impl FnOnce(u64) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let failed = |error: io::Error| StoreError::Io(error.to_string());
        let mut segments = self.lock();
        if !segments.unapplied.is_empty() {
            return Err(StoreError::Failed("the journal was not replayed".to_owned()));
        }
        let last = self.appended.load(Ordering::Relaxed);
        let number = last + 1;
        segments.turn(last);
        let segment = match &mut segments.open {
            Some(segment) => segment,
            None => segments.open.insert(Segment::create(&self.stem, number).map_err(failed)?),
        };
        segment.append(number, parts).map_err(failed)?;
        self.appended.store(number, Ordering::Release);
        then(number)
    }

    /// Whether entries of a former process wait to be replayed.
    pub(crate) fn is_behind(&self) -> bool {
        !self.lock().unapplied.is_empty()
    }

    /// Number of the newest entry.
    pub(crate) fn appended(&self) -> u64 {
        self.appended.load(Ordering::Acquire)
    }

    /// Listens to how far entries are committed.
    pub(crate) fn applied(&self) -> watch::Receiver<u64> {
        self.applied.subscribe()
    }

    /// Notes that entries up to a number are committed: they are needed no more.
    pub(crate) fn note_applied(&self, number: u64) {
        self.applied.send_replace(number);
        let mut segments = self.lock();
        segments.forget(number);
        let is_all = number == self.appended();
        if let Some(segment) = &mut segments.open
            && is_all
            && segment.n_bytes >= REUSE_BYTES
            && segment.begin_anew().is_err()
        {
            // What is in it is committed: a new one takes its place.
            segments.turn_now(number);
        }
    }

    /// Removes the files of a journal of which all is committed.
    pub(crate) fn close(&self) {
        let mut segments = self.lock();
        if *self.applied.borrow() == self.appended() && segments.unapplied.is_empty() {
            segments.turn_now(self.appended());
            segments.forget(self.appended());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Segments> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Segments {
    /// Ends the open segment if it is long.
    fn turn(&mut self, last: u64) {
        if self.open.as_ref().is_some_and(|segment| segment.n_bytes >= SEGMENT_BYTES) {
            self.turn_now(last);
        }
    }

    fn turn_now(&mut self, last: u64) {
        self.full.extend(self.open.take().map(|segment| (segment.path, last)));
    }

    /// Removes the segments of which all entries are committed.
    fn forget(&mut self, applied: u64) {
        while let Some((path, _)) = self.full.pop_front_if(|(_, last)| *last <= applied) {
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(%error, path = %path.display(), "a journal file could not be removed");
            }
        }
    }
}

impl Segment {
    fn create(stem: &Path, first: u64) -> io::Result<Self> {
        let mut path = stem.as_os_str().to_owned();
        path.push(format!("{first:020}"));
        let path = PathBuf::from(path);
        let file = File::create(&path)?;
        Ok(Self { path, file, n_bytes: 0 })
    }

    fn append(&mut self, number: u64, [head, body]: [&[u8]; 2]) -> io::Result<()> {
        let n_bytes = head.len() + body.len();
        let length = u32::try_from(n_bytes)
            .map_err(|_| io::Error::other("an entry is larger than the journal takes"))?;
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(head);
        checksum.update(body);
        let mut start = Vec::with_capacity(HEAD_BYTES + head.len());
        start.extend(length.to_le_bytes());
        start.extend(checksum.finalize().to_le_bytes());
        start.extend(number.to_le_bytes());
        start.extend(head);
        let written = self.file.write_all(&start).and_then(|()| self.file.write_all(body));
        match written {
            Ok(()) => {
                self.n_bytes += (HEAD_BYTES + n_bytes) as u64;
                Ok(())
            }
            Err(error) => {
                // Part of it may be there, and must not stand before the next.
                self.cut(self.n_bytes)?;
                Err(error)
            }
        }
    }

    /// Goes on at the beginning, over entries that are all committed: making the file shorter would throw away its pages only to ask
    /// for new ones. What is left of old entries behind the last one is either damaged by it or has the number of a committed one.
    fn begin_anew(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.n_bytes = 0;
        Ok(())
    }

    fn cut(&mut self, n_bytes: u64) -> io::Result<()> {
        self.file.set_len(n_bytes)?;
        self.file.seek(SeekFrom::Start(n_bytes))?;
        self.n_bytes = n_bytes;
        Ok(())
    }
}

/// Returns the segments that are there, by the number of their first entry.
fn segments(stem: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let folder = stem.parent().unwrap_or(Path::new("."));
    let prefix = stem.file_name().map(OsString::from).unwrap_or_default();
    let prefix = prefix.to_string_lossy();
    let mut segments = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(&*prefix)?.parse().ok());
        segments.extend(number.map(|number| (number, file.path())));
    }
    segments.sort_unstable();
    Ok(segments)
}

/// Reads the entries of a segment up to the first that is not whole, or is left of what was there before the segment began anew.
fn entries(path: &Path) -> io::Result<Vec<JournalEntry>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    let mut rest = bytes.as_slice();
    let mut entries: Vec<JournalEntry> = Vec::new();
    while let Some((entry, after)) = first_entry(rest)
        && entries.last().is_none_or(|last| last.number < entry.number)
    {
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}

fn first_entry(bytes: &[u8]) -> Option<(JournalEntry, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<HEAD_BYTES>()?;
    let number = |range: std::ops::Range<usize>| {
        head[range].iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let (body, rest) = rest.split_at_checked(usize::try_from(number(0..4)).ok()?)?;
    let is_whole = u64::from(crc32fast::hash(body)) == number(4..8);
    is_whole.then(|| (JournalEntry { number: number(8..16), bytes: body.to_vec() }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(entries: &[JournalEntry]) -> Vec<u64> {
        entries.iter().map(|entry| entry.number).collect()
    }

    fn append(journal: &Journal, body: &[u8]) -> u64 {
        let mut number = 0;
        let then = |appended| {
            number = appended;
            Ok(())
        };
        journal.append([b"head ", body], then).unwrap();
        number
    }

    #[test]
    fn what_was_not_applied_is_there_again_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("t.db");
        let journal = Journal::open(&database, 0).unwrap();
        for body in ["one", "two", "three"] {
            append(&journal, body.as_bytes());
        }
        journal.note_applied(1);
        drop(journal);
        let journal = Journal::open(&database, 1).unwrap();
        // Behind entries that nobody replayed nothing is appended: it would be applied before them.
        assert!(journal.append([b"", b"four"], |_| Ok(())).is_err());
        let unapplied = journal.take_unapplied();
        assert_eq!(numbers(&unapplied), [2, 3]);
        assert_eq!(unapplied[1].bytes, b"head three");
        assert_eq!(append(&journal, b"four"), 4);
        journal.note_applied(4);
        journal.close();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_entry_that_was_cut_off_ends_its_segment() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("t.db");
        let journal = Journal::open(&database, 0).unwrap();
        append(&journal, b"whole");
        append(&journal, b"torn");
        drop(journal);
        let (_, path) = segments(&folder.path().join("t.journal-")).unwrap().remove(0);
        let whole = fs::read(&path).unwrap();
        // Wherever the process died, the entry before is read, and the torn one is not.
        for n_bytes in whole.len() - HEAD_BYTES - b"head torn".len()..whole.len() {
            fs::write(&path, &whole[..n_bytes]).unwrap();
            assert_eq!(numbers(&entries(&path).unwrap()), [1], "cut at {n_bytes}");
        }
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        fs::write(&path, &flipped).unwrap();
        assert_eq!(numbers(&entries(&path).unwrap()), [1]);
    }

    #[test]
    fn segments_go_once_they_are_applied() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("t.db"), 0).unwrap();
        let body = vec![7; 6 << 20];
        (0..8).for_each(|_| {
            append(&journal, &body);
        });
        // Three entries make a segment full.
        let n_files = || fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(n_files(), 3);
        journal.note_applied(2);
        assert_eq!(n_files(), 3);
        journal.note_applied(6);
        assert_eq!(n_files(), 1);
        // All of the last is applied: it is begun anew, and holds nothing that is not.
        journal.note_applied(8);
        assert_eq!(n_files(), 1);
        let journal = Journal::open(&folder.path().join("t.db"), 8).unwrap();
        assert_eq!((journal.take_unapplied().len(), n_files()), (0, 0));
    }

    #[test]
    fn what_is_left_of_a_segment_that_began_anew_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("t.db");
        let large = vec![7; 1 << 20];
        // An old entry begins where the new one ends, or somewhere within it.
        for body in [large.as_slice(), b"short"] {
            let journal = Journal::open(&database, 0).unwrap();
            (0..3).for_each(|_| {
                append(&journal, &large);
            });
            journal.note_applied(3);
            assert_eq!(append(&journal, body), 4);
            drop(journal);
            let journal = Journal::open(&database, 3).unwrap();
            assert_eq!(numbers(&journal.take_unapplied()), [4]);
            assert_eq!(append(&journal, b"next"), 5);
            journal.note_applied(5);
            journal.close();
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
