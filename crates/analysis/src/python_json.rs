//! JSON text as Python's `json.dumps(value, ensure_ascii=False)` writes it, which MLflow's answers carry inside strings.
//!
//! Clients compare and cut such texts, so blanks and the form of floats matter.

use serde_json::Value;

/// Writes a value: `", "` and `": "` as separators, floats as Python's `repr`.
pub fn dumps(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(double) if number.is_f64() => out.push_str(&python_float(double)),
            _ => out.push_str(&number.to_string()),
        },
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (index, (key, item)) in object.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_text(key, out);
                out.push_str(": ");
                write(item, out);
            }
            out.push('}');
        }
        Value::String(text) => write_text(text, out),
        Value::Null | Value::Bool(_) => out.push_str(&value.to_string()),
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push_str(&Value::from(text).to_string());
}

/// Writes a float as Python's `repr` does: shortest digits, an exponent below 1e-4 and from 1e16 on.
fn python_float(double: f64) -> String {
    let scientific = format!("{double:e}");
    let (digits, exponent) = scientific.split_once('e').expect("invariant: {:e} writes an exponent");
    let exponent: i32 = exponent.parse().expect("invariant: {:e} writes a decimal exponent");
    if double != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{double}");
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::dumps;

    #[test]
    fn writes_what_python_writes() {
        // Each right-hand side was printed by CPython 3.11: json.dumps(…, ensure_ascii=False).
        for (value, expected) in [
            (json!({"a": [1, 2.0], "b": {"c": null}}), r#"{"a": [1, 2.0], "b": {"c": null}}"#),
            (json!(1.5e-06), "1.5e-06"),
            (json!(1e16), "1e+16"),
            (json!(123456789012345.6), "123456789012345.6"),
            (json!(0.0001), "0.0001"),
            (json!(-0.0), "-0.0"),
            (json!("héllo \"x\"\n"), r#""héllo \"x\"\n""#),
            (json!({}), "{}"),
        ] {
            assert_eq!(dumps(&value), expected);
        }
    }
}
