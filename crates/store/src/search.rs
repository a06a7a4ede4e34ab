//! Search over spans: newest first, page by page, rows handed out as soon as their place in the order is certain.
//!
//! Blocks are visited by their newest span. Its text filter says which spans of a block may have a text, its segment which are as
//! asked for else, and only if some are both are bodies decompressed. A found span is handed out once no block is left that could hold a newer one, if its row still says
//! what the segment said.

pub(crate) mod matcher;
pub(crate) mod predicate;
pub(crate) mod sources;

use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use model::{DurationNanos, ExperimentId, Source, SpanId, TraceId, UnixNanos};
use rusqlite::OptionalExtension as _;

use crate::span::{id_of, source_of};
use crate::{ReadTx, Store, StoreError};
use matcher::TextMatcher;
use predicate::Predicate;
use sources::{Block, Sources};

/// Which spans to find: those for which all that is given holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanSearch {
    /// Part of the text of a span, case aside: its name, status message, keys and values of attributes, of its own, of events and
    /// links. Numbers and truth values are text as written; bytes are not. Three letters and more are quick.
    pub text: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Type; empty for spans without one.
    pub span_type: Option<String>,
    /// OTLP kind.
    pub kind: Option<u8>,
    /// OTLP status code.
    pub status: Option<u8>,
    /// Which SDK made it.
    pub source: Option<Source>,
    /// `service.name` of its resource.
    pub service: Option<String>,
    /// Session of its trace.
    pub session: Option<String>,
    /// User of its trace.
    pub user: Option<String>,
    /// Experiment of its trace.
    pub experiment: Option<ExperimentId>,
    /// It begins then or later.
    pub start_from: Option<UnixNanos>,
    /// It begins before then.
    pub start_before: Option<UnixNanos>,
    /// It takes that long or longer.
    pub min_duration: Option<DurationNanos>,
    /// It takes that long at most.
    pub max_duration: Option<DurationNanos>,
    /// Where the page begins: after this span; at the newest if absent.
    pub after: Option<SpanCursor>,
    /// Rows of a page.
    pub limit: usize,
}

impl SpanSearch {
    /// Finds all spans, `limit` on a page.
    pub fn new(limit: usize) -> Self {
        Self {
            text: None,
            name: None,
            span_type: None,
            kind: None,
            status: None,
            source: None,
            service: None,
            session: None,
            user: None,
            experiment: None,
            start_from: None,
            start_before: None,
            min_duration: None,
            max_duration: None,
            after: None,
            limit,
        }
    }
}

/// A place in the order of found spans: by start, then trace, then id, all descending. It stays while spans arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpanCursor {
    /// Start of the span.
    pub start: UnixNanos,
    /// Short form of its trace.
    pub trace: i64,
    /// Its id as a number.
    pub span: i64,
}

/// A found span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSpan {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// Name.
    pub name: String,
    /// Type, empty if it has none.
    pub span_type: String,
    /// `service.name` of its resource, may be empty.
    pub service: String,
    /// OTLP kind.
    pub kind: u8,
    /// OTLP status code.
    pub status: u8,
    /// Which SDK made it.
    pub source: Source,
    /// Duration.
    pub duration: DurationNanos,
    /// Where it stands; its start is in it.
    pub cursor: SpanCursor,
}

/// How a search is ended early.
#[derive(Debug, Clone, Default)]
pub struct SearchControl {
    /// Set it to end the search; looked at for each block.
    pub cancel: Arc<AtomicBool>,
    /// When the search ends, done or not.
    pub deadline: Option<Instant>,
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchEnd {
    /// There are no more spans.
    Complete,
    /// The page is full, or the time is over: the search goes on after this place.
    More(SpanCursor),
    /// It was cancelled.
    Cancelled,
}

/// Matching spans that are kept beside those for the page; beyond it those that cannot get onto the page are forgotten.
const MAX_HITS: usize = 10_000;

/// A span that matches, before it is certain that no newer one is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    cursor: SpanCursor,
    block: i64,
    position: i64,
}

impl Store {
    /// Searches spans; calls `found` with each, newest first, on a reader thread.
    ///
    /// Few searches run at a time, so that pages never wait for all readers.
    pub async fn search_spans(
        &self,
        search: SpanSearch,
        control: SearchControl,
        mut found: impl FnMut(FoundSpan) + Send + 'static,
    ) -> Result<SearchEnd, StoreError> {
        let _turn = self.inner.searches.acquire().await.map_err(|_| StoreError::Closed)?;
        self.read(move |tx| tx.search_spans(&search, &control, &mut found)).await
    }
}

