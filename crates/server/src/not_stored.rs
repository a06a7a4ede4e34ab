//! Counts of what is taken so that its SDK is not in error, and not kept.

use std::sync::atomic::{AtomicU64, Ordering};

use proto::ui;

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct NotStored {
    n_metric_requests: AtomicU64,
    n_metric_points: AtomicU64,
    n_logs_without_trace: AtomicU64,
}

impl NotStored {
    /// Counts a request with metrics.
    pub(crate) fn add_metrics(&self, n_points: usize) {
        self.n_metric_requests.fetch_add(1, Ordering::Relaxed);
        self.n_metric_points.fetch_add(n_points as u64, Ordering::Relaxed);
    }

    /// Counts log records that belong to no trace.
    pub(crate) fn add_logs_without_trace(&self, n: usize) {
        self.n_logs_without_trace.fetch_add(n as u64, Ordering::Relaxed);
    }

    /// Returns the counts as the UI API tells them.
    pub(crate) fn message(&self) -> ui::NotStored {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        ui::NotStored {
            n_metric_requests: read(&self.n_metric_requests),
            n_metric_points: read(&self.n_metric_points),
            n_logs_without_trace: read(&self.n_logs_without_trace),
        }
    }
}
