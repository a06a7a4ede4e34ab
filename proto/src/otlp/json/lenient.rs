//! Deserializers for the liberties that OTLP/JSON writers take.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::super::RejectReason;

/// `null` reads as the default.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A message, which is a JSON object: serde's derived code would also read an array as the fields in their order.
struct Message<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Message<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MessageVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for MessageVisitor<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(MessageVisitor(PhantomData)).map(Self)
    }
}

/// A message that must be there.
pub(super) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Message::deserialize(deserializer)?.0)
}

/// A message; `null` is one with nothing set.
pub(super) fn message<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<Message<T>>::deserialize(deserializer)?.map(|message| message.0).unwrap_or_default())
}

/// Messages in order; `null` is none.
pub(super) fn messages<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let messages = Option::<Vec<Message<T>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(messages.into_iter().map(|message| message.0).collect())
}

/// An id in hex. What is not hex is kept as such, so that one bad id costs one span and not the request.
#[derive(Default)]
pub(super) struct HexId(Option<Vec<u8>>, bool);

impl HexId {
    /// Returns the bytes, empty if the id was left out or is not hex.
    pub(super) fn bytes_or_none(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Returns the bytes, empty if the id was left out.
    pub(super) fn bytes(&self) -> Result<&[u8], RejectReason> {
        if self.1 { Err(RejectReason::NotHex) } else { Ok(self.bytes_or_none()) }
    }
}

impl<'de> Deserialize<'de> for HexId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: String = or_default(deserializer)?;
        let is_prefixed = text.starts_with("0x");
        Ok(match const_hex::decode(&text) {
            Ok(bytes) if !is_prefixed => Self(Some(bytes), false),
            _ => Self(None, true),
        })
    }
}

/// An unsigned 64-bit integer as a number or a decimal string.
pub(super) fn u64_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct U64Visitor;
    impl Visitor<'_> for U64Visitor {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an unsigned 64-bit integer, as a number or a decimal string")
        }
        fn visit_unit<E: de::Error>(self) -> Result<u64, E> {
            Ok(0)
        }
        fn visit_u64<E: de::Error>(self, value: u64) -> Result<u64, E> {
            Ok(value)
        }
        fn visit_i64<E: de::Error>(self, value: i64) -> Result<u64, E> {
            u64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
        }
        fn visit_f64<E: de::Error>(self, value: f64) -> Result<u64, E> {
            // JavaScript writes large integers as 1.7e18; what is no integer is an error.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked by the guard"
            )]
            if value.fract() == 0.0 && (0.0..1.8e19).contains(&value) {
                Ok(value as u64)
            } else {
                Err(E::invalid_value(de::Unexpected::Float(value), &self))
            }
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
            if text.is_empty() {
                Ok(0)
            } else {
                text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
    }
    deserializer.deserialize_any(U64Visitor)
}

/// An unsigned 32-bit integer as a number or a decimal string; larger ones saturate, for they only count or flag.
pub(super) fn u32_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    Ok(u32::try_from(u64_or_text(deserializer)?).unwrap_or(u32::MAX))
}

/// An enum as its name or its number; an unknown name is an error, an unknown number is kept.
pub(super) fn enum_number<'de, D: Deserializer<'de>>(
    deserializer: D,
    names: &'static [&'static str],
) -> Result<i32, D::Error> {
    struct EnumVisitor(&'static [&'static str]);
    impl Visitor<'_> for EnumVisitor {
        type Value = i32;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a number or one of {}", self.0.join(", "))
        }
        fn visit_unit<E: de::Error>(self) -> Result<i32, E> {
            Ok(0)
        }
        fn visit_u64<E: de::Error>(self, value: u64) -> Result<i32, E> {
            i32::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
        }
        fn visit_i64<E: de::Error>(self, value: i64) -> Result<i32, E> {
            i32::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<i32, E> {
            let by_name =
                self.0.iter().position(|name| *name == text).and_then(|index| i32::try_from(index).ok());
            by_name
                .or_else(|| text.parse().ok())
                .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }
    deserializer.deserialize_any(EnumVisitor(names))
}
