//! A search finds what looking at every decoded span finds, in the same order, whatever was merged, replaced or deleted before.

use std::time::Duration;

use model::{AnyValue, Attribute, Exporter, Span, SpanCopy, SpanGroup, SpanKind, StatusCode};
use proptest::collection::vec;
use proptest::prelude::*;
use proto::blob;
use proto::stored_span::{self, Text};
use testkit::{span_id, strategies, trace_id};

use super::*;
use crate::fixture::{Bench, eager, merge_all, open, run, spans_of};
use crate::span::key_of;
use crate::{DATABASE_FILE, MAX_INLINE_VALUE_BYTES, WriteTx, text_filter};

const NAMES: [&str; 3] = ["plan", "chat gpt", "Ωmega"];
const WORDS: [&str; 6] = ["Warehouse", "WARE", "ärger", "house 4711", "-12.5", "İstanbul"];

/// A request: its spans are few, so that copies replace and join one another, and so are names, kinds and times.
fn request() -> impl Strategy<Value = (Exporter, SpanGroup)> {
    let picks = vec((1..4_u8, 1..6_u64, 0..3_usize, 0..6_i32, 0..20_u64, 0..WORDS.len(), any::<u8>()), 4);
    let group = (strategies::group(), picks, 0..3_usize).prop_map(|(mut group, picks, service)| {
        let text = |text: &str| AnyValue::String(text.to_owned());
        group.resource.attributes.push(Attribute::new("service.name", text(["a", "b", ""][service])));
        for (span, (trace, id, name, kind, start, word, number)) in group.spans.iter_mut().zip(picks) {
            (span.trace_id, span.span_id) = (trace_id(trace), span_id(id));
            (span.name, span.kind) = (NAMES[name].to_owned(), SpanKind(kind));
            span.status.code = StatusCode(kind % 3);
            (span.start_time_unix_nano, span.end_time_unix_nano) = (start, start + u64::from(number % 8));
            let value = match number % 5 {
                0 => AnyValue::Int(i64::from(number) * 471),
                1 => AnyValue::Double(f64::from(number) / 8.0),
                2 => text(&format!("{}{}", WORDS[word], "x".repeat(MAX_INLINE_VALUE_BYTES))),
                3 => AnyValue::Array(vec![text(WORDS[word]), AnyValue::Bool(number > 100)]),
                _ => text(WORDS[word]),
            };
            span.attributes.push(Attribute::new("key", value));
        }
        group
    });
    (prop_oneof![3 => Just(Exporter::OpenTelemetry), 1 => Just(Exporter::Mlflow)], group)
}

fn search() -> impl Strategy<Value = SpanSearch> {
    use proptest::option::weighted;
    let parts = [
        "house", "WARE", "rger", "471", "true", "12.5", "i̇stan", "xxxx", "mega", "qqq", "ho", "key", "4711x",
    ];
    let name = weighted(0.4, prop::sample::select(&NAMES[..]).prop_map(str::to_owned));
    let text = weighted(0.6, prop::sample::select(parts.to_vec()).prop_map(str::to_owned));
    let service = weighted(0.2, prop::sample::select(vec!["a", "b", "", "c"]).prop_map(str::to_owned));
    let small = (weighted(0.2, 0..6_u8), weighted(0.2, 0..3_u8), weighted(0.1, any::<bool>()));
    let times = (
        weighted(0.2, 0..20_i64),
        weighted(0.2, 0..20_i64),
        weighted(0.2, 0..8_i64),
        weighted(0.2, 0..8_i64),
    );
    (text, name, service, small, times, weighted(0.2, 0..3_usize), 1..5_usize).prop_map(
        |(text, name, service, (kind, status, is_mlflow), (from, before, min, max), session, limit)| {
            SpanSearch {
                text,
                name,
                service,
                kind,
                status,
                source: is_mlflow.map(|is| if is { Source::Mlflow } else { Source::OpenTelemetry }),
                session: session.map(|session| format!("s{session}")),
                start_from: from.map(UnixNanos),
                start_before: before.map(UnixNanos),
                min_duration: min.map(DurationNanos),
                max_duration: max.map(DurationNanos),
                ..SpanSearch::new(limit)
            }
        },
    )
}

