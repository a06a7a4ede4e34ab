//! What must hold for any body that a decoder takes, whoever wrote it.

use model::SpanGroup;
use proto::otlp::{Decoded, decode_json, decode_protobuf, encode_json, encode_protobuf};

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
    assert_eq!(without_nan(encode_protobuf(from_json.groups)), without_nan(protobuf), "JSON says the same as protobuf");
    groups.into_iter().for_each(check_storage);
}

/// JSON has one NaN where there are many bit patterns: decoding and encoding as JSON makes them one.
fn without_nan(protobuf: Vec<u8>) -> String {
    encode_json(&decode_protobuf(&protobuf).expect("it was encoded by us").groups).to_string()
}

fn check_storage(group: SpanGroup) {
    use proto::blob::{BlobError, decode_resource, decode_scope, decode_span, encode_resource, encode_scope, encode_span};
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
            let index = u64::from_le_bytes(hash[..8].try_into().expect("8 bytes")) as usize;
            Ok::<_, BlobError>(kept[index].clone())
        };
        let read = decode_span(trace_id, &bytes, &mut fetch).expect("a stored span can be read");
        assert_eq!(store(read).0, bytes, "storage is stable");
    }
}
