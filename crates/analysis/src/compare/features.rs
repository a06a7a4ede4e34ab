//! What is worked out for every row of a side before pairing: hashes of rows and of subtrees, and which siblings overlap.

use model::RowFlags;

use super::Side;
use super::masked::{chain, hash};
use super::place::number;
use super::similar::Traits;

/// As many rows may share inputs that still say which is which: a question is handed down a few levels.
const FEW: usize = 4;

/// One side with what was worked out for each of its rows. Linear in time and memory.
pub(super) struct Features<'a> {
    pub(super) side: Side<'a>,
    /// Label and tool: spans with the same key do the same thing.
    pub(super) key: Vec<u64>,
    /// What likeness looks at.
    pub(super) traits: Vec<Traits>,
    /// Service.
    pub(super) service: Vec<u64>,
    /// Key, service, OTLP kind and inputs: the same thing done with the same.
    pub(super) identity: Vec<u64>,
    /// The subtree with all content, in order; durations and starts apart.
    pub(super) exact: Vec<u64>,
    /// The durations within the subtree, in order: what tells equal subtrees apart.
    pub(super) timing: Vec<u64>,
    /// The subtree by its keys alone, in order.
    pub(super) shape: Vec<u64>,
    /// A set of 64 bits of the keys below.
    pub(super) below: Vec<u64>,
    /// Whether hardly another row was called with the same, so that equal inputs say something.
    pub(super) has_own_inputs: Vec<bool>,
    /// What was done with inputs of any kind, sorted: the identities of the rows that have inputs.
    calls: Vec<u64>,
    /// Whether a sibling overlaps it in time.
    pub(super) is_concurrent: Vec<bool>,
    /// Whether a sibling at the same time has the same `exact`, so that order does not tell them apart.
    pub(super) is_twin: Vec<bool>,
    /// Whether the subtree has no twins, so that equal subtrees are equal row by row.
    pub(super) is_ordered: Vec<bool>,
}

impl<'a> Features<'a> {
    pub(super) fn of(side: Side<'a>) -> Self {
        let n_rows = side.table.rows.len();
        let mut features = Self {
            side,
            key: Vec::with_capacity(n_rows),
            traits: Vec::with_capacity(n_rows),
            service: Vec::with_capacity(n_rows),
            identity: Vec::with_capacity(n_rows),
            exact: vec![0; n_rows],
            timing: vec![0; n_rows],
            shape: vec![0; n_rows],
            below: vec![0; n_rows],
            has_own_inputs: vec![false; n_rows],
            calls: Vec::new(),
            is_concurrent: vec![false; n_rows],
            is_twin: vec![false; n_rows],
            is_ordered: vec![true; n_rows],
        };
        let services: Vec<u64> = side.table.strings.as_slice().iter().map(|text| hash(text)).collect();
        for (row, print) in side.table.rows.iter().zip(side.fingerprints) {
            let key = chain(hash(&print.label), print.tool.as_deref().map_or(0, hash));
            let service = services[row.service as usize];
            features.key.push(key);
            features.service.push(service);
            let done_by = chain(service, u64::from(row.kind));
            features.identity.push(chain(chain(key, done_by), print.inputs.unwrap_or(0)));
        }
        // Children come after their parents: from the back, each row finds its children complete.
        let mut children = Vec::new();
        for row in (0..number(n_rows)).rev() {
            children.clear();
            children.extend(features.children(Some(row)));
            features.close(row, &children);
        }
        children.clear();
        children.extend(features.children(None));
        features.find_concurrent(&children);
        features.find_own_inputs();
        let rows_with_inputs =
            features.identity.iter().zip(side.fingerprints).filter(|(_, print)| print.inputs.is_some());
        features.calls = rows_with_inputs.map(|(identity, _)| *identity).collect();
        features.calls.sort_unstable();
        features.traits = (0..number(n_rows)).map(|row| Traits::of(&features, row)).collect();
        features
    }

