//! Texts of JSON documents: a lone surrogate or bytes that are not UTF-8 become a replacement character instead of costing the
//! whole request. JavaScript writes lone surrogates where a text was cut in the middle of an emoji.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// A text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = String;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
                Ok(text.to_owned())
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<String, E> {
                Ok(lossy(bytes).into_owned())
            }
        }
        // Asked for bytes, serde_json unescapes the text without insisting on UTF-8.
        deserializer.deserialize_bytes(TextVisitor).map(Self)
    }
}

/// Reads bytes as UTF-8. serde_json writes a lone surrogate as the three bytes that it would take in UTF-8 if it were allowed
/// there; it becomes one replacement character, as a decoder of UTF-16 would have it.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    const REPLACEMENT: &str = "\u{fffd}";
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len());
            let mut rest = bytes;
            while !rest.is_empty() {
                let at = rest.windows(3).position(|bytes| matches!(bytes, [0xed, 0xa0..=0xbf, 0x80..=0xbf]));
                let (before, after) = at.map_or((rest, &[][..]), |at| (&rest[..at], &rest[at + 3..]));
                text.push_str(&String::from_utf8_lossy(before));
                if at.is_some() {
                    text.push_str(REPLACEMENT);
                }
                rest = after;
            }
            Cow::Owned(text)
        }
    }
}

/// A text; `null` is an empty one.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<Text>::deserialize(deserializer)?.unwrap_or_default().0)
}

/// Texts in order; `null` is none.
pub(super) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = Option::<Vec<Text>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(texts.into_iter().map(|text| text.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_character_is_replaced_and_all_around_it_kept() {
        let read = |json: &[u8]| serde_json::from_slice::<Text>(json).map(|text| text.0).ok();
        for (json, expected) in [
            (&b"\"plain\""[..], "plain"),
            (br#""pair \ud83d\ude00""#, "pair \u{1f600}"),
            (br#""high \ud83d""#, "high \u{fffd}"),
            (br#""\ude00 low""#, "\u{fffd} low"),
            (br#""\ud83d and \ud83d\ude00""#, "\u{fffd} and \u{1f600}"),
            (b"\"bytes \xff\xfe.\"", "bytes \u{fffd}\u{fffd}."),
            (br#""nul \u0000.""#, "nul \0."),
        ] {
            assert_eq!(read(json).as_deref(), Some(expected), "{}", String::from_utf8_lossy(json));
        }
        assert_eq!(read(b"5"), None);
        assert_eq!(read(b"\"open"), None);
    }
}
