//! `ExportTraceServiceRequest` in JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Ok(decoded) = proto::otlp::decode_json(body) {
        fuzz::check_traces(decoded);
    }
});
