//! What a connection is at: owing a request, waiting for its answer, or idle between two.

use std::time::Duration;

use tokio::time::Instant;

/// How long a connection may stay open between two requests. Exporters send every few seconds, those of metrics every minute.
const MAX_IDLE: Duration = Duration::from_secs(300);

/// What a connection is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The head of a request is awaited: the first one, or one of which bytes have come.
    Head(Instant),
    /// So many requests have no full answer yet.
    Busy(usize),
    /// All is answered, and nothing of a next request has come.
    Idle(Instant),
    /// It is to be closed in favour of another one.
    Closing,
}

impl Phase {
    pub(super) fn new() -> Self {
        Self::Head(Instant::now())
    }

    /// A request's head is complete.
    pub(super) fn begin(&mut self) {
        *self = match *self {
            Self::Busy(n_requests) => Self::Busy(n_requests + 1),
            _ => Self::Busy(1),
        };
    }

    /// An answer is complete, or given up.
    pub(super) fn end(&mut self) {
        *self = match *self {
            Self::Busy(n_requests) if n_requests > 1 => Self::Busy(n_requests - 1),
            _ => Self::Idle(Instant::now()),
        };
    }

    /// Bytes have come; tells whether that changes anything.
    pub(super) fn hear(&mut self) -> bool {
        let is_new = matches!(self, Self::Idle(_));
        if is_new {
            *self = Self::Head(Instant::now());
        }
        is_new
    }

    /// Asks for the end; tells whether that changes anything.
    pub(super) fn close(&mut self) -> bool {
        std::mem::replace(self, Self::Closing) != Self::Closing
    }

    /// Returns since when a request is awaited, if one is.
    pub(super) fn waiting_since(self) -> Option<Instant> {
        match self {
            Self::Head(since) | Self::Idle(since) => Some(since),
            Self::Busy(_) | Self::Closing => None,
        }
    }

    /// Returns when patience ends, if it does.
    pub(super) fn deadline(self, read_timeout: Duration) -> Option<Instant> {
        match self {
            Self::Head(since) => Some(since + read_timeout),
            Self::Idle(since) => Some(since + MAX_IDLE),
            Self::Busy(_) => None,
            Self::Closing => Some(Instant::now()),
        }
    }
}
