//! Reads parts of a stored span straight from its bytes: its id, its large values and its text, without decoding the rest.
//!
//! Searching and merging blocks look at every span of a block; decoding each to `model` would cost ten times as much.
//! Field numbers are those of OTLP's `trace.proto` and `common.proto`.

use model::SpanId;

use crate::blob::{BlobError, ValueHash};

/// Values nest no deeper than the protobuf decoder that let them in allows.
const MAX_DEPTH: usize = 128;

/// Text of a span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Text<'a> {
    /// A text as it is stored.
    Inline(&'a str),
    /// An integer, to be read as its decimal digits.
    Int(i64),
    /// A double, to be read as Rust prints it.
    Double(f64),
    /// A truth value, to be read as `true` or `false`.
    Bool(bool),
    /// A text that is kept apart by its content hash.
    Large(ValueHash),
}

/// Returns the id of a stored span.
pub fn span_id(stored: &[u8]) -> Result<SpanId, BlobError> {
    for field in fields(message(stored, 1)?) {
        if let (2, Value::Bytes(bytes)) = field? {
            return bytes.try_into().map(SpanId).map_err(|_| damaged());
        }
    }
    Err(damaged())
}

/// Returns the name of a stored span; nothing if it has none.
pub fn name(stored: &[u8]) -> Result<&[u8], BlobError> {
    for field in fields(message(stored, 1)?) {
        if let (5, Value::Bytes(name)) = field? {
            return Ok(name);
        }
    }
    Ok(&[])
}

/// Returns the content hashes of the large values of a stored span.
pub fn large_values(stored: &[u8]) -> Result<Vec<ValueHash>, BlobError> {
    Ok(large_value_refs(stored)?.into_iter().map(|(_, hash)| hash).collect())
}

/// Calls `visit` on the searchable text of a stored span: its name and status message; keys and values of its attributes;
/// the same and the names of its events; attributes of its links. Bytes values are no text.
pub fn visit_text<'a>(stored: &'a [u8], visit: &mut impl FnMut(Text<'a>)) -> Result<(), BlobError> {
    let mut walk = Walk { visit, large: large_value_refs(stored)?, n_leaves: 0 };
    for field in fields(message(stored, 1)?) {
        match field? {
            (5, Value::Bytes(name)) => walk.text(name)?,
            (9, Value::Bytes(attribute)) => walk.attribute(attribute, 0)?,
            (11, Value::Bytes(event)) => walk.attributes_of(event, 3, Some(2))?,
            (13, Value::Bytes(link)) => walk.attributes_of(link, 4, None)?,
            (15, Value::Bytes(status)) => walk.texts_of(status, 2)?,
            _ => {}
        }
    }
    Ok(())
}

/// Positions among the leaves of the span, and hashes.
fn large_value_refs(stored: &[u8]) -> Result<Vec<(u64, ValueHash)>, BlobError> {
    let mut refs = Vec::new();
    for field in fields(stored) {
        let (2, Value::Bytes(large)) = field? else { continue };
        let (mut position, mut hash) = (0, None);
        for field in fields(large) {
            match field? {
                (1, Value::Number(number)) => position = number,
                (2, Value::Bytes(bytes)) => hash = ValueHash::try_from(bytes).ok(),
                _ => {}
            }
        }
        refs.push((position, hash.ok_or_else(damaged)?));
    }
    Ok(refs)
}

struct Walk<'v, V> {
    visit: &'v mut V,
    large: Vec<(u64, ValueHash)>,
    /// String and bytes values passed so far: what positions of large values count.
    n_leaves: u64,
}

