//! A drawn trace as a side of a comparison.

use model::{AnyValue, Attribute, Attributes as _, RowFlags, Source, Span, SpanRow, SpanTable, StringTable};
use testkit::draw::draw;
use testkit::{span_id, trace_id};

use crate::compare::{Fingerprint, Side};
use crate::prices::Prices;
use crate::semconv;
use crate::tree::arrange;

/// A trace with all that a [`Side`] borrows.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) table: SpanTable,
    pub(super) fingerprints: Vec<Fingerprint>,
}

impl Trace {
    pub(super) fn side(&self) -> Side<'_> {
        Side { table: &self.table, fingerprints: &self.fingerprints }
    }

    /// Returns the name of a row.
    pub(super) fn name(&self, row: u32) -> &str {
        self.table.strings.get(self.table.rows[row as usize].name)
    }

    /// Returns the number of a row's span, which is the line that drew it.
    pub(super) fn number(&self, row: u32) -> u64 {
        u64::from_be_bytes(self.table.rows[row as usize].span_id.0)
    }

    /// Returns the row of the span with a number.
    pub(super) fn row(&self, number: u64) -> u32 {
        (0_u32..).zip(&self.table.rows).find(|(_, row)| row.span_id == span_id(number)).unwrap().0
    }

    /// Arranges spans, as the server does, with the service of each.
    pub(super) fn of(mut spans: Vec<(Span, String)>) -> Self {
        let mut strings = StringTable::default();
        let rows = spans.iter().map(|(span, service)| row(span, service, &mut strings)).collect();
        spans.iter_mut().for_each(|(span, _)| span.attributes.retain(|attribute| attribute.key != "cost"));
        let table = arrange(trace_id(1), strings, rows);
        let by_id: std::collections::HashMap<_, _> =
            spans.iter().map(|(span, _)| (span.span_id, span)).collect();
        let fingerprints = table.rows.iter().map(|row| Fingerprint::of(by_id[&row.span_id], &[])).collect();
        Self { table, fingerprints }
    }

    /// Reads a drawing; see pairs/README.md for what it knows beside `draw`.
    pub(super) fn drawn(drawing: &str) -> Self {
        let group = draw(trace_id(1), drawing);
        let service = group.resource.service_name().unwrap_or_default().to_owned();
        let own = |mut span: Span| {
            let service = span.attributes.text("service.name").unwrap_or(&service).to_owned();
            if let Some(AnyValue::Int(parent)) = span.attributes.value("parent") {
                span.parent_span_id = Some(span_id(parent.unsigned_abs()));
            }
            span.attributes.retain(|attribute| !["service.name", "parent"].contains(&attribute.key.as_str()));
            (span, service)
        };
        Self::of(group.spans.into_iter().map(own).collect())
    }
}

fn row(span: &Span, service: &str, strings: &mut StringTable) -> SpanRow {
    let facts = semconv::view(span, &[]).facts(&Prices::default());
    let cost = |attribute: &Attribute| match attribute.value {
        AnyValue::Int(cost) if attribute.key == "cost" => Some(cost),
        _ => None,
    };
    let is_mlflow = span.attributes.text(model::keys::SPAN_TYPE).is_some();
    SpanRow {
        span_id: span.span_id,
        parent_span_id: span.parent_span_id,
        name: strings.intern(&span.name),
        service: strings.intern(service),
        span_type: strings.intern(facts.span_type.as_deref().unwrap_or_default()),
        scope: 0,
        kind: u8::try_from(span.kind.0).unwrap(),
        status: u8::try_from(span.status.code.0).unwrap(),
        source: if is_mlflow { Source::Mlflow } else { Source::OpenTelemetry },
        flags: RowFlags(if span.end().is_none() { RowFlags::NOT_ENDED } else { 0 }),
        start: span.start(),
        duration: span.duration().unwrap_or_default(),
        input_tokens: facts.tokens.input,
        output_tokens: facts.tokens.output,
        cost_pico_usd: span.attributes.iter().find_map(cost),
    }
}
