//! The file `traces.json`: spans of a trace, values of attributes as JSON texts (contract d.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{
    AnyValue, Attribute, Event, Link, Span, SpanId, SpanKind, Status, StatusCode, TraceId, TraceName,
};
use serde_json::{Map, Value, json};

use super::trace_info::field;

/// Encodes the spans of a trace. `attributes` are those of each span as JSON texts, `plain` makes others plain.
pub fn trace_data<'a>(
    spans: impl IntoIterator<Item = (&'a Span, Map<String, Value>)>,
    plain: impl Fn(&[Attribute]) -> Map<String, Value>,
) -> Value {
    let spans = spans.into_iter().map(|(span, attributes)| {
        let events: Vec<Value> = span
            .events
            .iter()
            .map(|event| {
                json!({"name": event.name, "time_unix_nano": event.time_unix_nano, "attributes": plain(&event.attributes)})
            })
            .collect();
        let links: Vec<Value> = span
            .links
            .iter()
            .map(|link| {
                json!({
                    "trace_id": link.trace_id.to_mlflow(),
                    "span_id": link.span_id.to_string(),
                    "attributes": plain(&link.attributes),
                })
            })
            .collect();
        json!({
            "trace_id": STANDARD.encode(span.trace_id.0),
            "span_id": STANDARD.encode(span.span_id.0),
            "parent_span_id": span.parent_span_id.map(|id| STANDARD.encode(id.0)),
            "name": span.name,
            "kind": span.kind.name(),
            "start_time_unix_nano": span.start_time_unix_nano,
            "end_time_unix_nano": (span.end_time_unix_nano != 0).then_some(span.end_time_unix_nano),
            "events": events,
            "status": {"code": span.status.code.name(), "message": span.status.message},
            "attributes": attributes,
            "links": links,
        })
    });
    json!({"spans": spans.collect::<Vec<_>>()})
}

/// Decodes the spans of a trace. `typed` makes plain JSON a typed value.
///
/// # Errors
///
/// It is not the file of this trace; the text says where. Nothing of it is returned then.
pub fn decode_trace_data(
    file: &[u8],
    trace: &TraceName,
    typed: impl Fn(Value) -> AnyValue,
) -> Result<Vec<Span>, String> {
    let file: Value = serde_json::from_slice(file).map_err(|error| format!("it is no JSON: {error}"))?;
    let spans = file.get("spans").and_then(Value::as_array).ok_or("it has no list 'spans'")?;
    let decoded = spans.iter().enumerate().map(|(index, span)| {
        let object = span.as_object().ok_or_else(|| format!("span {index} is no object"))?;
        decode_span(object, trace, &typed).map_err(|reason| format!("span {index}: {reason}"))
    });
    decoded.collect()
}

fn decode_span(
    message: &Map<String, Value>,
    trace: &TraceName,
    typed: &impl Fn(Value) -> AnyValue,
) -> Result<Span, String> {
    let text = |name: &str| field(message, name).and_then(Value::as_str);
    // A trace that its client named has no id that spans could know.
    if let Some(id) = text("trace_id")
        && trace.text().is_none()
        && id_of::<16>(id) != Some(trace.trace_id.0)
    {
        return Err(format!("it belongs to another trace, '{}'", cut(id)));
    }
    let span_id = text("span_id").and_then(id_of).map(SpanId).filter(|id| !id.is_zero());
    let span_id = span_id.ok_or("'span_id' is not 8 bytes in base64 or hex")?;
    let mut span = Span::new(trace.trace_id, span_id, text("name").unwrap_or_default());
    if let Some(parent) = text("parent_span_id").filter(|id| !id.is_empty()) {
        let parent = id_of(parent).map(SpanId).ok_or("'parent_span_id' is not 8 bytes in base64 or hex")?;
        span.parent_span_id = (!parent.is_zero()).then_some(parent);
    }
    span.kind = SpanKind(number_of(text("kind"), &SpanKind::NAMES).unwrap_or(SpanKind::INTERNAL.0));
    span.start_time_unix_nano = nanos(message, "start_time_unix_nano")?;
    span.end_time_unix_nano = nanos(message, "end_time_unix_nano")?;
    if let Some(status) = field(message, "status").and_then(Value::as_object) {
        let code = field(status, "code").and_then(Value::as_str);
        let message = field(status, "message").and_then(Value::as_str).unwrap_or_default();
        span.status = Status {
            code: StatusCode(number_of(code, &StatusCode::NAMES).unwrap_or(0)),
            message: message.to_owned(),
        };
    }
    for (key, value) in object(message, "attributes")? {
        // A text is the JSON text of the value; one that is none is the value itself.
        let value = match value {
            Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
            other => other.clone(),
        };
        span.attributes.push(Attribute::new(key.clone(), typed(value)));
    }
    for event in list(message, "events")? {
        let event = event.as_object().ok_or("an event is no object")?;
        span.events.push(Event {
            time_unix_nano: nanos(event, "time_unix_nano")?,
            name: field(event, "name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            attributes: attributes(event, typed)?,
            dropped_attributes_count: 0,
        });
    }
    for link in list(message, "links")? {
        let link = link.as_object().ok_or("a link is no object")?;
        let id = |name: &str| field(link, name).and_then(Value::as_str).unwrap_or_default();
        span.links.push(Link {
            trace_id: TraceId(id_of(id("trace_id").trim_start_matches("tr-")).unwrap_or_default()),
            span_id: SpanId(id_of(id("span_id")).unwrap_or_default()),
            trace_state: String::new(),
            attributes: attributes(link, typed)?,
            dropped_attributes_count: 0,
            flags: 0,
        });
    }
    Ok(span)
}

fn attributes(
    message: &Map<String, Value>,
    typed: &impl Fn(Value) -> AnyValue,
) -> Result<Vec<Attribute>, String> {
    let attributes = object(message, "attributes")?;
    Ok(attributes.into_iter().map(|(key, value)| Attribute::new(key.clone(), typed(value.clone()))).collect())
}

fn object<'a>(
    message: &'a Map<String, Value>,
    name: &str,
) -> Result<impl IntoIterator<Item = (&'a String, &'a Value)>, String> {
    match field(message, name) {
        None => Ok(None.into_iter().flatten()),
        Some(Value::Object(object)) => Ok(Some(object).into_iter().flatten()),
        Some(_) => Err(format!("'{name}' is no object")),
    }
}

