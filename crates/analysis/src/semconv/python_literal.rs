//! A safe reader of Python literals (`repr` of dicts, lists, tuples, texts, numbers, `None`, `True`, `False`), which some
//! instrumentations send where JSON was meant.
//!
//! Reads literals only and runs nothing; bounded in depth; one pass.

use serde_json::{Map, Number, Value};

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 64;

/// Longest text in bytes that is read: what is longer stays text.
const MAX_BYTES: usize = 4 << 20;

/// Parses a literal; nothing if the text is anything else.
pub(super) fn parse(text: &str) -> Option<Value> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.skip_blanks();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip_blanks();
        let is_there = self.rest().starts_with(wanted);
        if is_there {
            self.at += wanted.len_utf8();
        }
        is_there
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_blanks();
        match self.peek()? {
            '{' => self.dict(depth),
            '[' => self.items(depth, '[', ']'),
            '(' => self.items(depth, '(', ')'),
            '\'' | '"' => self.quoted().map(Value::String),
            _ => self.word(),
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Value> {
        self.take('{');
        let mut map = Map::new();
        while !self.take('}') {
            let key = match self.value(depth + 1)? {
                Value::String(key) => key,
                Value::Number(key) => key.to_string(),
                _ => return None,
            };
            if !self.take(':') {
                return None;
            }
            let value = self.value(depth + 1)?;
            map.insert(key, value);
            if !self.take(',') && !self.rest().starts_with('}') {
                return None;
            }
        }
        Some(Value::Object(map))
    }

    fn items(&mut self, depth: usize, open: char, close: char) -> Option<Value> {
        self.take(open);
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(self.value(depth + 1)?);
            if !self.take(',') && !self.rest().starts_with(close) {
                return None;
            }
        }
        Some(Value::Array(items))
    }

    fn quoted(&mut self) -> Option<String> {
        let quote = self.peek()?;
        self.at += 1;
        let mut out = String::new();
        loop {
            let c = self.peek()?;
            self.at += c.len_utf8();
            match c {
                c if c == quote => return Some(out),
                '\\' => self.escape(&mut out)?,
                c => out.push(c),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Option<()> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        let digits = match c {
            'n' => return push(out, '\n'),
            't' => return push(out, '\t'),
            'r' => return push(out, '\r'),
            '\\' | '\'' | '"' => return push(out, c),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => {
                out.push('\\');
                return push(out, c);
            }
        };
        let hex = self.rest().get(..digits)?;
        let code = u32::from_str_radix(hex, 16).ok()?;
        self.at += digits;
        push(out, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn word(&mut self) -> Option<Value> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let end = self.rest().find(|c| !is_part(c)).unwrap_or(self.rest().len());
        let word = &self.rest()[..end];
        self.at += end;
        match word {
            "None" | "null" => Some(Value::Null),
            "True" | "true" => Some(Value::Bool(true)),
            "False" | "false" => Some(Value::Bool(false)),
            _ => match word.parse::<i64>() {
                Ok(int) => Some(Value::from(int)),
                Err(_) if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                    Number::from_f64(word.parse().ok()?).map(Value::Number)
                }
                Err(_) => None,
            },
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "ends a branch of `escape` in one expression")]
fn push(out: &mut String, c: char) -> Option<()> {
    out.push(c);
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::parse;

    #[test]
    fn reads_what_python_prints() {
        // The left-hand sides are `repr` of the right-hand sides, by the rules of the Python language reference.
        for (text, expected) in [
            (
                "{'role': 'user', 'n': 1, 'x': 1.5, 'none': None}",
                json!({"role": "user", "n": 1, "x": 1.5, "none": null}),
            ),
            (r#"["it's", 'a "b"', True, False, ()]"#, json!(["it's", "a \"b\"", true, false, []])),
            (r"{'t': 'a\nb\\c\xe9\u20ac\U0001f600'}", json!({"t": "a\nb\\cé€😀"})),
            ("{1: (2, 3,)}", json!({"1": [2, 3]})),
            ("{}", json!({})),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["{'a'", "[1 2]", "{'a': f(x)}", "[__import__('os')]", "{'a': 1} x", "[nan]", "<obj>", ""]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&("[".repeat(100_000) + &"]".repeat(100_000))), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\[{('\"\\\\a-z0-9é:,\\]})]{0,60}") {
            let _ = parse(&text);
        }
    }
}
