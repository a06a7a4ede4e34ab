//! Attribute values as OpenTelemetry types them, and lists of attributes.

/// A typed value. Nothing is converted on the way in: an integer stays an integer, a repeated key stays repeated.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum AnyValue {
    /// No value.
    #[default]
    Empty,
    /// Text.
    String(String),
    /// Truth value.
    Bool(bool),
    /// Signed 64-bit integer.
    Int(i64),
    /// 64-bit float, NaN and infinities included.
    Double(f64),
    /// Values in order, of any types.
    Array(Vec<AnyValue>),
    /// Key-value pairs in order.
    KvList(Vec<Attribute>),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl AnyValue {
    /// Returns the text of a string value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Calls `visit` on every string and bytes value inside, in a fixed order: depth first, as written.
    ///
    /// The order is what lets a value be taken out of a span and put back by its position.
    pub fn visit_leaves_mut(&mut self, visit: &mut impl FnMut(&mut AnyValue)) {
        match self {
            Self::Array(values) => values.iter_mut().for_each(|value| value.visit_leaves_mut(visit)),
            Self::KvList(pairs) => pairs.iter_mut().for_each(|pair| pair.value.visit_leaves_mut(visit)),
            Self::String(_) | Self::Bytes(_) => visit(self),
            Self::Empty | Self::Bool(_) | Self::Int(_) | Self::Double(_) => {}
        }
    }
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attribute {
    /// The key. OpenTelemetry wants it non-empty and unique; senders differ.
    pub key: String,
    /// The value.
    pub value: AnyValue,
}

impl Attribute {
    /// Makes an attribute.
    pub fn new(key: impl Into<String>, value: AnyValue) -> Self {
        Self { key: key.into(), value }
    }
}

/// Look-ups in a list of attributes, where the last of a repeated key wins.
pub trait Attributes {
    /// Returns the value of a key, if it is there.
    fn value(&self, key: &str) -> Option<&AnyValue>;

    /// Returns the text of a key whose value is a string.
    fn text(&self, key: &str) -> Option<&str> {
        self.value(key).and_then(AnyValue::as_str)
    }
}

impl Attributes for [Attribute] {
    fn value(&self, key: &str) -> Option<&AnyValue> {
        self.iter().rev().find(|attribute| attribute.key == key).map(|attribute| &attribute.value)
    }
}
