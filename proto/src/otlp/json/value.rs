//! `AnyValue`s of OTLP/JSON, read with a bound on their nesting: a list that lies deeper is taken over as the text that it is.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::{AnyValue, Attribute};
use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::super::Limits;
use super::text::Text;

/// Lists within lists that are read as such. What lies deeper is passed over without recursion.
const DEEPEST: usize = Limits::DEEPEST_VALUE;

/// A value that no list is around.
#[derive(Default)]
pub(super) struct WireValue(pub(super) AnyValue);

impl<'de> Deserialize<'de> for WireValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        AnyValue::nested(0, deserializer).map(Self)
    }
}

/// An attribute with such a value.
#[derive(Default)]
pub(super) struct WireAttribute(pub(super) Attribute);

impl<'de> Deserialize<'de> for WireAttribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Attribute::nested(0, deserializer).map(Self)
    }
}

/// What has so many lists around it.
trait Nested: Sized {
    fn nested<'de, D: Deserializer<'de>>(depth: usize, deserializer: D) -> Result<Self, D::Error>;
}

impl Nested for AnyValue {
    fn nested<'de, D: Deserializer<'de>>(depth: usize, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor { depth })
    }
}

impl Nested for Attribute {
    fn nested<'de, D: Deserializer<'de>>(depth: usize, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AttributeVisitor { depth })
    }
}

struct Seed<T> {
    depth: usize,
    of: PhantomData<T>,
}

impl<T> Seed<T> {
    fn new(depth: usize) -> Self {
        Self { depth, of: PhantomData }
    }
}

impl<'de, T: Nested> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::nested(self.depth, deserializer)
    }
}

/// Absent, `null` and `{}` are all empty.
struct ValueVisitor {
    depth: usize,
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = AnyValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an OTLP AnyValue object such as {\"stringValue\": \"…\"}")
    }
    fn visit_unit<E: de::Error>(self) -> Result<AnyValue, E> {
        Ok(AnyValue::Empty)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnyValue, A::Error> {
        let mut value = AnyValue::Empty;
        while let Some(Text(key)) = map.next_key()? {
            let read = match key.as_str() {
                "stringValue" => map.next_value::<Option<Text>>()?.map(|text| AnyValue::String(text.0)),
                "boolValue" => map.next_value::<Option<bool>>()?.map(AnyValue::Bool),
                "intValue" => map.next_value::<Option<Int>>()?.map(|int| int.0),
                "doubleValue" => map.next_value::<Option<Double>>()?.map(|double| AnyValue::Double(double.0)),
                "bytesValue" => map.next_value::<Option<Base64>>()?.map(|bytes| AnyValue::Bytes(bytes.0)),
                "arrayValue" | "kvlistValue" if self.depth >= DEEPEST => {
                    let list = map.next_value::<Option<&RawValue>>()?;
                    list.map(|list| AnyValue::String(format!("{{\"{key}\":{}}}", list.get())))
                }
                "arrayValue" => map.next_value_seed(List::new(self.depth + 1))?.map(AnyValue::Array),
                "kvlistValue" => map.next_value_seed(List::new(self.depth + 1))?.map(AnyValue::KvList),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    None
                }
            };
            if let Some(read) = read {
                value = read;
            }
        }
        Ok(value)
    }
}

struct AttributeVisitor {
    depth: usize,
}

impl<'de> Visitor<'de> for AttributeVisitor {
    type Value = Attribute;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a key and a value")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attribute, A::Error> {
        let mut attribute = Attribute::default();
        while let Some(Text(field)) = map.next_key()? {
            match field.as_str() {
                "key" => attribute.key = map.next_value::<Option<Text>>()?.unwrap_or_default().0,
                "value" => attribute.value = map.next_value_seed(Seed::new(self.depth))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(attribute)
    }
}

/// A message with a list of `values` in it; `null` is no message.
struct List<T> {
    depth: usize,
    of: PhantomData<T>,
}

impl<T> List<T> {
    fn new(depth: usize) -> Self {
        Self { depth, of: PhantomData }
    }
}

impl<'de, T: Nested> DeserializeSeed<'de> for List<T> {
    type Value = Option<Vec<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Nested> Visitor<'de> for List<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list of values")
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Text(field)) = map.next_key()? {
            if field == "values" {
                values = map.next_value_seed(Values { depth: self.depth, of: PhantomData })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Some(values))
    }
}

/// The values of a list; `null` is none.
struct Values<T> {
    depth: usize,
    of: PhantomData<T>,
}

impl<'de, T: Nested> DeserializeSeed<'de> for Values<T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Nested> Visitor<'de> for Values<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_unit<E: de::Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Seed::new(self.depth))? {
            values.push(value);
        }
        Ok(values)
    }
}

/// An integer; a double where it is a number beyond 64 bits.
///
/// To JavaScript's exporter every whole number is an integer, `Number.MAX_VALUE` too. In protobuf it sends such a one as a
/// double; refused, it would take its span along.
struct Int(AnyValue);

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IntVisitor;
        impl Visitor<'_> for IntVisitor {
            type Value = AnyValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a signed 64-bit integer, as a number or a decimal string")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<AnyValue, E> {
                Ok(AnyValue::Int(value))
            }
            #[expect(
                clippy::cast_precision_loss,
                reason = "no 64-bit integer: the sender's numbers are doubles"
            )]
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<AnyValue, E> {
                Ok(i64::try_from(value).map_or(AnyValue::Double(value as f64), AnyValue::Int))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<AnyValue, E> {
                const END: f64 = 9_223_372_036_854_775_808.0;
                #[expect(clippy::cast_possible_truncation, reason = "checked by the guard")]
                if value.fract() != 0.0 {
                    Err(E::invalid_value(de::Unexpected::Float(value), &self))
                } else if (-END..END).contains(&value) {
                    Ok(AnyValue::Int(value as i64))
                } else {
                    Ok(AnyValue::Double(value))
                }
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<AnyValue, E> {
                text.parse()
                    .map(AnyValue::Int)
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(IntVisitor).map(Self)
    }
}

struct Double(f64);

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DoubleVisitor;
        impl Visitor<'_> for DoubleVisitor {
            type Value = f64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or \"NaN\", \"Infinity\" or \"-Infinity\"")
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<f64, E> {
                Ok(value)
            }
            #[expect(clippy::cast_precision_loss, reason = "the sender wrote a double without a fraction")]
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<f64, E> {
                Ok(value as f64)
            }
            #[expect(clippy::cast_precision_loss, reason = "the sender wrote a double without a fraction")]
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<f64, E> {
                Ok(value as f64)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
                text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(DoubleVisitor).map(Self)
    }
}

struct Base64(Vec<u8>);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Proto-JSON readers must take both alphabets, with or without padding.
        const LENIENT: GeneralPurposeConfig =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
        const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
        let text = String::deserialize(deserializer)?;
        STANDARD
            .decode(&text)
            .or_else(|_| URL_SAFE.decode(&text))
            .map(Self)
            .map_err(|_| de::Error::invalid_value(de::Unexpected::Str(&text), &"bytes in base64"))
    }
}