fn list<'a>(message: &'a Map<String, Value>, name: &str) -> Result<&'a [Value], String> {
    match field(message, name) {
        None => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(format!("'{name}' is no list")),
    }
}

/// Reads an id in base64 or in hex; their lengths tell them apart.
fn id_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() == 2 * N {
        return const_hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes);
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn number_of(name: Option<&str>, names: &[&str]) -> Option<i32> {
    let position = names.iter().position(|known| Some(*known) == name)?;
    i32::try_from(position).ok()
}

fn nanos(message: &Map<String, Value>, name: &str) -> Result<u64, String> {
    match field(message, name) {
        None => Ok(0),
        Some(value) => value
            .as_u64()
            .or_else(|| value.as_str()?.parse().ok())
            .ok_or_else(|| format!("'{name}' is no time in nanoseconds: {}", cut(&value.to_string()))),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form of contract d.4.
    fn file() -> Value {
        json!({"spans": [{
            "trace_id": STANDARD.encode([7; 16]), "span_id": STANDARD.encode([1; 8]), "parent_span_id": null,
            "name": "root", "kind": "SPAN_KIND_SERVER", "start_time_unix_nano": 1_795_359_308_327_789_760_u64,
            "end_time_unix_nano": 1_795_359_308_327_789_761_u64,
            "events": [{"name": "e", "time_unix_nano": 5, "attributes": {"a": 1}}],
            "status": {"code": "STATUS_CODE_ERROR", "message": "no"},
            "attributes": {"mlflow.spanType": "\"LLM\"", "n": "5", "plain": "x y"},
            "links": [{"trace_id": format!("tr-{}", "08".repeat(16)), "span_id": "0202020202020202", "attributes": {}}],
        }]})
    }

    fn typed(value: Value) -> AnyValue {
        match value {
            Value::String(text) => AnyValue::String(text),
            Value::Number(number) => AnyValue::Int(number.as_i64().unwrap()),
            _ => AnyValue::Empty,
        }
    }

    #[test]
    fn a_file_is_read_as_its_spans() {
        let spans =
            decode_trace_data(file().to_string().as_bytes(), &TraceId([7; 16]).into(), typed).unwrap();
        let [span] = spans.as_slice() else { panic!("{spans:?}") };
        assert_eq!(span.span_id, SpanId([1; 8]));
        assert!(span.is_root());
        assert_eq!((span.kind, span.status.code), (SpanKind::SERVER, StatusCode::ERROR));
        assert_eq!(span.end_time_unix_nano, 1_795_359_308_327_789_761, "beyond what a double holds");
        let value = |key: &str| span.attributes.iter().find(|a| a.key == key).map(|a| a.value.clone());
        assert_eq!(value("mlflow.spanType"), Some(AnyValue::String("LLM".to_owned())));
        assert_eq!(value("n"), Some(AnyValue::Int(5)));
        assert_eq!(value("plain"), Some(AnyValue::String("x y".to_owned())));
        assert_eq!(span.links[0].trace_id, TraceId([8; 16]));
        let texts = file()["spans"][0]["attributes"].as_object().unwrap().clone();
        let plain = |attributes: &[Attribute]| {
            attributes.iter().map(|a| (a.key.clone(), json!(1))).collect::<Map<_, _>>()
        };
        assert_eq!(trace_data([(span, texts)], plain), file(), "and written as it was");
    }

    #[test]
    fn what_is_no_such_file_is_refused_whole() {
        let good = file();
        let with = |key: &str, value: Value| {
            let mut file = good.clone();
            file["spans"][0][key] = value;
            file.to_string()
        };
        for (text, reason) in [
            ("{".to_owned(), "it is no JSON"),
            ("{}".to_owned(), "it has no list 'spans'"),
            (r#"{"spans": [1]}"#.to_owned(), "span 0 is no object"),
            (with("trace_id", json!(STANDARD.encode([9; 16]))), "another trace"),
            (with("span_id", json!("xyz")), "'span_id'"),
            (with("span_id", json!("0000000000000000")), "'span_id'"),
            (with("start_time_unix_nano", json!("soon")), "'start_time_unix_nano'"),
            (with("attributes", json!([])), "'attributes' is no object"),
            (with("events", json!({})), "'events' is no list"),
            (with("links", json!([5])), "a link is no object"),
        ] {
            let error = decode_trace_data(text.as_bytes(), &TraceId([7; 16]).into(), typed).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
