//! What filters over traces ask of spans: one span of a trace must pass all of it.
//!
//! Blocks are visited as by span searches. Names, types and states are compared in packed rows. A pattern over the content is first
//! looked for as its longest word, in the text filter of the block and then in the stored bytes; only then is the span written as
//! JSON and compared.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use model::filter::trace::{SpanField, TraceClause, TraceFilter};
use model::filter::{TextTest, evaluate};
use model::{Exporter, InstrumentationScope, Resource, SpanCopy, TraceId};
use rusqlite::{OptionalExtension as _, params_from_iter};

use super::SpanContent;
use super::compile::{Sql, text_test};
use crate::search::SearchEnd;
use crate::search::matcher::TextMatcher;
use crate::search::predicate::{Predicate, Strings};
use crate::search::sources::{Block, Sources};
use crate::segment::SegmentRow;
use crate::span::id_of;
use crate::{ReadTx, StoreError, TraceKey};

/// Words that may be in the content of any span, whatever its text: a search for a part of one of them finds nothing by text.
const FRAME: &str = "trace_id span_id parent_span_id name kind span_kind_unspecified span_kind_internal span_kind_server \
    span_kind_client span_kind_producer span_kind_consumer start_time_unix_nano end_time_unix_nano events time_unix_nano status \
    code status_code_unset status_code_ok status_code_error message attributes links null true false nan infinity -infinity \
    mlflow.tracerequestid mlflow.spantype mlflow.spaninputs mlflow.spanoutputs mlflow.chat.tokenusage mlflow.message.format \
    mlflow.chat.tools mlflow.llm.model mlflow.llm.provider mlflow.llm.cost input_tokens output_tokens total_tokens \
    cache_read_input_tokens cache_creation_input_tokens input_cost output_cost total_cost \
    chat_model agent tool chain retriever parser embedding reranker memory unknown workflow task guardrail evaluator \
    vercel_ai gemini voltagent livekit openai contents candidates content role assistant service.name";

/// Rows that are read trace by trace before packed rows are asked: some ten milliseconds. Tests have few, and are to go both ways.
const MAX_ROWS_READ: usize = if cfg!(test) { 3 } else { 40_000 };

/// Shortest word that a text filter can be asked for.
const MIN_WORD: usize = 3;

/// Returns what a filter asks of a span.
fn tests_of(filter: &TraceFilter) -> Vec<(SpanField, &TextTest)> {
    let span_tests = filter.clauses.iter().filter_map(|clause| match clause {
        TraceClause::Span(field, test) => Some((*field, test)),
        _ => None,
    });
    span_tests.collect()
}

