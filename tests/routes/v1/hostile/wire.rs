//! Protobuf and HTTP by hand.

/// Writes a varint.
pub(super) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let [low, ..] = (value & 0x7f).to_le_bytes();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// Writes a length-delimited field.
pub(super) fn field(number: u64, payload: &[u8]) -> Vec<u8> {
    [varint(number << 3 | 2), varint(payload.len() as u64), payload.to_vec()].concat()
}

/// Writes a field of 64 bits.
pub(super) fn fixed64(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3 | 1), value.to_le_bytes().to_vec()].concat()
}

/// Writes a varint field.
pub(super) fn int(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3), varint(value)].concat()
}

/// Writes a span with valid ids and more fields.
pub(super) fn span(trace_byte: u8, fields: &[Vec<u8>]) -> Vec<u8> {
    [field(1, &[trace_byte; 16]), field(2, &[trace_byte; 8]), fields.concat()].concat()
}

/// Writes a request with spans, each in a scope of its own.
pub(super) fn spans(spans: &[Vec<u8>]) -> Vec<u8> {
    spans.iter().flat_map(|span| field(1, &field(2, &field(2, span)))).collect()
}

/// Writes an attribute whose value has these fields.
pub(super) fn attribute(key: &[u8], value: &[u8]) -> Vec<u8> {
    field(9, &[field(1, key), field(2, value)].concat())
}

/// Writes a value that is nested so many lists deep.
pub(super) fn nested(n_levels: usize, is_list: bool) -> Vec<u8> {
    (0..n_levels).fold(int(3, 1), |inner, _| {
        if is_list {
            field(5, &field(1, &inner))
        } else {
            field(6, &field(1, &[field(1, b"k"), field(2, &inner)].concat()))
        }
    })
}

/// Writes a POST of a body.
pub(super) fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n{headers}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Writes a POST of a protobuf body.
pub(super) fn post_protobuf(body: &[u8]) -> Vec<u8> {
    post("content-type: application/x-protobuf", body)
}

/// Writes a POST of a JSON body.
pub(super) fn post_json(body: &[u8]) -> Vec<u8> {
    post("content-type: application/json", body)
}
