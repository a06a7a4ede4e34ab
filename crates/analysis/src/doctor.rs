//! What is wrong with a trace, what that means for what is shown, and how its sender fixes it.
//!
//! Asks the narrow rows of the whole trace first; the bodies of spans are asked one at a time, as many as the caller reads.

mod deprecated;

use std::collections::BTreeMap;

use model::{AnyValue, Attribute, LogRecord, RowFlags, Span, SpanId, SpanTable};

use crate::prices::Prices;
use crate::semconv;

/// Most spans that a finding lists; it counts all of them.
pub const MAX_SPAN_IDS: usize = 100;

/// Code of the finding that tells deprecated names.
const DEPRECATED: &str = "deprecated_attribute";

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The trace is shown otherwise than it was sent.
    Error,
    /// Something is missing or wrong in what was sent.
    Warning,
    /// Worth knowing.
    Info,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What a program may branch on.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// For a heading.
    pub title: String,
    /// What it means for what is shown.
    pub meaning: String,
    /// How to fix it at the sender.
    pub fix: String,
    /// The first [`MAX_SPAN_IDS`] spans that it is about.
    pub span_ids: Vec<SpanId>,
    /// How many spans it is about.
    pub n_spans: u64,
}

/// What is known of a kind of finding, whichever spans it is about.
struct Kind {
    severity: Severity,
    code: &'static str,
    title: String,
    meaning: String,
    fix: String,
}

impl Kind {
    fn new(severity: Severity, code: &'static str, title: &str, meaning: &str, fix: &str) -> Self {
        Self { severity, code, title: title.to_owned(), meaning: meaning.to_owned(), fix: fix.to_owned() }
    }
}

/// Collects findings.
#[derive(Debug, Default)]
pub struct Doctor {
    /// By severity, code and title, which is the order in which they are told.
    findings: BTreeMap<(Severity, &'static str, String), Finding>,
    /// Deprecated names that were met, with the new ones: one finding tells them all.
    renamed: BTreeMap<String, &'static str>,
}

impl Doctor {
    /// Looks at the rows of a whole trace.
    pub fn look_at_rows(&mut self, table: &SpanTable) {
        for (row, &parent) in table.rows.iter().zip(&table.parent) {
            let id = row.span_id;
            if row.flags.has(RowFlags::CYCLE_CUT) {
                self.add(id, cycle());
            }
            if row.flags.has(RowFlags::ORPHAN) {
                self.add(id, orphan());
            }
            if row.flags.has(RowFlags::NOT_ENDED) {
                self.add(id, never_ended());
            }
            let service = table.strings.get(row.service);
            if service.is_empty() || service == "unknown_service" || service.starts_with("unknown_service:") {
                self.add(id, no_service());
            }
            let parent = usize::try_from(parent).ok().map(|parent| &table.rows[parent]);
            if parent.is_some_and(|parent| parent.service != row.service && row.start < parent.start) {
                self.add(id, clock_skew());
            }
        }
    }

    /// Looks at one span and its log records.
    pub fn look_at_span(&mut self, span: &Span, logs: &[LogRecord], prices: &Prices) {
        let id = span.span_id;
        let lists = || {
            let events = span.events.iter().map(|event| event.attributes.as_slice());
            std::iter::once(span.attributes.as_slice()).chain(events)
        };
        if span.dropped_attributes_count > 0
            || span.dropped_events_count > 0
            || span.dropped_links_count > 0
            || span.events.iter().any(|event| event.dropped_attributes_count > 0)
            || lists().flatten().any(is_truncated)
        {
            self.add(id, truncated());
        }
        if lists().flatten().any(is_double_encoded) {
            self.add(id, double_encoded());
        }
        if span.start_time_unix_nano == 0 {
            self.add(id, no_start());
        } else if span.duration().is_some_and(|duration| duration.0 < 0) {
            self.add(id, ends_before_start());
        }
        let mut has_old_name = false;
        for attribute in &span.attributes {
            if let Some(new) = deprecated::replacement(&attribute.key) {
                self.renamed.insert(attribute.key.clone(), new);
                has_old_name = true;
            }
        }
        if has_old_name {
            self.add(id, deprecated_names());
        }
        let missing = semconv::view(span, logs).llm(prices).and_then(|view| view.not_captured);
        if let Some(missing) = missing {
            self.add(id, not_captured(missing.reason, missing.enable_with));
        }
    }

    fn add(&mut self, span_id: SpanId, kind: Kind) {
        let Kind { severity, code, title, meaning, fix } = kind;
        let finding = self.findings.entry((severity, code, title.clone())).or_insert_with(|| Finding {
            code,
            severity,
            title,
            meaning,
            fix,
            span_ids: Vec::new(),
            n_spans: 0,
        });
        finding.n_spans += 1;
        if finding.span_ids.len() < MAX_SPAN_IDS {
            finding.span_ids.push(span_id);
        }
    }