/// Whether a text is in the text of a copy, by looking at all that was decoded.
fn has_text(copy: &SpanCopy, part: &str) -> bool {
    fn folded(text: &str) -> String {
        text.chars().flat_map(char::to_lowercase).collect()
    }
    fn in_value(value: &AnyValue, part: &str) -> bool {
        match value {
            AnyValue::String(text) => folded(text).contains(part),
            AnyValue::Int(int) => int.to_string().contains(part),
            AnyValue::Double(double) => folded(&double.to_string()).contains(part),
            AnyValue::Bool(truth) => truth.to_string().contains(part),
            AnyValue::Array(values) => values.iter().any(|value| in_value(value, part)),
            AnyValue::KvList(pairs) => in_attributes(pairs, part),
            AnyValue::Bytes(_) | AnyValue::Empty => false,
        }
    }
    fn in_attributes(attributes: &[Attribute], part: &str) -> bool {
        attributes
            .iter()
            .any(|attribute| folded(&attribute.key).contains(part) || in_value(&attribute.value, part))
    }
    let part = &folded(part);
    let span = &copy.span;
    folded(&span.name).contains(part)
        || folded(&span.status.message).contains(part)
        || in_attributes(&span.attributes, part)
        || span
            .events
            .iter()
            .any(|event| folded(&event.name).contains(part) || in_attributes(&event.attributes, part))
        || span.links.iter().any(|link| in_attributes(&link.attributes, part))
}

