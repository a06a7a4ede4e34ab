//! OTLP logs, protobuf and JSON, to [`model::LogGroup`]s.
//!
//! A record without a trace id is nobody's: it is counted, not kept.

use model::{LogGroup, LogRecord, SpanId, TraceId};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::logs::v1 as logs;
use prost::Message;

use super::protobuf::{
    attributes_from_wire, attributes_to_wire, resource_from_wire, scope_from_wire, value_from_wire,
    value_to_wire,
};
use super::{DecodeError, Limits, RejectReason, id, json, limits, repair, salvage};

/// What came out of a request with logs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DecodedLogs {
    /// The good records of traces, by resource and scope; groups without a record are left out.
    pub groups: Vec<LogGroup>,
    /// Records without a trace id.
    pub n_without_trace: usize,
    /// Why records with an unusable id were left out, one entry for each.
    pub rejections: Vec<RejectReason>,
}

impl DecodedLogs {
    /// Takes the records of one scope, the good ones apart from the others.
    pub(super) fn add(
        &mut self,
        records: impl Iterator<Item = Result<LogRecord, RejectReason>>,
        group: impl FnOnce() -> LogGroup,
    ) {
        let mut good = Vec::new();
        for record in records {
            match record {
                Ok(record) if record.trace_id.is_none() => self.n_without_trace += 1,
                Ok(record) => good.push(record),
                Err(reason) => self.rejections.push(reason),
            }
        }
        if !good.is_empty() {
            self.groups.push(LogGroup { records: good, ..group() });
        }
    }
}

/// Decodes an `ExportLogsServiceRequest` within the default limits.
pub fn decode_logs_protobuf(body: &[u8]) -> Result<DecodedLogs, DecodeError> {
    decode_logs_protobuf_within(body, &Limits::default())
}

/// Decodes an `ExportLogsServiceRequest`.
pub fn decode_logs_protobuf_within(body: &[u8], within: &Limits) -> Result<DecodedLogs, DecodeError> {
    limits::check_messages(repair::LOGS, body)?;
    let mut decoded = match ExportLogsServiceRequest::decode(body) {
        Ok(request) => from_wire(request),
        Err(error) => salvage::logs(body, within)
            .ok_or_else(|| DecodeError::Protobuf("ExportLogsServiceRequest", error.to_string()))?,
    };
    limits::apply_to_logs(&mut decoded, within)?;
    Ok(decoded)
}

fn from_wire(request: ExportLogsServiceRequest) -> DecodedLogs {
    let mut decoded = DecodedLogs::default();
    for resource_logs in request.resource_logs {
        let resource = resource_from_wire(resource_logs.resource, resource_logs.schema_url);
        for scope_logs in resource_logs.scope_logs {
            let (scope, schema_url) = (scope_logs.scope, scope_logs.schema_url);
            decoded.add(scope_logs.log_records.into_iter().map(log_from_wire), || LogGroup {
                resource: resource.clone(),
                scope: scope_from_wire(scope, schema_url),
                records: Vec::new(),
            });
        }
    }
    decoded
}

/// Decodes an `ExportLogsServiceRequest` in JSON within the default limits.
pub fn decode_logs_json(body: &[u8]) -> Result<DecodedLogs, DecodeError> {
    decode_logs_json_within(body, &Limits::default())
}

/// Decodes an `ExportLogsServiceRequest` in JSON.
pub fn decode_logs_json_within(body: &[u8], within: &Limits) -> Result<DecodedLogs, DecodeError> {
    let mut decoded = json::logs::decode(body)?;
    limits::apply_to_logs(&mut decoded, within)?;
    Ok(decoded)
}

/// Takes the ids of a record: empty and all zero both mean that there is none.
pub(super) fn ids(
    trace_id: &[u8],
    span_id: &[u8],
) -> Result<(Option<TraceId>, Option<SpanId>), RejectReason> {
    let trace_id = match id::trace_id(trace_id) {
        Ok(id) => Some(id),
        Err(RejectReason::NoTraceId | RejectReason::ZeroId) => None,
        Err(reason) => return Err(reason),
    };
    Ok((trace_id, id::parent_span_id(span_id)?))
}

