//! `ExportLogsServiceRequest` in JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Ok(decoded) = proto::otlp::decode_logs_json(body) {
        fuzz::check_logs(decoded);
    }
});
