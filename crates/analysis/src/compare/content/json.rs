//! The difference of two JSON values, by path.
//!
//! Members of objects are compared by their keys, in whatever order; items of arrays are aligned, so that one that was put in does
//! not shift all that follow. What is gone at one path and new at another counts as moved.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::sequence::diff;
use super::words::{Segment, word_diff};

/// Changes that are told.
const MAX_CHANGES: usize = 500;

/// Bytes of a value that are told.
const MAX_VALUE: usize = 4_000;

/// Two texts of which either has as many bytes are compared word by word.
const MIN_WORDWISE: usize = 24;

/// What differs between two values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JsonDiff {
    /// Changes in the order of the candidate's paths.
    pub changes: Vec<JsonChange>,
    /// Changes beyond these.
    pub n_more: usize,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonChange {
    /// Where, as a [JSON pointer](https://www.rfc-editor.org/rfc/rfc6901) into the candidate; of what was removed into the baseline.
    pub path: String,
    /// What became of it.
    pub kind: ChangeKind,
    /// Of what moved: where it was in the baseline.
    pub from: Option<String>,
    /// The baseline's value as JSON text, cut.
    pub before: Option<String>,
    /// The candidate's value as JSON text, cut.
    pub after: Option<String>,
    /// Of two texts: their difference word by word.
    pub words: Vec<Segment>,
}

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the candidate has it.
    Added,
    /// Only the baseline has it.
    Removed,
    /// Both have another value.
    Changed,
    /// The same value is at another path.
    Moved,
}

/// Compares two values; none is as if there were no content.
pub fn json_diff(before: Option<&Value>, after: Option<&Value>) -> JsonDiff {
    let mut found = Vec::new();
    match (before, after) {
        (Some(before), Some(after)) => {
            compare(&mut Paths { before: String::new(), after: String::new() }, before, after, &mut found);
        }
        (Some(before), None) => found.push(Found { path: String::new(), before: Some(before), after: None }),
        (None, Some(after)) => found.push(Found { path: String::new(), before: None, after: Some(after) }),
        (None, None) => {}
    }
    let moved = moves(&found);
    let is_gone = |index: usize| moved.values().any(|from| *from == index);
    let told: Vec<usize> = (0..found.len()).filter(|index| !is_gone(*index)).collect();
    let n_more = told.len().saturating_sub(MAX_CHANGES);
    let change = |index: usize| {
        let Found { path, before, after } = &found[index];
        let from = moved.get(&index).map(|from| found[*from].path.clone());
        let kind = match (before, after) {
            _ if from.is_some() => ChangeKind::Moved,
            (Some(_), Some(_)) => ChangeKind::Changed,
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
        };
        let words = match (before, after) {
            (Some(Value::String(before)), Some(Value::String(after)))
                if before.len().max(after.len()) >= MIN_WORDWISE =>
            {
                word_diff(before, after)
            }
            _ => Vec::new(),
        };
        JsonChange {
            path: path.clone(),
            kind,
            from,
            before: before.map(shown),
            after: after.map(shown),
            words,
        }
    };
    JsonDiff { changes: told.into_iter().take(MAX_CHANGES).map(change).collect(), n_more }
}

struct Found<'a> {
    path: String,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

/// Where we are on both sides; items of arrays may have other numbers.
struct Paths {
    before: String,
    after: String,
}

impl Paths {
    /// Calls `visit` one level deeper.
    fn below(&mut self, before: &str, after: &str, visit: impl FnOnce(&mut Self)) {
        let lengths = (self.before.len(), self.after.len());
        push_token(&mut self.before, before);
        push_token(&mut self.after, after);
        visit(self);
        self.before.truncate(lengths.0);
        self.after.truncate(lengths.1);
    }
}

fn push_token(path: &mut String, token: &str) {
    path.push('/');
    path.push_str(&token.replace('~', "~0").replace('/', "~1"));
}

fn at(path: &str, token: &str) -> String {
    let mut path = path.to_owned();
    push_token(&mut path, token);
    path
}

/// Compares values that are both there. Values are at most a few hundred levels deep: attributes are bounded, and so is what is
/// read from JSON text.
fn compare<'a>(paths: &mut Paths, before: &'a Value, after: &'a Value, found: &mut Vec<Found<'a>>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(one), Value::Object(other)) => {
            for (key, after) in other {
                match one.get(key) {
                    Some(before) => paths.below(key, key, |paths| compare(paths, before, after, found)),
                    None => {
                        found.push(Found { path: at(&paths.after, key), before: None, after: Some(after) })
                    }
                }
            }
            for (key, before) in one.iter().filter(|(key, _)| !other.contains_key(*key)) {
                found.push(Found { path: at(&paths.before, key), before: Some(before), after: None });
            }
        }
        (Value::Array(one), Value::Array(other)) => compare_arrays(paths, one, other, found),
        _ => found.push(Found { path: paths.after.clone(), before: Some(before), after: Some(after) }),
    }
}

