//! The minimised corpora of the fuzz targets hold to the same invariants on every run of the tests.

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

use proto::otlp::{decode_json, decode_logs_json, decode_logs_protobuf, decode_protobuf};

/// Replays the seeds of a target; tells how many of them a decoder took.
fn replay(packed: &[u8], mut is_taken: impl FnMut(&[u8]) -> bool) {
    let seeds = fuzz::unpack(packed);
    let n_taken = seeds.iter().filter(|seed| is_taken(seed)).count();
    // A corpus of which nothing is taken would test no invariant, and one of which all is taken would test no refusal.
    assert!(n_taken > 100 && n_taken < seeds.len(), "{n_taken} of {}", seeds.len());
    assert_eq!(fuzz::unpack(&fuzz::pack(&seeds)), seeds, "the file can be renewed");
}

#[test]
fn traces_in_protobuf() {
    replay(include_bytes!("../../fuzz/seeds/traces_protobuf.zst"), |body| {
        decode_protobuf(body).map(fuzz::check_traces).is_ok()
    });
}

#[test]
fn traces_in_json() {
    replay(include_bytes!("../../fuzz/seeds/traces_json.zst"), |body| {
        decode_json(body).map(fuzz::check_traces).is_ok()
    });
}

#[test]
fn logs_in_protobuf() {
    replay(include_bytes!("../../fuzz/seeds/logs_protobuf.zst"), |body| {
        decode_logs_protobuf(body).map(fuzz::check_logs).is_ok()
    });
}

#[test]
fn logs_in_json() {
    replay(include_bytes!("../../fuzz/seeds/logs_json.zst"), |body| {
        decode_logs_json(body).map(fuzz::check_logs).is_ok()
    });
}
