//! Traces drawn as text, so that a test reads like the picture.
//!
//! ```text
//!                  0....5....10...15...20    service.name=agent
//! plan             [===================]
//!   llm.chat         [=========]
//!     ^first_token      ^
//!   tool.search                 [====]       !error
//! ```
//!
//! One column is one millisecond. Two blanks of indentation are one level. `[` starts a span, `]` ends it (without one it has
//! not ended), `^name` with a `^` below its span is an event, `!error` fails it, `key=value` sets an attribute. The first line
//! is the ruler and carries the attributes of the resource.

use model::{AnyValue, Attribute, Event, Resource, Span, SpanGroup, StatusCode, TraceId};

use crate::span_id;

/// Where drawn traces begin, Unix nanoseconds: a whole second in November 2026.
pub const BASE_NANOS: u64 = 1_795_358_868_000_000_000;

/// Builds the drawn trace. Spans are numbered from 1 in the order of their lines. Panics if the drawing is wrong.
pub fn draw(trace_id: TraceId, drawing: &str) -> SpanGroup {
    let mut lines = drawing.lines().filter(|line| !line.trim().is_empty());
    let ruler = lines.next().expect("a drawing begins with its ruler");
    let zero = ruler.find('0').expect("a ruler has a 0");
    let mut group = SpanGroup::default();
    let attributes = ruler[zero..].split_whitespace().skip(1).map(attribute).collect();
    group.resource = Resource { attributes, ..Resource::default() };
    let lines: Vec<&str> = lines.collect();
    let margin = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    // The open spans by level.
    let mut path: Vec<usize> = Vec::new();
    for line in lines {
        let name = line.split_whitespace().next().expect("a line begins with a name");
        let level = (line.len() - line.trim_start().len() - margin) / 2;
        if let Some(event) = name.strip_prefix('^') {
            let at = line.rfind('^').expect("an event has its mark");
            let span = &mut group.spans[path[level - 1]];
            span.events.push(Event {
                time_unix_nano: nanos(at, zero),
                name: event.to_owned(),
                ..Event::default()
            });
            continue;
        }
        path.truncate(level);
        let mut span = Span::new(trace_id, span_id(group.spans.len() as u64 + 1), name);
        span.parent_span_id = path.last().map(|parent| group.spans[*parent].span_id);
        span.start_time_unix_nano = nanos(line.find('[').expect("a span starts with ["), zero);
        span.end_time_unix_nano = line.find(']').map_or(0, |end| nanos(end, zero));
        let bar_end = line.find(']').or_else(|| line.rfind(['=', '['])).unwrap_or(0);
        for word in line[bar_end + 1..].split_whitespace() {
            if word == "!error" {
                span.status.code = StatusCode::ERROR;
            } else {
                span.attributes.push(attribute(word));
            }
        }
        path.push(group.spans.len());
        group.spans.push(span);
    }
    group
}

fn nanos(column: usize, zero: usize) -> u64 {
    BASE_NANOS + (column - zero) as u64 * 1_000_000
}

fn attribute(word: &str) -> Attribute {
    let (key, value) = word.split_once('=').expect("an attribute is key=value");
    let value = value.parse().map_or_else(|_| AnyValue::String(value.to_owned()), AnyValue::Int);
    Attribute::new(key, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace_id;

    #[test]
    fn a_drawing_becomes_spans() {
        let group = draw(
            trace_id(1),
            "
                 0....5....10...15...20    service.name=agent
plan             [===================]
  llm.chat         [=========]             tokens=12
    ^first_token      ^
  tool.search                 [====        !error
",
        );
        assert_eq!(group.resource.service_name(), Some("agent"));
        let [plan, chat, search] = group.spans.as_slice() else { panic!("three spans") };
        assert_eq!((plan.name.as_str(), plan.parent_span_id), ("plan", None));
        assert_eq!(plan.end_time_unix_nano - plan.start_time_unix_nano, 20_000_000);
        assert_eq!(
            (chat.parent_span_id, chat.start_time_unix_nano),
            (Some(plan.span_id), BASE_NANOS + 2_000_000)
        );
        assert_eq!(chat.attributes, [Attribute::new("tokens", AnyValue::Int(12))]);
        assert_eq!(chat.events[0].time_unix_nano, BASE_NANOS + 5_000_000);
        assert_eq!((search.end_time_unix_nano, search.status.code), (0, StatusCode::ERROR));
    }
}