/// The places of all spans that a search should find, by looking at every row and every decoded copy.
fn naive(tx: &ReadTx<'_>, search: &SpanSearch) -> Result<Vec<SpanCursor>, StoreError> {
    let mut found = Vec::new();
    for (key, info) in
        tx.list_traces(&crate::TraceQuery { limit: 1_000, ..crate::TraceQuery::default() })?.traces
    {
        let (rows, strings) = tx.span_rows(key)?;
        for row in rows {
            let is = |asked: &Option<String>, found: u32| {
                asked.as_deref().is_none_or(|asked| asked == strings.get(found))
            };
            let copies = tx.span_copies(key, info.trace_id, row.span_id)?;
            let matches = is(&search.name, row.name)
                && is(&search.service, row.service)
                && search.kind.is_none_or(|kind| kind == row.kind)
                && search.status.is_none_or(|status| status == row.status)
                && search.source.is_none_or(|source| source == row.source)
                && search.session.as_ref().is_none_or(|session| info.session.as_ref() == Some(session))
                && search.start_from.is_none_or(|from| row.start >= from)
                && search.start_before.is_none_or(|before| row.start < before)
                && search.min_duration.is_none_or(|min| row.duration >= min)
                && search.max_duration.is_none_or(|max| row.duration <= max)
                && search.text.as_ref().is_none_or(|text| copies.iter().any(|copy| has_text(copy, text)));
            if matches {
                found.push(SpanCursor { start: row.start, trace: key.0, span: key_of(row.span_id) });
            }
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found)
}

/// Runs a search page by page.
fn paged(
    tx: &ReadTx<'_>,
    search: &SpanSearch,
    control: &SearchControl,
) -> Result<Vec<SpanCursor>, StoreError> {
    let mut search = search.clone();
    let mut found = Vec::new();
    loop {
        let n_before = found.len();
        let end = tx.search_spans(&search, control, &mut |span: FoundSpan| found.push(span.cursor))?;
        assert!(found.len() - n_before <= search.limit);
        match end {
            SearchEnd::More(cursor) => search.after = Some(cursor),
            SearchEnd::Complete => return Ok(found),
            SearchEnd::Cancelled => panic!("nobody cancelled it"),
        }
    }
}

/// Puts filters without groups, as former versions made them, in place of those of every other block.
fn make_filters_former(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let mut statement =
        tx.connection.prepare("SELECT block_id, n_spans FROM block_filter JOIN block USING (block_id)")?;
    let blocks = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(i64, usize)>>>()?;
    for (block, n_spans) in blocks.into_iter().step_by(2) {
        let bodies = tx.block(block)?;
        let mut builder = text_filter::Builder::new();
        let mut folded = Vec::new();
        for index in 0..n_spans {
            let mut large = Vec::new();
            stored_span::visit_text(blob::span_in_block(&bodies, index)?, &mut |text| match text {
                Text::Large(hash) => large.push(hash),
                text => {
                    text_filter::fold_value(text, &mut folded);
                    builder.add(&folded);
                }
            })?;
            for hash in large {
                text_filter::fold(&tx.large_text(hash)?, &mut folded);
                builder.add(&folded);
            }
        }
        let filter = builder.finish();
        assert_eq!(filter.groups, None);
        let sql = "UPDATE block_filter SET groups = NULL, bits = ?2 WHERE block_id = ?1";
        tx.connection.execute(sql, rusqlite::params![block, filter.bits])?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_looking_at_everything_finds(
        first in vec(request(), 1..8),
        second in vec(request(), 0..4),
        journaled in any::<bool>(),
        merge_first in any::<bool>(),
        merge_second in proptest::option::of(prop_oneof![Just(1_usize), Just(3_000)]),
        has_former_filters in proptest::bool::weighted(0.3),
        deleted in proptest::option::weighted(0.3, 1..4_u8),
        searches in vec(search(), 8),
    ) {
        run(async {
            let bench = Bench::new();
            for (exporter, group) in first {
                if journaled {
                    bench.put_journaled(exporter, group, false).await;
                } else {
                    bench.put(exporter, group).await;
                }
            }
            if merge_first {
                merge_all(&bench.store, eager().with_block_bytes(3_000)).await;
            }
            for (exporter, group) in second {
                bench.put(exporter, group).await;
            }
            bench.store.write(0, move |tx| {
                for number in 1..4 {
                    if let Some((key, mut info)) = tx.trace(trace_id(number))? {
                        info.session = Some(format!("s{}", number % 2));
                        tx.update_trace(key, &info)?;
                        if Some(number) == deleted {
                            tx.delete_trace(key)?;
                        }
                    }
                }
                Ok::<_, StoreError>(())
            }).await.unwrap();
            if let Some(block_bytes) = merge_second {
                merge_all(&bench.store, eager().with_block_bytes(block_bytes)).await;
            }
            if has_former_filters {
                bench.store.write(0, make_filters_former).await.unwrap();
            }
            for search in searches {
                let (found, expected) = bench.store.read(move |tx| {
                    let over = SearchControl { deadline: Some(Instant::now()), ..SearchControl::default() };
                    let expected = naive(tx, &search)?;
                    // A search whose time is always over finds the same, in more pages.
                    assert_eq!(paged(tx, &search, &over)?, expected, "{search:?}");
                    Ok::<_, StoreError>((paged(tx, &search, &SearchControl::default())?, expected))
                }).await.unwrap();
                prop_assert_eq!(found, expected);
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_found_span_is_told_with_its_row() {
    let bench = Bench::new();
    let mut group = spans_of(1, 0..3, 10);
    let span: &mut Span = &mut group.spans[1];
    (span.start_time_unix_nano, span.end_time_unix_nano) = (1_000, 1_400);
    span.kind = SpanKind::CLIENT;
    span.attributes.push(Attribute::new("city", AnyValue::String("Porto".to_owned())));
    group.resource.attributes.push(Attribute::new("service.name", AnyValue::String("shop".to_owned())));
    bench.put(Exporter::OpenTelemetry, group).await;
    let (sender, found) = std::sync::mpsc::channel();
    let search = SpanSearch { text: Some("pORTO".to_owned()), ..SpanSearch::new(10) };
    let end =
        bench.store.search_spans(search, SearchControl::default(), move |span| sender.send(span).unwrap());
    assert_eq!(end.await.unwrap(), SearchEnd::Complete);
    let cursor = SpanCursor { start: UnixNanos(1_000), trace: 1, span: 2 };
    let expected = FoundSpan {
        trace_id: trace_id(1),
        span_id: span_id(2),
        name: "span 1".to_owned(),
        span_type: String::new(),
        service: "shop".to_owned(),
        kind: 3,
        status: 0,
        source: Source::OpenTelemetry,
        duration: DurationNanos(400),
        cursor,
    };
    assert_eq!(found.iter().collect::<Vec<_>>(), [expected]);
}

/// 120 spans, named plan, rerank and chat in turn, each with its own item-0000 to item-0119, merged by a version whose filters had no
/// groups.
#[tokio::test]
async fn blocks_merged_by_a_former_version_are_searched() {
    let folder = tempfile::tempdir().unwrap();
    let former = include_bytes!("../../../../tests/fixtures/db/0013_failed_traces.db.zst");
    std::fs::write(folder.path().join(DATABASE_FILE), zstd::decode_all(&former[..]).unwrap()).unwrap();
    let store = open(&folder, 1 << 20);
    let read = store.read(|tx| {
        let is_former = "SELECT count(*) = 2 AND sum(groups IS NOT NULL) = 0 FROM block_filter";
        assert!(tx.connection.query_row(is_former, [], |row| row.get::<_, bool>(0))?);
        let find = |text: String, name: &str| -> Result<Vec<i64>, StoreError> {
            let name = Some(name.to_owned());
            let search = SpanSearch { text: Some(text), name, ..SpanSearch::new(100) };
            let mut found = Vec::new();
            let end = tx.search_spans(&search, &SearchControl::default(), &mut |span| {
                found.push(key_of(span.span_id));
            })?;
            assert_eq!(end, SearchEnd::Complete);
            Ok(found)
        };
        for number in 0..120_u8 {
            for (name, turn) in [("plan", 0), ("rerank", 1), ("chat", 2)] {
                let expected = if number % 3 == turn { vec![i64::from(number) + 1] } else { Vec::new() };
                assert_eq!(find(format!("ITEM-{number:04}"), name)?, expected);
            }
        }
        assert_eq!(find("kettle sang".to_owned(), "chat")?.len(), 40);
        Ok::<_, StoreError>(())
    });
    read.await.unwrap();
}

#[tokio::test]
async fn a_name_that_changes_after_the_merge_costs_no_find() {
    let bench = Bench::new();
    let text = |text: &str| AnyValue::String(text.to_owned());
    let mut group = spans_of(1, 0..20, 10);
    for (span, name) in group.spans.iter_mut().zip(["first", "second"].into_iter().cycle()) {
        name.clone_into(&mut span.name);
        span.attributes.push(Attribute::new("city", text(&format!("of {name}"))));
    }
    bench.put(Exporter::OpenTelemetry, group).await;
    merge_all(&bench.store, eager().with_block_bytes(1_000)).await;
    assert!(bench.number("SELECT count(*) FROM block_filter WHERE groups IS NOT NULL").await > 0);
    // Rows may be decided anew; bodies, and the filter over them, stay.
    let rename = |tx: &mut WriteTx<'_>| {
        let sql = "UPDATE span SET name = (SELECT string_id FROM string WHERE text = 'first')";
        Ok::<_, StoreError>(tx.connection.execute(sql, [])?)
    };
    assert_eq!(bench.store.write(0, rename).await.unwrap(), 20);
    let search = SpanSearch {
        name: Some("first".to_owned()),
        text: Some("of second".to_owned()),
        ..SpanSearch::new(100)
    };
    let read = bench.store.read(move |tx| paged(tx, &search, &SearchControl::default()));
    let mut found: Vec<i64> = read.await.unwrap().into_iter().map(|cursor| cursor.span).collect();
    found.sort_unstable();
    assert_eq!(found, (1..=10).map(|number| 2 * number).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cancelled_search_ends_at_the_next_block() {
    let bench = Bench::new();
    for trace in 1..20 {
        bench.put(Exporter::OpenTelemetry, spans_of(trace, 0..2, 10)).await;
    }
    let control = SearchControl::default();
    let cancel = Arc::clone(&control.cancel);
    let read = bench.store.read(move |tx| {
        let mut n_found = 0;
        let search = SpanSearch::new(1_000);
        let end = tx.search_spans(&search, &control, &mut |_| {
            n_found += 1;
            cancel.store(true, Ordering::Relaxed);
        })?;
        Ok::<_, StoreError>((end, n_found))
    });
    let (end, n_found) = read.await.unwrap();
    // All begin at once, so all are handed out together at the end, or none.
    assert!(matches!((end, n_found), (SearchEnd::Complete, 38)), "{end:?} {n_found}");
    let control = SearchControl::default();
    control.cancel.store(true, Ordering::Relaxed);
    let end = bench.store.search_spans(SpanSearch::new(10), control, |_| ()).await.unwrap();
    assert_eq!(end, SearchEnd::Cancelled);
}

#[tokio::test]
async fn more_hits_than_are_kept_do_not_cost_the_page() {
    let bench = Bench::new();
    // All spans begin at once, so none is certain before the last block was visited.
    for trace in 1..=12 {
        bench.put(Exporter::OpenTelemetry, spans_of(trace, 0..1_000, 1)).await;
    }
    let read = bench.store.read(|tx| {
        Ok::<_, StoreError>((
            paged(tx, &SpanSearch::new(7_000), &SearchControl::default())?,
            naive(tx, &SpanSearch::new(1))?,
        ))
    });
    let (found, expected) = read.await.unwrap();
    assert!(expected.len() > MAX_HITS);
    assert_eq!(found, expected);
}

#[tokio::test]
async fn searches_leave_readers_for_pages() {
    let bench = Bench::new();
    bench.put(Exporter::OpenTelemetry, spans_of(1, 0..2, 10)).await;
    let mut running = tokio::task::JoinSet::new();
    let mut holds = Vec::new();
    for _ in 0..8 {
        let (go, gone) = std::sync::mpsc::channel::<()>();
        holds.push(go);
        let store = bench.store.clone();
        running.spawn(async move {
            // Ends when its hold is given up.
            store
                .search_spans(SpanSearch::new(10), SearchControl::default(), move |_| {
                    let _ = gone.recv();
                })
                .await
        });
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    // Eight searches want to run for ever, and a page is read all the same.
    assert_eq!(bench.number("SELECT count(*) FROM span").await, 2);
    drop(holds);
    while let Some(end) = running.join_next().await {
        assert_eq!(end.unwrap().unwrap(), SearchEnd::Complete);
    }
}
