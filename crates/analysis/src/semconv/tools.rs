//! Definitions of the tools that a model could call, in every provider's form.

use serde_json::Value;

use super::llm::ToolDefinition;
use super::read::MAX_ITEMS;
use super::structure::{field, structured, text_field};

/// Reads a list of definitions.
pub(super) fn tool_definitions(value: &Value) -> Vec<ToolDefinition> {
    let list: Vec<Value> = match value {
        Value::Array(list) => list.clone(),
        // pydantic-ai sorts them by what they are for.
        Value::Object(object) => ["function_tools", "output_tools", "tools"]
            .iter()
            .filter_map(|key| object.get(*key)?.as_array())
            .flatten()
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    let mut tools = Vec::new();
    for item in list.iter().take(MAX_ITEMS) {
        tool_definition(&structured(item), 0, &mut tools);
    }
    tools
}

fn tool_definition(item: &Value, depth: usize, out: &mut Vec<ToolDefinition>) {
    let Value::Object(object) = item else { return };
    for wrapper in ["tool", "json_schema", "function", "toolSpec"] {
        if let Some(inner) = object.get(wrapper).map(structured).filter(Value::is_object)
            && depth < 4
        {
            return tool_definition(&inner, depth + 1, out);
        }
    }
    // Gemini groups functions.
    if let Some(Value::Array(functions)) = field(object, &["functionDeclarations", "function_declarations"])
        && depth < 4
    {
        functions.iter().for_each(|function| tool_definition(function, depth + 1, out));
        return;
    }
    let Some(name) = text_field(object, &["name", "tool.name", "type"]) else { return };
    let keys = [
        "parameters",
        "input_schema",
        "inputSchema",
        "parameters_json_schema",
        "parametersJsonSchema",
        "jsonSchema",
        "tool.parameters",
    ];
    out.push(ToolDefinition {
        name,
        description: text_field(object, &["description", "tool.description"]),
        parameters: field(object, &keys).map(structured),
    });
}
