//! Columns of numbers behind a small header, a body that a browser maps to typed arrays; see `docs/formats/span-table.md`.

use model::StringTable;
use serde_json::{Value, json};

/// Columns as they are collected: their description and their bytes, each padded to 8.
#[derive(Default)]
pub(crate) struct Columns {
    described: Vec<Value>,
    bytes: Vec<u8>,
}

impl Columns {
    /// Adds a column; `kind` is its type in the header.
    pub(crate) fn put<const N: usize>(
        &mut self,
        name: &str,
        kind: &str,
        values: impl Iterator<Item = [u8; N]>,
    ) {
        let offset = self.bytes.len();
        self.bytes.reserve(values.size_hint().0 * N);
        values.for_each(|value| self.bytes.extend_from_slice(&value));
        let length = (self.bytes.len() - offset) / element_size(kind);
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        self.described.push(json!({"name": name, "type": kind, "offset": offset, "length": length}));
    }

    /// Adds strings: where each begins, and their bytes.
    pub(crate) fn put_strings(&mut self, strings: &StringTable) {
        let strings = strings.as_slice();
        let mut end = 0_u32;
        let offsets = std::iter::once(0).chain(strings.iter().map(|text| {
            end += u32::try_from(text.len()).expect("invariant: a trace is bounded far below 4 GiB");
            end
        }));
        self.put("string_offsets", "u32", offsets.map(u32::to_le_bytes));
        self.put("string_bytes", "u8", strings.iter().flat_map(|text| text.bytes()).map(|byte| [byte]));
    }

    /// Adds bytes as they are.
    pub(crate) fn put_bytes(&mut self, name: &str, bytes: &[u8]) {
        self.put(name, "u8", bytes.iter().map(|byte| [*byte]));
    }

    /// Returns the body: magic, version, header with the columns' places, columns.
    pub(crate) fn into_body(mut self, magic: [u8; 4], version: u32, mut header: Value) -> Vec<u8> {
        // Offsets count from the start of the body, so the header's length decides them, and they the header's length:
        // the header is measured with offsets as wide as they can get, then padded.
        header["columns"] = Value::Array(std::mem::take(&mut self.described));
        let widest = header.to_string().len() + 10 * header["columns"].as_array().map_or(0, Vec::len);
        let first_column = (16 + widest).next_multiple_of(8);
        for column in header["columns"].as_array_mut().into_iter().flatten() {
            let offset = column["offset"].as_u64().expect("invariant: put() wrote a number");
            column["offset"] = json!(offset + first_column as u64);
        }
        let header = header.to_string();
        let mut body = Vec::with_capacity(first_column + self.bytes.len());
        body.extend_from_slice(&magic);
        body.extend_from_slice(&version.to_le_bytes());
        let number =
            |length: usize| u32::try_from(length).expect("invariant: the header has a few kilobytes");
        body.extend_from_slice(&number(header.len()).to_le_bytes());
        body.extend_from_slice(&number(first_column).to_le_bytes());
        body.extend_from_slice(header.as_bytes());
        body.resize(first_column, b' ');
        body.append(&mut self.bytes);
        body
    }
}

fn element_size(kind: &str) -> usize {
    match kind {
        "u8" => 1,
        "u16" => 2,
        "f64" | "u64" => 8,
        _ => 4,
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use serde_json::Value;

    use super::element_size;

    /// Reads one column as the browser does, by the offset and length of the header, and cuts its bytes into chunks.
    pub(crate) fn column<'a>(body: &'a [u8], header: &Value, name: &str, chunk_size: usize) -> Vec<&'a [u8]> {
        let column =
            header["columns"].as_array().unwrap().iter().find(|column| column["name"] == name).unwrap();
        let number = |key: &str| usize::try_from(column[key].as_u64().unwrap()).unwrap();
        assert_eq!(number("offset") % 8, 0, "{name}");
        let size = element_size(column["type"].as_str().unwrap());
        body[number("offset")..][..number("length") * size].chunks(chunk_size).collect()
    }
}
