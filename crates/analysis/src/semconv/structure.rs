//! Structure out of the ways in which senders flatten it: JSON in texts, dumped twice, Python literals, indexed keys.
//!
//! Everything is bounded: what is deeper or longer than the bounds stays the text that it was.

use serde_json::{Map, Value};

use super::python_literal;

/// Most layers of JSON in texts that are taken off one value.
const MAX_LAYERS: usize = 3;

/// Most levels of an indexed key; what lies deeper stays one key.
const MAX_KEY_LEVELS: usize = 12;

/// Returns the structure that a text holds as JSON (dumped up to three times) or as a Python literal; other values as they are.
pub(super) fn structured(value: &Value) -> Value {
    let mut current = value.clone();
    for _ in 0..MAX_LAYERS {
        let Value::String(text) = &current else { break };
        match parsed(text) {
            Some(inner) => current = inner,
            None => break,
        }
    }
    current
}

/// Parses a text that is an object, a list or a quoted text in JSON or in Python.
fn parsed(text: &str) -> Option<Value> {
    let text = text.trim();
    match (text.as_bytes().first()?, text.as_bytes().last()?) {
        (b'{', b'}') | (b'[', b']') => {
            serde_json::from_str(text).ok().or_else(|| python_literal::parse(text))
        }
        (b'"', b'"') => serde_json::from_str(text).ok(),
        _ => None,
    }
}

/// Builds one value out of keys such as `0.message.role`: levels whose keys are all numbers become lists in their order.
///
/// Missing numbers leave no hole. A key that is both a value and a prefix keeps what it leads to.
pub(super) fn unflattened<'a>(pairs: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let mut root = Map::new();
    for (key, value) in pairs {
        insert(&mut root, key, value, MAX_KEY_LEVELS);
    }
    with_lists(root)
}

fn insert(level: &mut Map<String, Value>, key: &str, value: Value, levels_left: usize) {
    match key.split_once('.').filter(|_| levels_left > 1) {
        Some((head, tail)) => {
            let next = level.entry(head).or_insert(Value::Null);
            if !next.is_object() {
                *next = Value::Object(Map::new());
            }
            if let Value::Object(next) = next {
                insert(next, tail, value, levels_left - 1);
            }
        }
        None if level.get(key).is_some_and(Value::is_object) => {}
        None => {
            level.insert(key.to_owned(), value);
        }
    }
}

fn with_lists(map: Map<String, Value>) -> Value {
    let mut numbered: Vec<(u64, &String)> = Vec::with_capacity(map.len());
    for key in map.keys() {
        match key.parse() {
            Ok(number) => numbered.push((number, key)),
            Err(_) => break,
        }
    }
    let is_list = !map.is_empty() && numbered.len() == map.len();
    let convert = |value| match value {
        Value::Object(inner) => with_lists(inner),
        other => other,
    };
    if !is_list {
        return Value::Object(map.into_iter().map(|(key, value)| (key, convert(value))).collect());
    }
    let mut items: Vec<(u64, Value)> =
        map.into_iter().map(|(key, value)| (key.parse().unwrap_or(u64::MAX), convert(value))).collect();
    items.sort_by_key(|(number, _)| *number);
    Value::Array(items.into_iter().map(|(_, value)| value).collect())
}

/// Returns the first of several fields that is there and not null.
pub(super) fn field<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| object.get(*name).filter(|value| !value.is_null()))
}

/// Returns the first of several fields that is a text or a number, as text.
pub(super) fn text_field(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| scalar_text(object.get(*name)?))
}

/// Returns a text or a number as text; nothing for an empty text.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_taken_out_of_texts_up_to_three_times() {
        let once = json!({"a": 1}).to_string();
        let twice = json!(once).to_string();
        let thrice = json!(twice).to_string();
        for text in [&once, &twice, &thrice] {
            assert_eq!(structured(&json!(text)), json!({"a": 1}), "{text}");
        }
        let four_times = json!(thrice).to_string();
        assert_eq!(structured(&json!(four_times)), json!(once));
        for plain in ["5", "true", "{broken", "words", ""] {
            assert_eq!(structured(&json!(plain)), json!(plain));
        }
        assert_eq!(structured(&json!("{'a': None}")), json!({"a": null}));
    }

    #[test]
    fn deep_json_stays_text() {
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        assert_eq!(structured(&json!(deep)), json!(deep));
    }

    #[test]
    fn indexed_keys_become_lists_in_the_order_of_their_numbers() {
        let pairs = [("10.role", "b"), ("2.role", "a"), ("2.calls.0.name", "f"), ("2.x.y", "z")];
        let value = unflattened(pairs.into_iter().map(|(key, value)| (key, json!(value))));
        assert_eq!(value, json!([{"role": "a", "calls": [{"name": "f"}], "x": {"y": "z"}}, {"role": "b"}]));
    }

    #[test]
    fn keys_that_contradict_each_other_do_no_harm() {
        for keys in [["a", "a.b"], ["a.b", "a"]] {
            let value = unflattened(keys.into_iter().map(|key| (key, json!(key))));
            assert_eq!(value, json!({"a": {"b": "a.b"}}));
        }
        let long = vec!["1"; 5_000].join(".");
        let value = unflattened([(long.as_str(), json!("end"))].into_iter());
        assert!(value.to_string().contains("end"));
    }
}