impl<'a, V: FnMut(Text<'a>)> Walk<'_, V> {
    fn text(&mut self, bytes: &'a [u8]) -> Result<(), BlobError> {
        let text = std::str::from_utf8(bytes).map_err(|_| damaged())?;
        (self.visit)(Text::Inline(text));
        Ok(())
    }

    fn texts_of(&mut self, message: &'a [u8], number: u64) -> Result<(), BlobError> {
        for field in fields(message) {
            if let (found, Value::Bytes(text)) = field?
                && found == number
            {
                self.text(text)?;
            }
        }
        Ok(())
    }

    fn attributes_of(
        &mut self,
        message: &'a [u8],
        attributes: u64,
        name: Option<u64>,
    ) -> Result<(), BlobError> {
        for field in fields(message) {
            match field? {
                (number, Value::Bytes(text)) if Some(number) == name => self.text(text)?,
                (number, Value::Bytes(attribute)) if number == attributes => self.attribute(attribute, 0)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn attribute(&mut self, attribute: &'a [u8], depth: usize) -> Result<(), BlobError> {
        for field in fields(attribute) {
            match field? {
                (1, Value::Bytes(key)) => self.text(key)?,
                (2, Value::Bytes(value)) => self.value(value, depth)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn value(&mut self, value: &'a [u8], depth: usize) -> Result<(), BlobError> {
        if depth > MAX_DEPTH {
            return Err(damaged());
        }
        for field in fields(value) {
            match field? {
                (1, Value::Bytes(text)) => match self.leaf() {
                    Some(hash) => (self.visit)(Text::Large(hash)),
                    None => self.text(text)?,
                },
                (2, Value::Number(number)) => (self.visit)(Text::Bool(number != 0)),
                (3, Value::Number(number)) => (self.visit)(Text::Int(number.cast_signed())),
                (4, Value::Number(bits)) => (self.visit)(Text::Double(f64::from_bits(bits))),
                (5, Value::Bytes(array)) => {
                    for field in fields(array) {
                        if let (1, Value::Bytes(value)) = field? {
                            self.value(value, depth + 1)?;
                        }
                    }
                }
                (6, Value::Bytes(list)) => {
                    for field in fields(list) {
                        if let (1, Value::Bytes(attribute)) = field? {
                            self.attribute(attribute, depth + 1)?;
                        }
                    }
                }
                (7, Value::Bytes(_)) => {
                    self.leaf();
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Passes a string or bytes value; returns its hash if it is kept apart.
    fn leaf(&mut self) -> Option<ValueHash> {
        let position = self.n_leaves;
        self.n_leaves += 1;
        self.large.iter().find(|(large, _)| *large == position).map(|(_, hash)| *hash)
    }
}

enum Value<'a> {
    /// A varint, or the bits of a fixed-size number.
    Number(u64),
    Bytes(&'a [u8]),
}

/// Iterates over the fields of a protobuf message: field number and value.
fn fields(message: &[u8]) -> impl Iterator<Item = Result<(u64, Value<'_>), BlobError>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = next_field(&mut rest).ok_or_else(damaged);
        if field.is_err() {
            rest = &[];
        }
        Some(field)
    })
}

fn next_field<'a>(rest: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let tag = varint(rest)?;
    let value = match tag & 7 {
        0 => Value::Number(varint(rest)?),
        1 => Value::Number(u64::from_le_bytes(take(rest, 8)?.try_into().ok()?)),
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            Value::Bytes(take(rest, length)?)
        }
        5 => Value::Number(u64::from(u32::from_le_bytes(take(rest, 4)?.try_into().ok()?))),
        _ => return None,
    };
    Some((tag >> 3, value))
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

fn message(outer: &[u8], number: u64) -> Result<&[u8], BlobError> {
    for field in fields(outer) {
        if let (found, Value::Bytes(message)) = field?
            && found == number
        {
            return Ok(message);
        }
    }
    Err(damaged())
}

fn damaged() -> BlobError {
    BlobError("a span cannot be read".to_owned())
}

#[cfg(test)]
mod tests {
    use model::{AnyValue, Attribute, Span};
    use proptest::prelude::*;
    use testkit::strategies;

    use super::*;
    use crate::blob::encode_span;

    /// What is searchable, by the decoded span; large values in brackets.
    fn expected(span: &Span, max_inline: usize) -> Vec<String> {
        fn value_of(value: &AnyValue, max_inline: usize, out: &mut Vec<String>) {
            match value {
                AnyValue::String(text) if text.len() > max_inline => out.push(format!("<{text}>")),
                AnyValue::String(text) => out.push(text.clone()),
                AnyValue::Int(int) => out.push(int.to_string()),
                AnyValue::Double(double) => out.push(double.to_string()),
                AnyValue::Bool(truth) => out.push(truth.to_string()),
                AnyValue::Array(values) => values.iter().for_each(|inner| value_of(inner, max_inline, out)),
                AnyValue::KvList(pairs) => attributes(pairs, max_inline, out),
                AnyValue::Bytes(_) | AnyValue::Empty => {}
            }
        }
        fn attributes(list: &[Attribute], max_inline: usize, out: &mut Vec<String>) {
            for attribute in list {
                out.push(attribute.key.clone());
                value_of(&attribute.value, max_inline, out);
            }
        }
        let mut out = vec![span.name.clone(), span.status.message.clone()];
        attributes(&span.attributes, max_inline, &mut out);
        for event in &span.events {
            out.push(event.name.clone());
            attributes(&event.attributes, max_inline, &mut out);
        }
        span.links.iter().for_each(|link| attributes(&link.attributes, max_inline, &mut out));
        // Protobuf does not write empty texts.
        out.retain(|text| !text.is_empty());
        out.sort();
        out
    }

    proptest! {
        #[test]
        fn the_text_of_a_stored_span_is_that_of_the_span(span in strategies::span(), max_inline in 0..12_usize) {
            let mut kept = Vec::new();
            let stored = encode_span(span.clone(), max_inline, &mut |bytes| {
                let mut hash = [0; 32];
                hash[..8].copy_from_slice(&(kept.len() as u64).to_le_bytes());
                kept.push(bytes);
                hash
            });
            let of_hash = |hash: &ValueHash| kept[usize::from(hash[0]) + 256 * usize::from(hash[1])].clone();
            let mut texts = Vec::new();
            visit_text(&stored, &mut |text| texts.push(match text {
                Text::Inline(text) => text.to_owned(),
                Text::Int(int) => int.to_string(),
                Text::Double(double) => double.to_string(),
                Text::Bool(truth) => truth.to_string(),
                Text::Large(hash) => format!("<{}>", String::from_utf8(of_hash(&hash)).unwrap()),
            })).unwrap();
            texts.retain(|text| !text.is_empty());
            texts.sort();
            prop_assert_eq!(texts, expected(&span, max_inline));
            prop_assert_eq!(span_id(&stored).unwrap(), span.span_id);
            prop_assert_eq!(name(&stored).unwrap(), span.name.as_bytes());
            prop_assert_eq!(large_values(&stored).unwrap().len(), kept.len());
        }

        #[test]
        fn any_bytes_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = span_id(&bytes);
            let _ = name(&bytes);
            let _ = large_values(&bytes);
            let _ = visit_text(&bytes, &mut |_| {});
        }
    }
}
