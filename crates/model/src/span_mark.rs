//! Moments on a span's bar: its events and log records, and when the first token came.

use crate::UnixNanos;

/// What happened at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// A span event.
    Event,
    /// A span event that records an exception.
    Exception,
    /// A log record.
    Log,
    /// A log record of severity error or above.
    ErrorLog,
    /// The first token of an answer of a model.
    FirstToken,
}

impl MarkKind {
    /// All kinds, each at the place of its number.
    const ALL: [Self; 5] = [Self::Event, Self::Exception, Self::Log, Self::ErrorLog, Self::FirstToken];

    /// Returns its number in stored and sent bytes.
    pub fn number(self) -> u8 {
        match self {
            Self::Event => 0,
            Self::Exception => 1,
            Self::Log => 2,
            Self::ErrorLog => 3,
            Self::FirstToken => 4,
        }
    }

    /// Returns the kind of a number; a number of the future is an event.
    pub fn of(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Event)
    }

    /// Whether it must stay when there are too many marks: it is not one of many alike.
    pub fn is_salient(self) -> bool {
        matches!(self, Self::Exception | Self::ErrorLog | Self::FirstToken)
    }
}

/// A moment of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanMark {
    /// When.
    pub time: UnixNanos,
    /// What.
    pub kind: MarkKind,
}

/// Most marks that are kept of one span: more would be one stripe on any screen.
pub const MAX_MARKS: usize = 64;

/// Sorts marks by time, drops repetitions, and thins them out to [`MAX_MARKS`]: salient ones stay before others, and of each
/// the rest is spread evenly over their number.
pub fn thin_out(marks: &mut Vec<SpanMark>) {
    marks.sort_unstable();
    marks.dedup();
    if marks.len() <= MAX_MARKS {
        return;
    }
    let (salient, plain): (Vec<SpanMark>, Vec<SpanMark>) =
        marks.iter().partition(|mark| mark.kind.is_salient());
    let salient = spread(&salient, MAX_MARKS);
    let plain = spread(&plain, MAX_MARKS - salient.len());
    *marks = salient.into_iter().chain(plain).collect();
    marks.sort_unstable();
}

/// Returns at most `most` of some marks, the first and the last among them.
fn spread(marks: &[SpanMark], most: usize) -> Vec<SpanMark> {
    if marks.len() <= most {
        return marks.to_vec();
    }
    let last = marks.len() - 1;
    (0..most).map(|place| marks[if most == 1 { 0 } else { place * last / (most - 1) }]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(time: i64, kind: MarkKind) -> SpanMark {
        SpanMark { time: UnixNanos(time), kind }
    }

    #[test]
    fn numbers_and_kinds_belong_together() {
        for kind in MarkKind::ALL {
            assert_eq!(MarkKind::of(kind.number()), kind);
        }
        assert_eq!(MarkKind::of(200), MarkKind::Event);
    }

    #[test]
    fn as_many_as_allowed_all_stay() {
        let mut marks: Vec<_> = (0..64).rev().map(|time| mark(time, MarkKind::Event)).collect();
        marks.push(mark(3, MarkKind::Event));
        thin_out(&mut marks);
        assert_eq!(marks, (0..64).map(|time| mark(time, MarkKind::Event)).collect::<Vec<_>>());
    }

    #[test]
    fn of_one_more_the_first_the_last_and_what_is_no_chunk_stay() {
        let mut marks: Vec<_> = (0..1000).map(|time| mark(time, MarkKind::Event)).collect();
        marks.push(mark(417, MarkKind::FirstToken));
        marks.push(mark(990, MarkKind::Exception));
        thin_out(&mut marks);
        assert_eq!(marks.len(), MAX_MARKS);
        assert_eq!((marks[0], marks[63]), (mark(0, MarkKind::Event), mark(999, MarkKind::Event)));
        assert!(marks.contains(&mark(417, MarkKind::FirstToken)));
        assert!(marks.contains(&mark(990, MarkKind::Exception)));
        assert!(marks.is_sorted());
    }
}
