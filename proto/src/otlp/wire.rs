//! Protobuf fields one after another, without a schema: for requests that the real decoder refuses or must not see unchecked.

use prost::encoding::{decode_varint, encode_varint};

/// Bytes that are no protobuf message: a length, tag, wire type or varint is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// A field as it lies in its message.
pub(super) struct Field<'a> {
    /// Its number.
    pub(super) number: u32,
    /// What is in it, if it is length-delimited: a text, bytes or a message.
    pub(super) payload: Option<&'a [u8]>,
    /// All of it, tag included.
    pub(super) bytes: &'a [u8],
}

/// The fields of a message in order; ends after the first error.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const LENGTH_DELIMITED: u64 = 2;
const GROUP_START: u64 = 3;
const GROUP_END: u64 = 4;
const FIXED_32: u64 = 5;

impl<'a> Fields<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn read(&mut self) -> Result<Field<'a>, Malformed> {
        let whole = self.rest;
        let (number, wire_type) = self.tag()?;
        let payload = match wire_type {
            LENGTH_DELIMITED => Some(self.delimited()?),
            GROUP_START => {
                self.skip_group(number)?;
                None
            }
            other => {
                self.skip_scalar(other)?;
                None
            }
        };
        Ok(Field { number, payload, bytes: &whole[..whole.len() - self.rest.len()] })
    }

    fn tag(&mut self) -> Result<(u32, u64), Malformed> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0 && *number < 1 << 29);
        Ok((number.ok_or(Malformed)?, tag & 7))
    }

    fn varint(&mut self) -> Result<u64, Malformed> {
        decode_varint(&mut self.rest).map_err(|_| Malformed)
    }

    fn delimited(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(self.varint()?).map_err(|_| Malformed)?;
        self.take(length)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn skip_scalar(&mut self, wire_type: u64) -> Result<(), Malformed> {
        match wire_type {
            VARINT => self.varint().map(|_| ()),
            FIXED_64 => self.take(8).map(|_| ()),
            FIXED_32 => self.take(4).map(|_| ()),
            _ => Err(Malformed),
        }
    }

    /// Skips a group, whose tag was read; groups in it are counted, not recursed into.
    fn skip_group(&mut self, number: u32) -> Result<(), Malformed> {
        let mut open = vec![number];
        while let Some(innermost) = open.last() {
            match self.tag()? {
                (number, GROUP_END) if number == *innermost => {
                    open.pop();
                }
                (number, GROUP_START) => open.push(number),
                (_, LENGTH_DELIMITED) => {
                    self.delimited()?;
                }
                (_, other) => self.skip_scalar(other)?,
            }
        }
        Ok(())
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

/// Writes a length-delimited field.
pub(super) fn put_delimited(out: &mut Vec<u8>, number: u32, payload: &[u8]) {
    encode_varint(u64::from(number) << 3 | LENGTH_DELIMITED, out);
    encode_varint(payload.len() as u64, out);
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(message: &[u8]) -> Result<Vec<u32>, Malformed> {
        Fields::new(message).map(|field| field.map(|field| field.number)).collect()
    }

    #[test]
    fn every_wire_type_is_passed_over_and_damage_is_found() {
        // Field 1: varint 5. Field 2: "ab". Field 3: a group with a group and a varint in it. Field 4: 32 bits. Field 5: 64 bits.
        let message = b"\x08\x05\x12\x02ab\x1b\x23\x24\x28\x07\x1c\x25\0\0\0\0\x29\0\0\0\0\0\0\0\0";
        assert_eq!(numbers(message), Ok(vec![1, 2, 3, 4, 5]));
        for damaged in [
            &b"\x12\x03ab"[..],                                  // a length beyond the end
            b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",     // the largest length
            b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", // a varint of eleven bytes
            b"\x08",                                             // no value
            b"\x00\x00",                                         // field number 0
            b"\x0e",                                             // wire type 6
            b"\x0c",                                             // the end of a group that did not begin
            b"\x1b\x08\x01",                                     // a group without an end
            b"\x1b\x24",                                         // a group that another one ends
        ] {
            assert_eq!(numbers(damaged), Err(Malformed), "{damaged:x?}");
        }
    }
}
