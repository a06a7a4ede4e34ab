//! The table at the end: each figure beside the other server's, with the ratio.

use std::time::Duration;

use crate::load::Rate;
use crate::painted::WindowFigures;
use crate::statistics::quantile;
use crate::subject::Memory;

/// What was measured of one server.
pub struct Figures {
    /// Start to ready, one entry for each start.
    pub starts: Vec<Duration>,
    /// Memory after the last start.
    pub idle: Memory,
    /// Memory after all loads.
    pub loaded: Memory,
    /// One for each shape of request.
    pub rates: Vec<Rate>,
}

/// Everything that was measured.
pub struct Report {
    servers: Vec<(&'static str, Figures)>,
    /// The desktop app, if it was measured.
    pub window: Option<WindowFigures>,
}

impl Report {
    /// Makes an empty report.
    pub fn new() -> Self {
        Self { servers: Vec::new(), window: None }
    }

    /// Adds a server; the first one is compared with the others.
    pub fn add(&mut self, name: &'static str, figures: Figures) {
        self.servers.push((name, figures));
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("\n{}\n", machine());
        let mut head = format!("{:<34}", "");
        for (name, _) in &self.servers {
            head += &format!("{name:>16}");
        }
        println!("{head}{:>10}", if self.servers.len() > 1 { "ratio" } else { "" });
        self.row("start → ready (median)", |f| median(&f.starts).as_secs_f64() * 1e3, "ms", true);
        let n_rates = self.servers.iter().map(|(_, figures)| figures.rates.len()).min().unwrap_or(0);
        for index in 0..n_rates {
            let n_spans = self.servers.first().map_or(0, |(_, figures)| figures.rates[index].n_spans_each);
            let kilobytes =
                self.servers.first().map_or(0, |(_, figures)| figures.rates[index].body_bytes) / 1024;
            let name = format!("ingest, {n_spans} spans ({kilobytes} kB)");
            self.row(&name, |f| f.rates[index].spans_per_second, "spans/s", false);
            self.row(
                "  until acknowledged, median",
                |f| f.rates[index].median.as_secs_f64() * 1e3,
                "ms",
                true,
            );
            self.row("  until acknowledged, p99", |f| f.rates[index].p99.as_secs_f64() * 1e3, "ms", true);
        }
        self.row("memory idle, PSS", |f| megabytes(f.idle.pss), "MB", true);
        self.row("memory idle, RSS", |f| megabytes(f.idle.rss), "MB", true);
        self.row("memory after ingest, PSS", |f| megabytes(f.loaded.pss), "MB", true);
        self.row("memory after ingest, RSS", |f| megabytes(f.loaded.rss), "MB", true);
        if let Some(window) = &self.window {
            println!("\nwindow (traceloupe-desktop)");
            println!("{:<34}{}", "start → ready", spread(&window.ready));
            println!("{:<34}{}", "start → page painted", spread(&window.painted));
            println!("{:<34}{:>12.0} MB", "memory idle with web view, PSS", megabytes(window.idle.pss));
        }
    }

    /// One row; the ratio says how many times better the first server is.
    fn row(&self, name: &str, value: impl Fn(&Figures) -> f64, unit: &str, is_less_better: bool) {
        let values: Vec<f64> = self.servers.iter().map(|(_, figures)| value(figures)).collect();
        let mut line = format!("{name:<34}");
        for value in &values {
            line += &format!("{:>16}", format!("{} {unit}", two_digits(*value)));
        }
        if let [ours, theirs, ..] = values[..] {
            let ratio = if is_less_better { theirs / ours } else { ours / theirs };
            line += &format!("{:>10}", format!("{} ×", two_digits(ratio)));
        }
        println!("{line}");
    }
}

/// At least two digits that mean something.
fn two_digits(value: f64) -> String {
    let digits = if value < 10.0 { 1 } else { 0 };
    format!("{value:.digits$}")
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    quantile(&sorted, 0.5).unwrap_or_default()
}

/// Median, and the quickest and slowest.
fn spread(times: &[Duration]) -> String {
    let milliseconds = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
    format!(
        "{:>12.0} ms   ({:.0}–{:.0}, {} starts)",
        median(times).as_secs_f64() * 1e3,
        milliseconds(times.iter().min()),
        milliseconds(times.iter().max()),
        times.len()
    )
}

#[expect(clippy::cast_precision_loss, reason = "megabytes with no digit after the point")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Figures mean little without the machine and how busy it was.
fn machine() -> String {
    let n_cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    format!("{n_cores} cores, {}, load average now {}", std::env::consts::ARCH, load.join(" "))
}
