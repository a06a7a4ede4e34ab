//! Models, parameters and tools of two model calls, each with its value on both sides.

use serde_json::Value;

use crate::semconv::LlmView;

/// Parameters that are told.
const MAX_PARAMETERS: usize = 200;

/// Longest value that is told whole, in bytes.
const MAX_VALUE: usize = 400;

/// A parameter with its value on both sides, of which one may not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Name, for example `model` or `temperature`.
    pub name: String,
    /// The baseline's value.
    pub before: Option<String>,
    /// The candidate's value.
    pub after: Option<String>,
}

impl Parameter {
    /// Whether the sides differ.
    pub fn is_changed(&self) -> bool {
        self.before != self.after
    }
}

/// Returns all parameters of either side: the model first, those that differ before the others. At most 200.
pub fn parameters(before: Option<&LlmView>, after: Option<&LlmView>) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    for (is_before, view) in [(true, before), (false, after)] {
        for (name, value) in view.map(told).unwrap_or_default() {
            let place = match found.iter().position(|one| one.name == name) {
                Some(place) => place,
                None => {
                    found.push(Parameter { name, before: None, after: None });
                    found.len() - 1
                }
            };
            let side = if is_before { &mut found[place].before } else { &mut found[place].after };
            *side = Some(value);
        }
    }
    // A stable sort: within both halves they stay in the order in which they were told.
    found.sort_by_key(|one| (one.name != "model", !one.is_changed()));
    found.truncate(MAX_PARAMETERS);
    found
}

/// Returns what a view tells, by name.
fn told(view: &LlmView) -> Vec<(String, String)> {
    let prompt = view.prompt.as_ref();
    let joined = |list: Vec<&str>| (!list.is_empty()).then(|| list.join(", "));
    let texts = [
        ("model", view.model_asked.clone().or_else(|| view.model_answered.clone())),
        // A dated version of the model that was asked for may change by itself.
        ("model answered", view.model_answered.clone().filter(|_| view.model_asked.is_some())),
        ("provider", view.provider.clone()),
        ("prompt", prompt.and_then(|prompt| prompt.name.clone())),
        ("prompt version", prompt.and_then(|prompt| prompt.version.clone())),
        ("tools", joined(view.tools.iter().map(|tool| tool.name.as_str()).collect())),
        ("finish reason", joined(view.finish_reasons.iter().map(String::as_str).collect())),
        ("streaming", view.is_streaming.map(|is| is.to_string())),
    ];
    let texts = texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let parameters = view.parameters.iter().map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        (name.clone(), text)
    });
    let cut = |text: String| match text.len() {
        length if length <= MAX_VALUE => text,
        _ => format!("{}…", &text[..text.floor_char_boundary(MAX_VALUE)]),
    };
    texts.chain(parameters).map(|(name, text)| (name, cut(text))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_model_comes_first_and_then_what_differs() {
        let view = |model: &str, temperature: f64| LlmView {
            model_asked: Some(model.to_owned()),
            provider: Some("openai".to_owned()),
            parameters: vec![
                ("max_tokens".to_owned(), json!(100)),
                ("temperature".to_owned(), json!(temperature)),
            ],
            ..LlmView::default()
        };
        let got = parameters(Some(&view("gpt-4o", 0.0)), Some(&view("gpt-4o-mini", 0.7)));
        let told = |one: &Parameter| format!("{} {:?} {:?}", one.name, one.before, one.after);
        assert_eq!(
            got.iter().map(told).collect::<Vec<_>>(),
            [
                r#"model Some("gpt-4o") Some("gpt-4o-mini")"#,
                r#"temperature Some("0.0") Some("0.7")"#,
                r#"provider Some("openai") Some("openai")"#,
                r#"max_tokens Some("100") Some("100")"#,
            ]
        );
        let one_side = parameters(None, Some(&view("gpt-4o", 0.0)));
        assert!(one_side.iter().all(|one| one.before.is_none() && one.is_changed()));
        assert!(parameters(None, None).is_empty());
    }
}
