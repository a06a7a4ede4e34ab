//! What differs between two spans that are the same.

use model::{RowFlags, SpanRow};

use super::{Changes, Fingerprint, Side, Tolerance};

/// Returns what differs between a row of the baseline and one of the candidate.
pub(super) fn changes(
    baseline: Side<'_>,
    candidate: Side<'_>,
    pair: (u32, u32),
    tolerance: Tolerance,
) -> Changes {
    let (row, other) = (&baseline.table.rows[pair.0 as usize], &candidate.table.rows[pair.1 as usize]);
    let (print, other_print) =
        (&baseline.fingerprints[pair.0 as usize], &candidate.fingerprints[pair.1 as usize]);
    let service = baseline.table.strings.get(row.service);
    let other_service = candidate.table.strings.get(other.service);
    let mut changes = Changes::default();
    let mut tell = |differs: bool, change: u16| changes.0 |= if differs { change } else { 0 };
    tell(is_longer_or_shorter(row, other, tolerance), Changes::DURATION);
    tell(row.status != other.status && (is_error(row) || is_error(other)), Changes::STATUS);
    let is_one_sdk = row.source == other.source;
    tell(is_other_content(print, other_print, is_one_sdk), Changes::CONTENT);
    tell(differs(print.model.as_ref(), other_print.model.as_ref()), Changes::MODEL);
    let is_other_usage =
        differs(row.input_tokens, other.input_tokens) || differs(row.output_tokens, other.output_tokens);
    tell(is_other_usage, Changes::TOKENS);
    tell(differs(row.cost_pico_usd, other.cost_pico_usd), Changes::COST);
    tell(
        print.label != other_print.label || differs(print.tool.as_ref(), other_print.tool.as_ref()),
        Changes::NAME,
    );
    tell(service != other_service, Changes::SERVICE);
    changes
}

const ERROR: u8 = 2;

/// OpenTelemetry's `OK` and unset both mean that nothing failed.
fn is_error(row: &SpanRow) -> bool {
    row.status == ERROR
}

/// Whether both sides tell, and not the same. What one side does not tell is no difference.
fn differs<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// Another SDK records other things, so that only what both tell is compared then.
fn is_other_content(one: &Fingerprint, other: &Fingerprint, is_one_sdk: bool) -> bool {
    if !is_one_sdk {
        return differs(one.inputs, other.inputs) || differs(one.outputs, other.outputs);
    }
    one.inputs != other.inputs || one.outputs != other.outputs || one.rest != other.rest
}

fn is_longer_or_shorter(one: &SpanRow, other: &SpanRow, tolerance: Tolerance) -> bool {
    let has_ended = |row: &SpanRow| !row.flags.has(RowFlags::NOT_ENDED);
    if !has_ended(one) || !has_ended(other) {
        return has_ended(one) != has_ended(other);
    }
    let (one, other) = (one.duration.0.max(0).unsigned_abs(), other.duration.0.max(0).unsigned_abs());
    let difference = one.abs_diff(other);
    let bound = u128::from(one.max(other)) * u128::from(tolerance.per_mille);
    difference > tolerance.nanos && u128::from(difference) * 1_000 > bound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lasts(nanos: i64) -> SpanRow {
        SpanRow {
            span_id: model::SpanId([1; 8]),
            parent_span_id: None,
            name: 0,
            service: 0,
            span_type: 0,
            scope: 0,
            kind: 0,
            status: 0,
            source: model::Source::OpenTelemetry,
            flags: RowFlags(0),
            start: model::UnixNanos(0),
            duration: model::DurationNanos(nanos),
            input_tokens: None,
            output_tokens: None,
            cost_pico_usd: None,
        }
    }

    #[test]
    fn a_duration_has_to_exceed_both_bounds() {
        let differs = |one, other| is_longer_or_shorter(&lasts(one), &lasts(other), Tolerance::default());
        // 1 ms exactly, and one nanosecond more, of a short span.
        assert!(!differs(1_000_000, 2_000_000));
        assert!(differs(1_000_000, 2_000_001));
        // 5 % of the longer exactly, and one nanosecond more, of a long span.
        assert!(!differs(95_000_000, 100_000_000));
        assert!(differs(94_999_999, 100_000_000));
        assert!(differs(100_000_000, 94_999_999));
        assert!(!differs(i64::MAX, i64::MAX - 1_000_000_000));
    }
}