impl ReadTx<'_> {
    /// Searches spans; calls `found` with each, newest first.
    pub fn search_spans(
        &self,
        search: &SpanSearch,
        control: &SearchControl,
        found: &mut dyn FnMut(FoundSpan),
    ) -> Result<SearchEnd, StoreError> {
        let Some(predicate) = Predicate::compile(self, search)? else { return Ok(SearchEnd::Complete) };
        let mut matcher = search.text.as_deref().filter(|text| !text.is_empty()).map(TextMatcher::new);
        let sources = Sources::new(self, &predicate)?;
        let mut page = Page { tx: self, hits: BinaryHeap::new(), last: None, n_left: search.limit, found };
        let mut first_newest = None;
        let ended = sources.visit(matcher.is_some(), |newest, block| {
            if control.cancel.load(Ordering::Relaxed) {
                return Ok(Some(SearchEnd::Cancelled));
            }
            page.hand_out(Some(newest))?;
            if page.n_left == 0 {
                return Ok(page.last.map(SearchEnd::More));
            }
            // What goes on here goes on below where this began, or it would not get on.
            let has_progressed = first_newest.is_some_and(|first| newest < predicate.starts.1.min(first));
            if has_progressed && control.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Ok(Some(SearchEnd::More(SpanCursor::before(newest))));
            }
            first_newest.get_or_insert(newest);
            page.visit(&predicate, matcher.as_mut(), &block)?;
            Ok(None)
        })?;
        if let Some(end) = ended {
            return Ok(end);
        }
        page.hand_out(None)?;
        let is_full = page.n_left == 0 && !page.hits.is_empty();
        Ok(page.last.filter(|_| is_full).map_or(SearchEnd::Complete, SearchEnd::More))
    }
}

impl SpanCursor {
    /// Returns the place before all spans that begin at `start`.
    fn before(start: i64) -> Self {
        Self { start: UnixNanos(start), trace: i64::MAX, span: i64::MAX }
    }
}

/// A page being filled.
struct Page<'t, 'f> {
    tx: &'t ReadTx<'t>,
    /// Spans that match and may be preceded by others yet to be found.
    hits: BinaryHeap<Hit>,
    /// The last span that was handed out.
    last: Option<SpanCursor>,
    n_left: usize,
    found: &'f mut dyn FnMut(FoundSpan),
}

impl Page<'_, '_> {
    /// Takes the matching spans of a block.
    fn visit(
        &mut self,
        predicate: &Predicate,
        matcher: Option<&mut TextMatcher>,
        block: &Block<'_>,
    ) -> Result<(), StoreError> {
        let texts = matcher.as_deref().map_or(&[][..], std::slice::from_ref);
        let candidates = TextMatcher::candidates(texts, block.filter);
        if candidates.is_empty() {
            return Ok(());
        }
        let mut hits = Vec::new();
        block.rows.for_each(|position, row| {
            if predicate.matches(row) && candidates.has(position) {
                let cursor = SpanCursor { start: UnixNanos(row.start), trace: row.trace, span: row.span_key };
                hits.push(Hit { cursor, block: block.block_id, position });
            }
        })?;
        if let (Some(matcher), false) = (matcher, hits.is_empty()) {
            let bodies = self.tx.block(block.block_id)?;
            let mut matching = Vec::new();
            for hit in hits {
                if matcher.matches(self.tx, &bodies, hit.position)? {
                    matching.push(hit);
                }
            }
            hits = matching;
        }
        self.hits.extend(hits);
        if self.hits.len() > MAX_HITS + 2 * self.n_left {
            self.trim()?;
        }
        Ok(())
    }

    /// Forgets what cannot get onto the page: it holds the newest, as many as are left.
    fn trim(&mut self) -> Result<(), StoreError> {
        let mut kept = BinaryHeap::new();
        let mut last = None;
        let mut n_spans = 0;
        while let Some(hit) = self.hits.pop() {
            if self.row_of(hit)?.is_none() {
                continue;
            }
            n_spans += usize::from(last != Some(hit.cursor));
            last = Some(hit.cursor);
            if n_spans > self.n_left + 1 {
                break;
            }
            kept.push(hit);
        }
        self.hits = kept;
        Ok(())
    }

    /// Hands out what begins after `newest`, the newest that may still be found; everything if nothing is left to be found.
    fn hand_out(&mut self, newest: Option<i64>) -> Result<(), StoreError> {
        while self.n_left > 0 {
            let is_certain = |hit: &Hit| newest.is_none_or(|newest| hit.cursor.start.0 > newest);
            let Some(hit) = self.hits.peek().copied().filter(is_certain) else { return Ok(()) };
            self.hits.pop();
            // Both copies of a span may match.
            if self.last == Some(hit.cursor) {
                continue;
            }
            if let Some(span) = self.row_of(hit)? {
                self.last = Some(hit.cursor);
                self.n_left -= 1;
                (self.found)(span);
            }
        }
        Ok(())
    }

    /// Returns the row of a hit, unless its body is dead.
    fn row_of(&self, hit: Hit) -> Result<Option<FoundSpan>, StoreError> {
        let cursor = hit.cursor;
        let params = [cursor.trace, cursor.span, hit.block, hit.position];
        let found =
            self.tx.connection.prepare_cached(include_str!("sql/found_span.sql"))?.query_row(params, |row| {
                Ok(FoundSpan {
                    trace_id: TraceId(row.get(0)?),
                    span_id: id_of(cursor.span),
                    name: row.get(1)?,
                    span_type: row.get(2)?,
                    service: row.get(3)?,
                    kind: row.get(4)?,
                    status: row.get(5)?,
                    source: source_of(row.get(6)?),
                    duration: DurationNanos(row.get(7)?),
                    cursor,
                })
            });
        Ok(found.optional()?)
    }
}

#[cfg(test)]
mod tests;