/// Returns the texts that a filter looks for in the text of a span.
fn texts_of(filter: &TraceFilter) -> Vec<&str> {
    let texts = filter.clauses.iter().filter_map(|clause| match clause {
        TraceClause::SpanText(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// Returns a word that every matching span has in the text of one of its copies; none if no such word is certain.
fn longest_word(tests: &[(SpanField, &TextTest)]) -> Option<String> {
    let patterns = tests.iter().filter_map(|(field, test)| match (field, test) {
        (SpanField::Content, TextTest::Like(like)) => Some(like.pattern()),
        _ => None,
    });
    let words = patterns.flat_map(|pattern| {
        pattern.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).map(str::to_ascii_lowercase)
    });
    // `_` is a wildcard here, and a word of digits may be a part of a number that is written otherwise in the stored form.
    let is_certain = |word: &String| {
        word.len() >= MIN_WORD
            && word.bytes().any(|byte| byte.is_ascii_alphabetic() && byte != b'e')
            && !FRAME.contains(word.as_str())
    };
    words.filter(is_certain).max_by_key(String::len)
}

/// What the row of a span must have.
#[derive(Clone)]
struct RowTests {
    names: Strings,
    types: Strings,
    /// One bit for each status.
    statuses: u8,
}

impl RowTests {
    /// Whether every row passes.
    fn is_any(&self) -> bool {
        matches!((&self.names, &self.types, self.statuses), (Strings::Any, Strings::Any, u8::MAX))
    }

    /// Looks for passing rows, of some traces or all.
    fn predicate(&self, traces: Option<HashSet<i64>>) -> Predicate {
        Predicate::of_traces(self.names.clone(), self.types.clone(), self.statuses, traces)
    }
}

/// Finds traces that have a span which passes all that a filter asks of one.
pub(super) struct SpanFinder<'t> {
    tx: &'t ReadTx<'t>,
    rows: RowTests,
    /// Texts that must be in the text of the span, those of patterns over the content included.
    matchers: Vec<TextMatcher>,
    contents: Vec<&'t TextTest>,
    content: SpanContent,
    cancel: &'t AtomicBool,
    /// Spans whose rows were read, trace by trace.
    n_rows_read: usize,
    /// Whether bodies of some traces were read already.
    has_read_bodies: bool,
    /// The traces with a packed row that passes, in a block that may have the texts: no other has such a span.
    with_packed_row: Option<HashSet<i64>>,
}

impl<'t> SpanFinder<'t> {
    /// Looks up what a filter names; nothing if no span can pass.
    pub(super) fn new(
        tx: &'t ReadTx<'t>,
        filter: &'t TraceFilter,
        cancel: &'t AtomicBool,
        content: SpanContent,
    ) -> Result<Option<Self>, StoreError> {
        let tests = tests_of(filter);
        let Some(rows) = tx.row_tests(&tests)? else { return Ok(None) };
        let mut matchers: Vec<TextMatcher> =
            texts_of(filter).iter().map(|text| TextMatcher::new(text)).collect();
        // Texts are all in one copy of a span, which need not be the one that has the word.
        if matchers.is_empty() {
            matchers.extend(longest_word(&tests).map(|word| TextMatcher::new(&word)));
        }
        let contents = tests.iter().filter(|(field, _)| *field == SpanField::Content);
        let contents = contents.map(|(_, test)| *test).collect();
        Ok(Some(Self {
            tx,
            rows,
            matchers,
            contents,
            content,
            cancel,
            n_rows_read: 0,
            has_read_bodies: false,
            with_packed_row: None,
        }))
    }

    /// Whether rows alone do not tell whether a span passes.
    pub(super) fn reads_bodies(&self) -> bool {
        !(self.contents.is_empty() && self.matchers.is_empty())
    }

    /// Returns those of some traces that have a span which passes; nothing if the time was over before all were looked at.
    pub(super) fn passing(
        &mut self,
        traces: impl Iterator<Item = i64>,
        deadline: Option<Instant>,
    ) -> Result<Option<HashSet<i64>>, StoreError> {
        if self.reads_bodies() {
            self.by_bodies(traces.collect(), deadline)
        } else {
            self.by_rows(traces).map(Some)
        }
    }

    /// What many traces have is found in the rows of the first ones. If it is not, packed rows tell which traces are worth a look.
    fn by_rows(&mut self, traces: impl Iterator<Item = i64>) -> Result<HashSet<i64>, StoreError> {
        let mut passing = HashSet::new();
        for trace in traces {
            if self.n_rows_read >= MAX_ROWS_READ && self.with_packed_row.is_none() {
                self.with_packed_row = Some(self.tx.traces_with_packed_row(&self.rows, &[])?);
            }
            if self.with_packed_row.as_ref().is_some_and(|traces| !traces.contains(&trace)) {
                continue;
            }
            let (passes, n_rows) = self.tx.has_span_row(trace, &self.rows)?;
            self.n_rows_read += n_rows;
            if passes {
                passing.insert(trace);
            }
        }
        Ok(passing)
    }

    /// What many traces have is found in the bodies of the first ones. If it is not, packed rows and text filters tell, once for all
    /// further ones, which traces are worth a look.
    fn by_bodies(
        &mut self,
        mut traces: HashSet<i64>,
        deadline: Option<Instant>,
    ) -> Result<Option<HashSet<i64>>, StoreError> {
        let mut found = HashSet::new();
        if self.has_read_bodies && self.with_packed_row.is_none() && self.may_exclude() {
            self.with_packed_row = Some(self.tx.traces_with_packed_row(&self.rows, &self.matchers)?);
        }
        if let Some(worth) = &self.with_packed_row {
            traces.retain(|trace| worth.contains(trace));
        }
        self.has_read_bodies = true;
        if traces.is_empty() {
            return Ok(Some(found));
        }
        let predicate = self.rows.predicate(Some(traces));
        let ended = Sources::new(self.tx, &predicate)?.visit(!self.matchers.is_empty(), |_, block| {
            if deadline.is_some_and(|deadline| Instant::now() >= deadline)
                || self.cancel.load(Ordering::Relaxed)
            {
                return Ok(Some(SearchEnd::Cancelled));
            }
            self.visit_block(&block, &predicate, &mut found)?;
            Ok(None)
        })?;
        Ok(ended.is_none().then_some(found))
    }

    /// Whether packed rows or text filters can tell that a trace has no such span.
    fn may_exclude(&self) -> bool {
        !self.matchers.is_empty() || !self.rows.is_any()
    }

    fn visit_block(
        &mut self,
        block: &Block<'_>,
        predicate: &Predicate,
        found: &mut HashSet<i64>,
    ) -> Result<(), StoreError> {
        let candidates = TextMatcher::candidates(&self.matchers, block.filter);
        if candidates.is_empty() {
            return Ok(());
        }
        let mut hits: Vec<(i64, SegmentRow)> = Vec::new();
        block.rows.for_each(|position, row| {
            if predicate.matches(row) && candidates.has(position) && !found.contains(&row.trace) {
                hits.push((position, *row));
            }
        })?;
        if hits.is_empty() {
            return Ok(());
        }
        let bodies = self.tx.block(block.block_id)?;
        for (position, row) in hits {
            if found.contains(&row.trace) {
                continue;
            }
            let mut has_texts = true;
            for matcher in &mut self.matchers {
                has_texts = has_texts && matcher.matches(self.tx, &bodies, position)?;
            }
            if !has_texts {
                continue;
            }
            let Some((trace_id, exporter)) = self.tx.live_place(&row, block.block_id, position)? else {
                continue;
            };
            let passes = self.contents.is_empty() || {
                let copies = match exporter {
                    // A span of one copy, as most are, is decoded from the block at hand.
                    Some(exporter) => vec![SpanCopy {
                        exporter,
                        span: self.tx.span_in_block(trace_id, &bodies, position)?.0,
                        resource: Resource::default(),
                        scope: InstrumentationScope::default(),
                    }],
                    None => self.tx.span_copies(TraceKey(row.trace), trace_id, id_of(row.span_key))?,
                };
                let text = (self.content)(&copies);
                self.contents.iter().all(|test| test.matches(&text))
            };
            if passes {
                found.insert(row.trace);
            }
        }
        Ok(())
    }
}

impl ReadTx<'_> {
    /// Returns what tests ask of the row of a span; nothing if no span can pass.
    fn row_tests(&self, tests: &[(SpanField, &TextTest)]) -> Result<Option<RowTests>, StoreError> {
        let of = |wanted: SpanField| {
            tests.iter().filter(move |(field, _)| *field == wanted).map(|(_, test)| *test).collect::<Vec<_>>()
        };
        let statuses = (0..)
            .zip(evaluate::SPAN_STATUSES)
            .filter(|(_, word)| of(SpanField::Status).iter().all(|test| test.matches(word)));
        let statuses = statuses.fold(0_u8, |bits, (status, _)| bits | 1 << status);
        let statuses = if of(SpanField::Status).is_empty() { u8::MAX } else { statuses };
        let names = self.strings(&of(SpanField::Name), false)?;
        let types = self.strings(&of(SpanField::Type), true)?;
        Ok(match (names, types) {
            (Some(names), Some(types)) if statuses != 0 => Some(RowTests { names, types, statuses }),
            _ => None,
        })
    }

    /// Whether a trace has a span whose row passes, and how many rows were read to tell.
    fn has_span_row(&self, trace: i64, tests: &RowTests) -> Result<(bool, usize), StoreError> {
        let sql = "SELECT name, span_type, status FROM span WHERE trace_key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([trace])?;
        let mut n_rows = 0;
        while let Some(row) = rows.next()? {
            n_rows += 1;
            if tests.names.has(row.get(0)?)
                && tests.types.has(row.get(1)?)
                && tests.statuses & 1_u8.checked_shl(row.get(2)?).unwrap_or(0) != 0
            {
                return Ok((true, n_rows));
            }
        }
        Ok((false, n_rows))
    }

    /// Returns the traces with a row that passes in any block that may have some texts; what was replaced since counts too.
    fn traces_with_packed_row(
        &self,
        tests: &RowTests,
        texts: &[TextMatcher],
    ) -> Result<HashSet<i64>, StoreError> {
        let (mut traces, mut last) = (HashSet::new(), None);
        let predicate = tests.predicate(None);
        Sources::new(self, &predicate)?.visit(!texts.is_empty(), |_, block| {
            let candidates = TextMatcher::candidates(texts, block.filter);
            if candidates.is_empty() {
                return Ok(None);
            }
            block.rows.for_each(|position, row| {
                if predicate.matches(row) && candidates.has(position) && last != Some(row.trace) {
                    last = Some(row.trace);
                    traces.insert(row.trace);
                }
            })?;
            Ok(None)
        })?;
        Ok(traces)
    }

    /// Returns the trace of a packed row and, if its span has one copy, from whom; none if the body is dead.
    fn live_place(
        &self,
        row: &SegmentRow,
        block: i64,
        position: i64,
    ) -> Result<Option<(TraceId, Option<Exporter>)>, StoreError> {
        let sql = "SELECT trace.trace_id, otel_block IS NOT NULL, mlflow_block IS NOT NULL
                   FROM span JOIN trace USING (trace_key)
                   WHERE trace_key = ?1 AND span_id = ?2
                     AND ((otel_block = ?3 AND otel_position = ?4) OR (mlflow_block = ?3 AND mlflow_position = ?4))";
        let params = [row.trace, row.span_key, block, position];
        let found = self.connection.prepare_cached(sql)?.query_row(params, |row| {
            let exporter = match (row.get(1)?, row.get(2)?) {
                (true, true) => None,
                (true, false) => Some(Exporter::OpenTelemetry),
                (false, _) => Some(Exporter::Mlflow),
            };
            Ok((TraceId(row.get(0)?), exporter))
        });
        Ok(found.optional()?)
    }

    /// Returns which strings pass all tests; nothing if none does.
    fn strings(&self, tests: &[&TextTest], empty_is_absent: bool) -> Result<Option<Strings>, StoreError> {
        if tests.is_empty() {
            return Ok(Some(Strings::Any));
        }
        if let [TextTest::Eq(text)] = tests {
            let id = if empty_is_absent && text.is_empty() { None } else { self.find_string(text)? };
            return Ok(id.map(Strings::One));
        }
        let mut conditions: Vec<Sql> = tests
            .iter()
            .map(|test| text_test(Sql { text: "string.text".to_owned(), values: Vec::new() }, test))
            .collect();
        if empty_is_absent {
            conditions.push(Sql { text: "string.text != ''".to_owned(), values: Vec::new() });
        }
        let texts: Vec<String> = conditions.iter().map(|condition| condition.text.clone()).collect();
        let sql = format!("SELECT string_id FROM string WHERE {}", texts.join(" AND "));
        let values = conditions.into_iter().flat_map(|condition| condition.values);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let ids = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        let ids: HashSet<i64> = ids.collect::<rusqlite::Result<_>>()?;
        Ok((!ids.is_empty()).then_some(Strings::In(ids)))
    }
}
