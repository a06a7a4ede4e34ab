//! A comparison as columns, with both span tables.

use analysis::compare::{Group, GroupKind, Verdict, label};
use model::StringTable;
use proto::comparison::{Row, Side, encode};
use proto::span_table;

use super::compared::Compared;
use super::load::Loaded;

pub(super) fn table(compared: &Compared) -> Vec<u8> {
    let Compared { baseline, candidate, alignment, delta, divergence, .. } = compared;
    let mut strings = StringTable::default();
    let rows: Vec<Row> = (0_u32..)
        .zip(alignment.rows.iter().zip(&delta.rows))
        .map(|(number, (row, delta))| {
            let group = row.group.map(|group| &alignment.groups[group as usize]);
            let headed = group.filter(|group| group.head == number);
            let text = match headed {
                Some(group) => group_label(group),
                None => label(row, baseline.side(), candidate.side()).to_owned(),
            };
            Row {
                parent: number_or_none(row.parent),
                subtree_end: row.subtree_end,
                depth: u16::try_from(row.depth).unwrap_or(u16::MAX),
                verdict: verdict_number(row.verdict),
                changes: row.changes.0,
                hints: row.hints.0,
                baseline_row: number_or_none(row.baseline),
                candidate_row: number_or_none(row.candidate),
                label: strings.intern(&text),
                loop_group: number_or_none(group.map(|group| group.head).filter(|head| *head != number)),
                iteration: row.iteration,
                moved_from: number_or_none(row.moved_from),
                group_kind: headed.map_or(0, |group| kind_number(group.kind)),
                baseline_iterations: headed.map_or(0, |group| group.baseline_iterations),
                candidate_iterations: headed.map_or(0, |group| group.candidate_iterations),
                delta_duration: delta.duration_ns,
                delta_self: Some(delta.self_ns),
                delta_tokens: delta.tokens,
                delta_cost: delta.cost,
                is_downstream: divergence
                    .as_ref()
                    .is_some_and(|divergence| divergence.is_downstream[number as usize]),
            }
        })
        .collect();
    let [before, after] = [baseline, candidate]
        .map(|side: &std::sync::Arc<Loaded>| span_table::encode(&side.table, &side.marks));
    encode(
        Side { trace_id: baseline.info.trace_id, span_table: &before },
        Side { trace_id: candidate.info.trace_id, span_table: &after },
        &rows,
        &strings,
    )
}

fn number_or_none(row: Option<u32>) -> i32 {
    row.map_or(-1, |row| i32::try_from(row).expect("invariant: a comparison has fewer than 2^31 rows"))
}

fn verdict_number(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Unchanged => 0,
        Verdict::Changed => 1,
        Verdict::Added => 2,
        Verdict::Removed => 3,
        Verdict::Moved => 4,
    }
}

fn kind_number(kind: GroupKind) -> u8 {
    match kind {
        GroupKind::Loop => 1,
        GroupKind::Retry => 2,
        GroupKind::FanOut => 3,
    }
}

/// Says what repeats and how often, for example `search_orders ×3, +2 iterations`.
fn group_label(group: &Group) -> String {
    let Group { kind, label, baseline_iterations: before, candidate_iterations: after, .. } = group;
    let noun = match kind {
        GroupKind::Loop => "iteration",
        GroupKind::Retry => "attempt",
        GroupKind::FanOut => "branch",
    };
    let (sign, more) = if after < before { ("−", before - after) } else { ("+", after - before) };
    let plural = match (kind, more) {
        (_, 1) => "",
        (GroupKind::FanOut, _) => "es",
        _ => "s",
    };
    match more {
        0 => format!("{label} ×{after}"),
        _ => format!("{label} ×{after}, {sign}{more} {noun}{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_says_how_often_it_repeats_and_how_many_more() {
        for (kind, before, after, expected) in [
            (GroupKind::Loop, 1, 3, "search ×3, +2 iterations"),
            (GroupKind::Loop, 3, 3, "search ×3"),
            (GroupKind::Loop, 3, 0, "search ×0, −3 iterations"),
            (GroupKind::Retry, 1, 2, "search ×2, +1 attempt"),
            (GroupKind::FanOut, 6, 4, "search ×4, −2 branches"),
        ] {
            let group = Group {
                head: 0,
                kind,
                label: "search".to_owned(),
                baseline_iterations: before,
                candidate_iterations: after,
            };
            assert_eq!(group_label(&group), expected);
        }
    }
}