    /// Returns the rows right below a row, or the roots.
    pub(super) fn children(&self, row: Option<u32>) -> impl Iterator<Item = u32> + use<'a> {
        let table = self.side.table;
        let (mut at, end) = match row {
            None => (0, number(table.rows.len())),
            Some(row) => (row + 1, table.subtree_end[row as usize]),
        };
        std::iter::from_fn(move || {
            let row = (at < end).then_some(at)?;
            at = table.subtree_end[row as usize];
            Some(row)
        })
    }

    /// Returns how many spans a subtree has.
    pub(super) fn size(&self, row: u32) -> u32 {
        self.side.table.subtree_end[row as usize] - row
    }

    /// Whether a row of this side does what a row of another side does, with the same inputs. Of one without inputs nothing is known.
    pub(super) fn has_call(&self, other: &Self, row: u32) -> bool {
        let has_inputs = other.side.fingerprints[row as usize].inputs.is_some();
        has_inputs && self.calls.binary_search(&other.identity[row as usize]).is_ok()
    }

    /// Returns the bit of a row's key in a set such as `below`.
    pub(super) fn bit(&self, row: u32) -> u64 {
        1 << (self.key[row as usize] >> 58)
    }

    /// Returns start and end; a span without an end overlaps nothing.
    pub(super) fn interval(&self, row: u32) -> (i64, i64) {
        let row = &self.side.table.rows[row as usize];
        let has_ended = !row.flags.has(RowFlags::NOT_ENDED);
        let end = row.start.0.saturating_add(row.duration.0.max(0));
        (row.start.0, if has_ended { end } else { row.start.0 })
    }

    fn close(&mut self, row: u32, children: &[u32]) {
        let has_twins = self.find_concurrent(children);
        let at = row as usize;
        let print = &self.side.fingerprints[at];
        let mut exact = chain(self.identity[at], u64::from(self.side.table.rows[at].status));
        for part in [print.inputs, print.outputs, Some(print.rest), print.model.as_deref().map(hash)] {
            exact = chain(exact, part.unwrap_or(0));
        }
        let mut shape = self.key[at];
        let mut timing = self.side.table.rows[at].duration.0.cast_unsigned();
        for &child in children {
            timing = chain(timing, self.timing[child as usize]);
            exact = chain(exact, self.exact[child as usize]);
            shape = chain(shape, self.shape[child as usize]);
            self.below[at] |= self.below[child as usize] | self.bit(child);
        }
        self.timing[at] = timing;
        self.exact[at] = chain(exact, children.len() as u64);
        self.shape[at] = chain(shape, children.len() as u64);
        self.is_ordered[at] = !has_twins && children.iter().all(|child| self.is_ordered[*child as usize]);
    }

    fn find_own_inputs(&mut self) {
        let inputs = (0_u32..).zip(self.side.fingerprints);
        let mut rows: Vec<(u64, u32)> =
            inputs.filter_map(|(row, print)| Some((print.inputs?, row))).collect();
        rows.sort_unstable();
        for same in rows.chunk_by(|one, two| one.0 == two.0).filter(|same| same.len() <= FEW) {
            same.iter().for_each(|(_, row)| self.has_own_inputs[*row as usize] = true);
        }
    }

    /// Finds out which of some siblings, which come by start, overlap, and returns whether there are twins among them.
    fn find_concurrent(&mut self, siblings: &[u32]) -> bool {
        let mut has_twins = false;
        // Siblings that overlap each other, directly or through others.
        let mut cluster: Vec<(u64, u32)> = Vec::new();
        let mut until = i64::MIN;
        for (at, &row) in siblings.iter().enumerate() {
            let (start, end) = self.interval(row);
            let overlaps_next = siblings.get(at + 1).is_some_and(|&next| self.interval(next).0 < end);
            self.is_concurrent[row as usize] = start < until || overlaps_next;
            if start >= until {
                has_twins |= self.find_twins(&mut cluster);
            }
            cluster.push((self.exact[row as usize], row));
            until = until.max(end);
        }
        self.find_twins(&mut cluster) || has_twins
    }

    fn find_twins(&mut self, cluster: &mut Vec<(u64, u32)>) -> bool {
        let mut has_twins = false;
        if cluster.len() > 1 {
            cluster.sort_unstable();
            for pair in cluster.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                has_twins = true;
                self.is_twin[pair[0].1 as usize] = true;
                self.is_twin[pair[1].1 as usize] = true;
            }
        }
        cluster.clear();
        has_twins
    }

    /// Compares two sides by all that pairing looks at, so that it can begin with the same one whichever way they were given.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let times = |features: &Self| -> Vec<(i64, i64)> {
            let base = features.side.table.base.0;
            let rows = &features.side.table.rows;
            rows.iter().map(|row| (row.start.0.saturating_sub(base), row.duration.0)).collect()
        };
        let shape = self.exact.len().cmp(&other.exact.len()).then_with(|| self.exact.cmp(&other.exact));
        shape.then_with(|| times(self).cmp(&times(other)))
    }
}