fn compare_arrays<'a>(paths: &mut Paths, one: &'a [Value], other: &'a [Value], found: &mut Vec<Found<'a>>) {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut numbered = |items: &[Value]| -> Vec<u32> {
        let number = |item: &Value| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(canonical(item)).or_insert(next)
        };
        items.iter().map(number).collect()
    };
    let (a, b) = (numbered(one), numbered(other));
    for run in diff(&a, &b).into_iter().filter(|run| !run.is_same) {
        let n_both = run.before.len().min(run.after.len());
        for (x, y) in run.before.clone().zip(run.after.clone()) {
            let (before, after) = (&one[x], &other[y]);
            paths.below(&x.to_string(), &y.to_string(), |paths| compare(paths, before, after, found));
        }
        for x in run.before.skip(n_both) {
            found.push(Found { path: at(&paths.before, &x.to_string()), before: Some(&one[x]), after: None });
        }
        for y in run.after.skip(n_both) {
            found.push(Found {
                path: at(&paths.after, &y.to_string()),
                before: None,
                after: Some(&other[y]),
            });
        }
    }
}

/// Pairs what is gone with what is new: the number of the new one with that of the gone one.
fn moves(found: &[Found<'_>]) -> HashMap<usize, usize> {
    let mut gone: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, one) in found.iter().enumerate().rev() {
        if let (Some(value), None) = (one.before, one.after)
            && is_telling(value)
        {
            gone.entry(canonical(value)).or_default().push(index);
        }
    }
    let mut moves = HashMap::new();
    for (index, one) in found.iter().enumerate() {
        if let (None, Some(value)) = (one.before, one.after)
            && let Some(from) = gone.get_mut(&canonical(value)).and_then(Vec::pop)
        {
            moves.insert(index, from);
        }
    }
    moves
}

/// Whether a value says so much that it is hardly there twice by chance.
fn is_telling(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.to_string().len() >= 4,
        Value::String(text) => text.len() >= 4,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// Returns JSON text in which the order of members does not show.
fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(&mut text, value);
    text
}

fn write_canonical(text: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (key, value) in members {
                let _ = write!(text, "{key:?}:");
                write_canonical(text, value);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_canonical(text, item);
                text.push(',');
            }
            text.push(']');
        }
        plain => {
            let _ = write!(text, "{plain}");
        }
    }
}

fn shown(value: &Value) -> String {
    let mut text = value.to_string();
    if text.len() > MAX_VALUE {
        text.truncate(text.floor_char_boundary(MAX_VALUE));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: Value, after: Value, expected: &[(&str, ChangeKind, Option<&str>)]) {
        let diff = json_diff(Some(&before), Some(&after));
        let got: Vec<_> =
            diff.changes.iter().map(|one| (one.path.as_str(), one.kind, one.from.as_deref())).collect();
        assert_eq!(got, expected, "{before} → {after}");
    }

    use ChangeKind::{Added, Changed, Moved, Removed};

    #[test]
    fn changes_are_told_by_path() {
        check(json!({"a": 1, "b": [1, 2]}), json!({"b": [1, 2], "a": 1}), &[]);
        check(json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), &[("/a/b", Changed, None)]);
        check(
            json!({"a": 1}),
            json!({"a": null, "c/d~": 1}),
            &[("/a", Changed, None), ("/c~1d~0", Added, None)],
        );
        check(json!({"a": 1}), json!({}), &[("/a", Removed, None)]);
        check(json!([1]), json!({"0": 1}), &[("", Changed, None)]);
    }

    #[test]
    fn an_item_that_was_put_in_shifts_no_other() {
        let (before, after) =
            (json!([{"q": "cats"}, {"q": "dogs"}]), json!([{"q": "birds"}, {"q": "cats"}, {"q": "dogs"}]));
        check(before, after, &[("/0", Added, None)]);
        check(json!([1, 2, 3]), json!([1, 3]), &[("/1", Removed, None)]);
        // One item differs: it is compared with the one in its place.
        check(json!([{"q": "a", "n": 1}, 7]), json!([{"q": "a", "n": 2}, 7]), &[("/0/n", Changed, None)]);
    }

    #[test]
    fn what_is_gone_here_and_new_there_has_moved() {
        check(
            json!({"filter": {"region": "PT"}, "limit": 10}),
            json!({"options": {"filter": {"region": "PT"}}, "limit": 10}),
            &[("/options", Added, None), ("/filter", Removed, None)],
        );
        check(
            json!({"old": "lamp-4711", "x": {}}),
            json!({"x": {"new": "lamp-4711"}}),
            &[("/x/new", Moved, Some("/old"))],
        );
        // True is true everywhere.
        check(json!({"a": true}), json!({"b": true}), &[("/b", Added, None), ("/a", Removed, None)]);
    }

    #[test]
    fn long_texts_are_compared_by_word_and_long_values_cut() {
        let before = json!({"t": "please find the order of last week"});
        let after = json!({"t": "please find the order of this week"});
        let diff = json_diff(Some(&before), Some(&after));
        assert_eq!(diff.changes[0].words.len(), 4);
        let long = json!("x".repeat(10_000));
        let diff = json_diff(None, Some(&long));
        assert!(diff.changes[0].after.as_ref().unwrap().len() < 4_100);
        let many: Value =
            (0..600).map(|n| (n.to_string(), json!(n))).collect::<serde_json::Map<_, _>>().into();
        let diff = json_diff(Some(&json!({})), Some(&many));
        assert_eq!((diff.changes.len(), diff.n_more), (500, 100));
    }
}
