//! Trees drawn as text, and the invariants of [`SpanTable`] over random parents.

use model::{DurationNanos, Source};
use proptest::prelude::*;

use super::*;

fn id(number: u8) -> SpanId {
    SpanId([0, 0, 0, 0, 0, 0, 0, number])
}

/// A row named by its number, starting at `start`.
fn row(number: u8, parent: Option<u8>, start: i64) -> SpanRow {
    SpanRow {
        span_id: id(number),
        parent_span_id: parent.map(id),
        name: 0,
        service: 0,
        span_type: 0,
        scope: 0,
        kind: 1,
        status: 0,
        source: Source::OpenTelemetry,
        flags: RowFlags::default(),
        start: UnixNanos(start),
        duration: DurationNanos(1),
        input_tokens: None,
        output_tokens: None,
        cost_pico_usd: None,
    }
}

/// Draws the arranged tree: one line per row, indented by depth, `?` for an orphan, `@` for a cut cycle.
fn draw(rows: Vec<SpanRow>) -> String {
    let table = arrange(TraceId([1; 16]), StringTable::default(), rows);
    let line = |(row, depth): (&SpanRow, &u16)| {
        let orphan = if row.flags.has(RowFlags::ORPHAN) { "?" } else { "" };
        let cut = if row.flags.has(RowFlags::CYCLE_CUT) { "@" } else { "" };
        format!("{}{}{orphan}{cut}\n", "  ".repeat(usize::from(*depth)), row.span_id.0[7])
    };
    table.rows.iter().zip(&table.depth).map(line).collect()
}

#[test]
fn siblings_come_by_start_then_by_id() {
    let rows =
        vec![row(1, None, 0), row(4, Some(1), 5), row(3, Some(1), 5), row(2, Some(3), 9), row(5, Some(1), 1)];
    assert_eq!(draw(rows), "1\n  5\n  3\n    2\n  4\n");
}

#[test]
fn a_span_without_its_parent_becomes_a_root() {
    assert_eq!(draw(vec![row(2, Some(1), 3), row(3, Some(2), 4), row(9, None, 0)]), "9\n2?\n  3\n");
}

#[test]
fn a_cycle_is_cut_at_its_earliest_span() {
    let rows = vec![row(1, Some(3), 7), row(2, Some(1), 5), row(3, Some(2), 6), row(4, Some(3), 9)];
    assert_eq!(draw(rows), "2@\n  3\n    1\n    4\n");
    assert_eq!(draw(vec![row(1, Some(1), 0)]), "1@\n");
}

proptest! {
    #[test]
    fn every_span_is_on_exactly_one_row(parents in proptest::collection::vec((any::<Option<u8>>(), 0_i64..20), 1..60)) {
        let rows: Vec<SpanRow> = (0_u8..).zip(&parents).map(|(number, (parent, start))| row(number, *parent, *start)).collect();
        let table = arrange(TraceId([1; 16]), StringTable::default(), rows);
        let mut ids: Vec<u8> = table.rows.iter().map(|row| row.span_id.0[7]).collect();
        ids.sort_unstable();
        prop_assert!(ids.iter().copied().eq((0_u8..).take(parents.len())));
        for (index, &parent) in table.parent.iter().enumerate() {
            let end = table.subtree_end[index] as usize;
            prop_assert!(end > index && end <= table.rows.len());
            if parent < 0 {
                prop_assert_eq!(table.depth[index], 0);
            } else {
                let parent = usize::try_from(parent).unwrap();
                prop_assert!(parent < index && index < table.subtree_end[parent] as usize && end <= table.subtree_end[parent] as usize);
                prop_assert_eq!(table.depth[index], table.depth[parent] + 1);
                prop_assert_eq!(table.rows[index].parent_span_id, Some(table.rows[parent].span_id));
            }
        }
    }
}
