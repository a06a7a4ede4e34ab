//! Trace and span ids: fixed-size bytes inside, lower-case hex outside.

use std::fmt;
use std::str::FromStr;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} hex digits, got {got:?}")]
pub struct ParseIdError {
    /// How many hex digits an id of this kind has.
    pub expected: usize,
    /// The text, cut to 64 characters.
    pub got: String,
}

fn parse<const N: usize>(text: &str) -> Result<[u8; N], ParseIdError> {
    let mut bytes = [0; N];
    // `const-hex` would also take a `0x` prefix, which no specification of ids allows.
    if text.len() != 2 * N || const_hex::decode_to_slice(text, &mut bytes).is_err() {
        return Err(ParseIdError { expected: 2 * N, got: text.chars().take(64).collect() });
    }
    Ok(bytes)
}

/// Id of a trace: 16 bytes, never all zero when it comes from a decoder.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(pub [u8; 16]);

impl TraceId {
    /// Whether all bytes are zero, which OpenTelemetry calls invalid.
    pub fn is_zero(self) -> bool {
        self.0 == [0; 16]
    }

    /// Parses the MLflow form `tr-<32 hex>` as well as 32 hex digits.
    pub fn parse_any(text: &str) -> Result<Self, ParseIdError> {
        text.strip_prefix("tr-").unwrap_or(text).parse()
    }

    /// Returns the MLflow form, `tr-<32 hex>`.
    pub fn to_mlflow(self) -> String {
        format!("tr-{self}")
    }
}

impl FromStr for TraceId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map(Self)
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(const_hex::Buffer::<16>::new().format(&self.0))
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceId({self})")
    }
}

/// Id of a span within a trace: 8 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(pub [u8; 8]);

impl SpanId {
    /// Whether all bytes are zero, which OpenTelemetry calls invalid.
    pub fn is_zero(self) -> bool {
        self.0 == [0; 8]
    }
}

impl FromStr for SpanId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map(Self)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(const_hex::Buffer::<8>::new().format(&self.0))
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpanId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms_of_a_trace_id() {
        let hex = "0123456789abcdef0123456789abcdef";
        let id: TraceId = hex.parse().unwrap();
        assert_eq!(id.to_string(), hex);
        assert_eq!(TraceId::parse_any(&id.to_mlflow()), Ok(id));
    }

    #[test]
    fn refuses_what_is_not_an_id() {
        for text in [
            "",
            "0x23456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcde",
            "g123456789abcdef0123456789abcdef",
        ] {
            assert!(text.parse::<TraceId>().is_err(), "{text}");
        }
        assert_eq!("xyz".parse::<SpanId>().unwrap_err().to_string(), r#"expected 16 hex digits, got "xyz""#);
    }
}