    /// Returns what was found, worst first.
    pub fn findings(self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.findings.into_values().collect();
        let names: Vec<String> = self.renamed.iter().map(|(old, new)| format!("`{old}` → `{new}`")).collect();
        if let Some(finding) = findings.iter_mut().find(|finding| finding.code == DEPRECATED) {
            finding.fix = format!("{} {}.", finding.fix, names.join(", "));
        }
        findings
    }
}

fn cycle() -> Kind {
    Kind::new(
        Severity::Error,
        "cycle",
        "Spans are their own ancestors",
        "The cycle was cut at its earliest span, which is shown as a root. The tree is not what was sent.",
        "Give each span an id of its own, and take the parent's id from the active context instead of setting it by hand.",
    )
}

fn orphan() -> Kind {
    Kind::new(
        Severity::Warning,
        "orphan",
        "Spans whose parent is not here",
        "They are shown as roots. The parent was not sampled, not exported, went to another backend, or has not arrived yet.",
        "Check that every service of the call exports here, that all use the same sampling decision (a parent-based sampler), and \
         that programs flush before they exit: `provider.shutdown()` or `force_flush()`.",
    )
}

fn never_ended() -> Kind {
    Kind::new(
        Severity::Warning,
        "never_ended",
        "Spans that have not ended",
        "Their duration is not known; they are shown up to the latest thing below them. They may still be running.",
        "End spans in every path, also when an exception is raised: use `with tracer.start_as_current_span(…)`, `try … finally`, or \
         the like.",
    )
}

fn clock_skew() -> Kind {
    Kind::new(
        Severity::Warning,
        "clock_skew",
        "Spans that begin before their parent in another service",
        "The clocks of the two machines differ, so that positions and gaps between their spans are not to be trusted. Durations \
         within a service are.",
        "Synchronise the clocks of the machines, for example with NTP or chrony.",
    )
}

fn ends_before_start() -> Kind {
    Kind::new(
        Severity::Warning,
        "ends_before_start",
        "Spans that end before they start",
        "They are shown as of no length. The clock was set back while they ran, or start and end were given from different clocks.",
        "Take both times from the SDK instead of setting them by hand; SDKs measure durations with a clock that is never set back.",
    )
}

fn no_start() -> Kind {
    Kind::new(
        Severity::Warning,
        "no_start_time",
        "Spans without a start time",
        "Zero was sent, which is the first of January 1970: they stretch the trace over decades.",
        "Set `start_time_unix_nano` of spans that are made by hand, in nanoseconds since 1970.",
    )
}

fn no_service() -> Kind {
    Kind::new(
        Severity::Info,
        "no_service_name",
        "Spans without a service name",
        "They cannot be coloured, filtered or grouped by service.",
        "Set OTEL_SERVICE_NAME=my-service, or `service.name` in the resource of the tracer provider.",
    )
}

fn truncated() -> Kind {
    Kind::new(
        Severity::Warning,
        "truncated",
        "Values were cut or dropped by the sender",
        "Attributes, events, links or the ends of texts are missing. They never arrived and cannot be shown.",
        "Raise the limits of the SDK: OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT, OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT, OTEL_SPAN_EVENT_COUNT_LIMIT, \
         OTEL_SPAN_LINK_COUNT_LIMIT.",
    )
}

fn double_encoded() -> Kind {
    Kind::new(
        Severity::Info,
        "double_encoded_json",
        "JSON that was encoded twice",
        "The value is a text with JSON in JSON quotes. It is shown decoded; searches in it find the escaped form.",
        "Pass the object itself, or encode it once: one `json.dumps` or `JSON.stringify` too many.",
    )
}

fn deprecated_names() -> Kind {
    Kind::new(
        Severity::Info,
        DEPRECATED,
        "Attributes have names of earlier conventions",
        "They are understood all the same. Other tools, and newer queries, may look for the new names only.",
        "Update the instrumentation, or write the new names:",
    )
}

fn not_captured(reason: &str, enable_with: &str) -> Kind {
    Kind::new(
        Severity::Info,
        "content_not_captured",
        "Content of model calls was not captured",
        reason,
        &format!("Set {enable_with}, if the content may be recorded."),
    )
}

/// Whether a text ends in a mark that SDKs leave where they cut.
fn is_truncated(attribute: &Attribute) -> bool {
    const MARKS: [&str; 5] =
        ["[truncated]", "...[truncated]", "(truncated)", "<truncated>", "... (truncated)"];
    let AnyValue::String(text) = &attribute.value else { return false };
    let tail = text.len().saturating_sub(32);
    let tail = text.get(tail..).unwrap_or_default().trim_end().to_ascii_lowercase();
    MARKS.iter().any(|mark| tail.ends_with(mark))
}

/// Whether a text is JSON whose content is the JSON of an object or a list.
fn is_double_encoded(attribute: &Attribute) -> bool {
    let AnyValue::String(text) = &attribute.value else { return false };
    // Most texts are told apart by their first bytes.
    if !text.starts_with("\"{") && !text.starts_with("\"[") {
        return false;
    }
    serde_json::from_str::<String>(text)
        .is_ok_and(|inner| serde_json::from_str::<serde_json::Value>(&inner).is_ok())
}

#[cfg(test)]
mod tests;