pub(crate) fn log_from_wire(record: logs::LogRecord) -> Result<LogRecord, RejectReason> {
    let (trace_id, span_id) = ids(&record.trace_id, &record.span_id)?;
    Ok(LogRecord {
        trace_id,
        span_id,
        time_unix_nano: record.time_unix_nano,
        observed_time_unix_nano: record.observed_time_unix_nano,
        severity_number: record.severity_number,
        severity_text: record.severity_text,
        event_name: record.event_name,
        body: value_from_wire(record.body),
        attributes: attributes_from_wire(record.attributes),
        dropped_attributes_count: record.dropped_attributes_count,
        flags: record.flags,
    })
}

pub(crate) fn log_to_wire(record: LogRecord) -> logs::LogRecord {
    logs::LogRecord {
        trace_id: record.trace_id.map(|id| id.0.to_vec()).unwrap_or_default(),
        span_id: record.span_id.map(|id| id.0.to_vec()).unwrap_or_default(),
        time_unix_nano: record.time_unix_nano,
        observed_time_unix_nano: record.observed_time_unix_nano,
        severity_number: record.severity_number,
        severity_text: record.severity_text,
        event_name: record.event_name,
        body: Some(value_to_wire(record.body)),
        attributes: attributes_to_wire(record.attributes),
        dropped_attributes_count: record.dropped_attributes_count,
        flags: record.flags,
    }
}

#[cfg(test)]
mod tests {
    use model::{AnyValue, Attribute};
    use opentelemetry_proto::tonic::common::v1::InstrumentationScope;

    use super::*;

    /// The example of the specification's data model, with the liberties that exporters take.
    const JSON: &str = r#"{"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]},
        "scopeLogs": [{"scope": {"name": "lib"}, "logRecords": [
          {"timeUnixNano": "7", "severityNumber": "SEVERITY_NUMBER_INFO", "severityText": "Information", "eventName": "e",
           "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "flags": 1,
           "body": {"kvlistValue": {"values": [{"key": "k", "value": {"intValue": "1"}}]}},
           "attributes": [{"key": "a", "value": {"boolValue": true}}], "droppedAttributesCount": 2},
          {"observedTimeUnixNano": 9, "severityNumber": 17, "body": {"stringValue": "nobody's"}},
          {"traceId": "00000000000000000000000000000000", "body": {"stringValue": "nobody's either"}},
          {"traceId": "not hex", "body": {"stringValue": "bad"}}]}]}]}"#;

    fn record() -> LogRecord {
        LogRecord {
            trace_id: Some(TraceId(0x5b8e_fff7_9803_8103_d269_b633_813f_c60c_u128.to_be_bytes())),
            span_id: Some(SpanId(0xeee1_9b7e_c3c1_b174_u64.to_be_bytes())),
            time_unix_nano: 7,
            severity_number: 9,
            severity_text: "Information".to_owned(),
            event_name: "e".to_owned(),
            body: AnyValue::KvList(vec![Attribute::new("k", AnyValue::Int(1))]),
            attributes: vec![Attribute::new("a", AnyValue::Bool(true))],
            dropped_attributes_count: 2,
            flags: 1,
            ..LogRecord::default()
        }
    }

    #[test]
    fn records_of_traces_are_kept_and_others_counted() {
        let decoded = decode_logs_json(JSON.as_bytes()).unwrap();
        assert_eq!((decoded.n_without_trace, decoded.rejections), (2, vec![RejectReason::NotHex]));
        let [group] = decoded.groups.as_slice() else { panic!("one scope") };
        assert_eq!((group.resource.service_name(), group.scope.name.as_str()), (Some("s"), "lib"));
        assert_eq!(group.records, [record()]);
    }

    #[test]
    fn both_encodings_give_the_same_records() {
        let scope = InstrumentationScope { name: "lib".to_owned(), ..InstrumentationScope::default() };
        let request = ExportLogsServiceRequest {
            resource_logs: vec![logs::ResourceLogs {
                scope_logs: vec![logs::ScopeLogs {
                    scope: Some(scope),
                    log_records: vec![log_to_wire(record()), log_to_wire(LogRecord::default())],
                    ..logs::ScopeLogs::default()
                }],
                ..logs::ResourceLogs::default()
            }],
        };
        let decoded = decode_logs_protobuf(&request.encode_to_vec()).unwrap();
        assert_eq!(decoded.n_without_trace, 1);
        assert_eq!(decoded.groups[0].records, [record()]);
        assert!(matches!(decode_logs_protobuf(b"\x0a\xff"), Err(DecodeError::Protobuf(..))));
    }
}
