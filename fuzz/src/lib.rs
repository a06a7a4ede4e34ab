//! What must hold for any body that a decoder takes, whoever wrote it.

use model::SpanGroup;
use proto::otlp::{
    Decoded, DecodedLogs, decode_json, decode_logs_protobuf, decode_protobuf, encode_json, encode_protobuf,
};

/// Asserts that what was decoded is what both encodings give again, and that each span can be stored and read.
pub fn check_traces(decoded: Decoded) {
    let groups = decoded.groups;
    let protobuf = encode_protobuf(groups.clone());
    let again = decode_protobuf(&protobuf).expect("what we encode, we decode");
    assert!(again.rejections.is_empty(), "{:?}", again.rejections);
    // Bytes compare where values cannot: NaN equals nothing.
    assert_eq!(encode_protobuf(again.groups), protobuf, "protobuf is stable");
    let json = encode_json(&groups).to_string();
    let from_json = decode_json(json.as_bytes()).expect("what we encode, we decode");
    assert!(from_json.rejections.is_empty(), "{:?}", from_json.rejections);
    assert_eq!(
        without_nan(encode_protobuf(from_json.groups)),
        without_nan(protobuf),
        "JSON says the same as protobuf"
    );
    groups.into_iter().for_each(check_storage);
}

/// JSON has one NaN where there are many bit patterns: decoding and encoding as JSON makes them one.
fn without_nan(protobuf: Vec<u8>) -> String {
    encode_json(&decode_protobuf(&protobuf).expect("it was encoded by us").groups).to_string()
}

fn check_storage(group: SpanGroup) {
    use proto::blob::{
        BlobError, decode_resource, decode_scope, decode_span, encode_resource, encode_scope, encode_span,
    };
    let resource = encode_resource(&group.resource);
    assert_eq!(encode_resource(&decode_resource(&resource).expect("a resource can be read")), resource);
    let scope = encode_scope(&group.scope);
    assert_eq!(encode_scope(&decode_scope(&scope).expect("a scope can be read")), scope);
    for span in group.spans {
        let trace_id = span.trace_id;
        let store = |span| {
            let mut kept = Vec::new();
            let bytes = encode_span(span, 8, &mut |value| {
                kept.push(value);
                let mut hash = [0; 32];
                hash[..8].copy_from_slice(&(kept.len() as u64 - 1).to_le_bytes());
                hash
            });
            (bytes, kept)
        };
        let (bytes, kept) = store(span);
        let mut fetch = |hash: proto::blob::ValueHash| {
            let index = u64::from_le_bytes(hash[..8].try_into().expect("8 bytes"));
            let index = usize::try_from(index).expect("it was a length");
            Ok::<_, BlobError>(kept[index].clone())
        };
        let read = decode_span(trace_id, &bytes, &mut fetch).expect("a stored span can be read");
        assert_eq!(store(read).0, bytes, "storage is stable");
    }
}

/// Asserts that each log record can be stored and read, and that what is stored of it is a record that we decode.
pub fn check_logs(decoded: DecodedLogs) {
    use proto::blob::{decode_log, encode_log};
    for record in decoded.groups.into_iter().flat_map(|group| group.records) {
        let trace_id = record.trace_id.expect("records without a trace are left out");
        let stored = encode_log(record);
        let read = decode_log(trace_id, &stored).expect("a stored record can be read");
        assert_eq!(encode_log(read), stored, "storage is stable");
        let mut sent = stored.clone();
        sent.extend_from_slice(b"\x4a\x10");
        sent.extend_from_slice(&trace_id.0);
        let again = decode_logs_protobuf(&delimited(1, &delimited(2, &delimited(2, &sent))))
            .expect("it is a request");
        assert!(again.rejections.is_empty(), "{:?}", again.rejections);
        assert_eq!(encode_log(again.groups[0].records[0].clone()), stored, "protobuf is stable");
    }
}

/// A length-delimited protobuf field.
fn delimited(number: u8, payload: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = payload.len();
    while length >= 0x80 {
        let [low, ..] = length.to_le_bytes();
        field.push(low | 0x80);
        length >>= 7;
    }
    let [low, ..] = length.to_le_bytes();
    field.push(low);
    field.extend_from_slice(payload);
    field
}

/// Takes the seeds out of their file: each behind its length, all compressed with zstd.
pub fn unpack(packed: &[u8]) -> Vec<Vec<u8>> {
    let bytes = zstd::decode_all(packed).expect("a file of seeds");
    let mut seeds = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_le_bytes(*length)).expect("32 bits fit");
        let (seed, after) = after.split_at(length);
        seeds.push(seed.to_vec());
        rest = after;
    }
    seeds
}

/// Puts seeds into a file for [`unpack`].
pub fn pack(seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for seed in seeds {
        let length = u32::try_from(seed.len()).expect("seeds are small");
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(seed);
    }
    zstd::encode_all(bytes.as_slice(), 19).expect("it is in memory")
}
