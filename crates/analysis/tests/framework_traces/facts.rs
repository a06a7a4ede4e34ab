//! Every fact of `facts.json`, which others found by reading the files.

use analysis::semconv::LlmView;
use serde_json::{Value, json};

use super::{Told, answer, first_60, folder, input_roles, json_file, last_user, tool_calls};

#[test]
fn every_fact_is_told() {
    let Some(folder) = folder() else { return };
    let facts = json_file(&folder.join("facts.json"));
    let (mut wrong, mut n_facts) = (Vec::new(), 0);
    for (file, facts) in facts.as_object().unwrap() {
        let told = Told::of(&folder.join(file));
        let mut check = Check { file, told: &told, wrong: &mut wrong, n_facts: &mut n_facts };
        for key in ["llm_spans", "other_spans", "agent_spans"] {
            for (span, facts) in facts[key].as_object().into_iter().flatten() {
                check.model_call(span, facts);
            }
        }
        for (span, facts) in facts["tool_spans"].as_object().into_iter().flatten() {
            check.tool(span, facts);
        }
        for (span, kind) in facts["explicit_kind"].as_object().into_iter().flatten() {
            let kind = match kind.as_str().unwrap() {
                "gen_ai:chat" => "CHAT_MODEL",
                "gen_ai:create_agent" | "gen_ai:invoke_agent" => "AGENT",
                kind => kind,
            };
            check.that(span, "kind", &json!(told.llm(span).kind), &json!(kind));
        }
        check.trace(facts);
    }
    assert!(wrong.is_empty(), "{} of {n_facts} facts are wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("{n_facts} facts are right");
    assert!(n_facts > 250, "{n_facts} facts");
}

/// Sums that the notes of `facts.json` give for files whose parents repeat what their children report.
#[test]
fn what_parents_repeat_is_counted_once() {
    let Some(folder) = folder() else { return };
    for (file, sums) in [
        ("agno.openinference+openlit.json", (826, 245)),
        ("pydantic-ai-v1-tools.genai-semconv.json", (1315, 209)),
    ] {
        assert_eq!(Told::of(&folder.join(file)).tokens_once(), sums, "{file}");
    }
}

struct Check<'a> {
    file: &'a str,
    told: &'a Told,
    wrong: &'a mut Vec<String>,
    n_facts: &'a mut usize,
}

impl Check<'_> {
    fn that(&mut self, span: &str, fact: &str, got: &Value, expected: &Value) {
        *self.n_facts += 1;
        if got != expected {
            self.wrong.push(format!("{} {span} {fact}: got {got}, expected {expected}", self.file));
        }
    }

    fn model_call(&mut self, span: &str, facts: &Value) {
        let view = self.told.llm(span);
        let tokens = &view.tokens;
        for (fact, expected) in facts.as_object().unwrap() {
            let got: Value = match fact.as_str() {
                "name" => json!(self.told.spans[span].0.name),
                "model" => model(&view, expected),
                "model_response" => json!(view.model_answered),
                "agent" => json!(view.agent),
                "input_tokens" => json!(tokens.input),
                "output_tokens" => json!(tokens.output),
                "total_tokens" => json!(tokens.total),
                "cached_input_tokens" => json!(tokens.cached_read),
                "cache_write_tokens" => json!(tokens.cached_write),
                "reasoning_tokens" => json!(tokens.reasoning),
                "usage_only_inside_output_value" => {
                    json!({"prompt_tokens": tokens.input, "completion_tokens": tokens.output})
                }
                "input_roles" => roles(&view, expected),
                "conversation_roles" => {
                    let both = view.input_messages.iter().chain(&view.output_messages);
                    json!(both.map(|message| message.role.as_str()).collect::<Vec<_>>())
                }
                "last_user_60" => json!(last_user(&view)),
                "answer_60" => json!(answer(&view)),
                "tool_calls" => json!(tool_calls(&view)),
                "tools_offered" => json!(view.tools.iter().map(|tool| &tool.name).collect::<Vec<_>>()),
                "finish_reasons" => json!(view.finish_reasons),
                other => panic!("an unknown fact: {other}"),
            };
            self.that(span, fact, &got, expected);
        }
    }

    fn tool(&mut self, span: &str, facts: &Value) {
        let run = self.told.llm(span).tool.unwrap_or_default();
        self.that(span, "tool", &json!(run.name), &facts["tool"]);
        if let Some(any) = facts["arguments_any_of"].as_array() {
            let is_one = run.arguments.as_ref().is_some_and(|arguments| any.contains(arguments));
            self.that(span, "arguments_any_of", &json!(is_one), &json!(true));
        }
        if !facts["arguments"].is_null() {
            self.that(span, "arguments", &json!(run.arguments), &facts["arguments"]);
        }
        if let Some(expected) = facts["result_60"].as_str() {
            // A result that is JSON is told as a structure: what counts is that it says the same, blanks aside.
            let got = match run.result.unwrap_or_default() {
                Value::String(text) => text,
                other => other.to_string(),
            };
            let squeezed = |text: &str| first_60(&text.split_whitespace().collect::<String>());
            let is_same = squeezed(&got).starts_with(&squeezed(expected));
            self.that(span, &format!("result {:?}", first_60(&got)), &json!(is_same), &json!(true));
        }
    }

    fn trace(&mut self, facts: &Value) {
        if !facts["session_id"].is_null() {
            let got = self.told.of_trace(|view| view.session.clone());
            self.that("trace", "session", &json!(got), &facts["session_id"]);
        }
        if !facts["user_id"].is_null() {
            let got = self.told.of_trace(|view| view.user.clone());
            self.that("trace", "user", &json!(got), &facts["user_id"]);
        }
        for (span, attributes) in facts["session_id_in_attributes"].as_object().into_iter().flatten() {
            let expected = attributes.as_object().unwrap().values().next().unwrap();
            self.that(span, "session", &json!(self.told.llm(span).session), expected);
        }
    }
}

/// Returns the expected model if it was asked or answered, else what was.
fn model(view: &LlmView, expected: &Value) -> Value {
    let models = [&view.model_asked, &view.model_answered];
    if models.into_iter().flatten().any(|model| expected == model) {
        return expected.clone();
    }
    json!(models)
}

/// Returns the roles; a tool's result in a message of the user may be told as of a tool.
fn roles(view: &LlmView, expected: &Value) -> Value {
    let roles = input_roles(view);
    // Instructions beside the messages are no message to some readers.
    let without = view.input_messages.iter().map(|message| message.role.as_str()).collect();
    let is_same = |roles: &Vec<&str>| {
        let expected = expected.as_array().unwrap();
        let mut pairs = expected.iter().zip(roles);
        expected.len() == roles.len() && pairs.all(|(expected, role)| expected == role || *role == "tool")
    };
    if is_same(&roles) || is_same(&without) { expected.clone() } else { json!(roles) }
}
