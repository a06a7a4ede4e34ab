//! What filters over traces ask of spans: one span of a trace must pass all of it.
//!
//! Blocks are visited as by span searches. Names, types and states are compared in packed rows. A pattern over the content is first
//! looked for as its longest word, in the text filter of the block and then in the stored bytes; only then is the span written as
//! JSON and compared.

use std::collections::{BTreeSet, HashSet};

use model::filter::trace::{SpanField, TraceClause, TraceFilter};
use model::filter::{TextTest, evaluate};
use model::{Exporter, InstrumentationScope, Resource, SpanCopy, TraceId};
use rusqlite::{OptionalExtension as _, params_from_iter};

use super::SpanContent;
use super::compile::{Sql, text_test};
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

/// Shortest word that a text filter can be asked for.
const MIN_WORD: usize = 3;

/// Returns what a filter asks of a span.
pub(super) fn tests_of(filter: &TraceFilter) -> Vec<(SpanField, &TextTest)> {
    let span_tests = filter.clauses.iter().filter_map(|clause| match clause {
        TraceClause::Span(field, test) => Some((*field, test)),
        _ => None,
    });
    span_tests.collect()
}

/// Returns the texts that a filter looks for in the text of a span.
pub(super) fn texts_of(filter: &TraceFilter) -> Vec<&str> {
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
pub(super) struct RowTests {
    names: Strings,
    types: Strings,
    /// One bit for each status.
    statuses: u8,
}

impl ReadTx<'_> {
    /// Returns what tests ask of the row of a span; nothing if no span can pass.
    pub(super) fn row_tests(&self, tests: &[(SpanField, &TextTest)]) -> Result<Option<RowTests>, StoreError> {
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

    /// Whether a trace has a span whose row passes.
    pub(super) fn has_span_row(&self, trace: TraceKey, tests: &RowTests) -> Result<bool, StoreError> {
        let sql = "SELECT name, span_type, status FROM span WHERE trace_key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([trace.0])?;
        while let Some(row) = rows.next()? {
            if tests.names.has(row.get(0)?)
                && tests.types.has(row.get(1)?)
                && tests.statuses & 1_u8.checked_shl(row.get(2)?).unwrap_or(0) != 0
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns those of some traces that have a span which passes all tests.
    pub(super) fn traces_with_span(
        &self,
        tests: &[(SpanField, &TextTest)],
        texts: &[&str],
        candidates: HashSet<i64>,
        content: SpanContent,
    ) -> Result<BTreeSet<i64>, StoreError> {
        let mut found = BTreeSet::new();
        let Some(RowTests { names, types, statuses }) = self.row_tests(tests)? else { return Ok(found) };
        if candidates.is_empty() {
            return Ok(found);
        }
        let contents: Vec<&TextTest> =
            tests.iter().filter(|(field, _)| *field == SpanField::Content).map(|(_, test)| *test).collect();
        let mut matchers: Vec<TextMatcher> = texts.iter().map(|text| TextMatcher::new(text)).collect();
        matchers.extend(longest_word(tests).map(|word| TextMatcher::new(&word)));
        let predicate = Predicate::of_traces(names, types, statuses, candidates);
        Sources::new(self, &predicate)?.visit(!matchers.is_empty(), |_, block| {
            let may_match = |bits| matchers.iter().all(|matcher| matcher.may_match(bits));
            if block.filter.is_some_and(|bits| !may_match(bits)) {
                return Ok(None);
            }
            self.visit_block(&block, &predicate, &mut matchers, &contents, content, &mut found)?;
            Ok(None)
        })?;
        Ok(found)
    }

    fn visit_block(
        &self,
        block: &Block<'_>,
        predicate: &Predicate,
        matchers: &mut [TextMatcher],
        contents: &[&TextTest],
        content: SpanContent,
        found: &mut BTreeSet<i64>,
    ) -> Result<(), StoreError> {
        let mut hits: Vec<(i64, SegmentRow)> = Vec::new();
        block.rows.for_each(|position, row| {
            if predicate.matches(row) && !found.contains(&row.trace) {
                hits.push((position, *row));
            }
        })?;
        if hits.is_empty() {
            return Ok(());
        }
        let bodies =
            if contents.is_empty() && matchers.is_empty() { Vec::new() } else { self.block(block.block_id)? };
        for (position, row) in hits {
            if found.contains(&row.trace) {
                continue;
            }
            let mut has_texts = true;
            for matcher in matchers.iter_mut() {
                has_texts = has_texts && matcher.matches(self, &bodies, position)?;
            }
            if !has_texts {
                continue;
            }
            let Some((trace_id, exporter)) = self.live_place(&row, block.block_id, position)? else {
                continue;
            };
            let passes = contents.is_empty() || {
                let copies = match exporter {
                    // A span of one copy, as most are, is decoded from the block at hand.
                    Some(exporter) => vec![SpanCopy {
                        exporter,
                        span: self.span_in_block(trace_id, &bodies, position)?.0,
                        resource: Resource::default(),
                        scope: InstrumentationScope::default(),
                    }],
                    None => self.span_copies(TraceKey(row.trace), trace_id, id_of(row.span_key))?,
                };
                let text = content(&copies);
                contents.iter().all(|test| test.matches(&text))
            };
            if passes {
                found.insert(row.trace);
            }
        }
        Ok(())
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
