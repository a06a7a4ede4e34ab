//! Requests as MLflow reads them: a JSON body on POST, PATCH and DELETE, repeated keys in the query on GET (contract b.1).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{Method, header};
use serde_json::{Map, Value};

use crate::{ApiError, MAX_BODY_BYTES};

/// The fields of a request, whichever way they came.
pub(crate) struct Message {
    fields: Map<String, Value>,
    /// Whether they came in the query: then they are lists of texts, and camel case means nothing.
    is_query: bool,
}

impl<S: Send + Sync> FromRequest<S> for Message {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Self::Rejection> {
        if request.method() == Method::GET {
            return Ok(Self::from_query(request.uri().query().unwrap_or_default()));
        }
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        match content_type.map(|value| value.split(';').next().unwrap_or_default().trim()) {
            // What is deleted may be named by the path alone.
            None if request.method() == Method::DELETE => return Ok(Self::of(Map::new())),
            None => return Err(ApiError::invalid("Bad Request. Content-Type header is missing.")),
            Some("application/json") => {}
            Some(_) => {
                let message = "Bad Request. Content-Type must be one of ['application/json'].";
                return Err(ApiError::invalid(message));
            }
        }
        let body = axum::body::to_bytes(request.into_body(), MAX_BODY_BYTES).await.map_err(|_| {
            ApiError::invalid(format!("The body is larger than {MAX_BODY_BYTES} bytes or was cut off."))
        })?;
        from_json(&body)
    }
}

/// Reads a body. What is no JSON counts as empty, so that the missing parameter is named; a JSON text that holds an object is
/// read as that object, as old clients send it.
fn from_json(body: &Bytes) -> Result<Message, ApiError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(Message::of(object)),
        Ok(Value::String(text)) => match serde_json::from_str(&text) {
            Ok(Value::Object(object)) => Ok(Message::of(object)),
            _ => Ok(Message::of(Map::new())),
        },
        Ok(Value::Null) | Err(_) => Ok(Message::of(Map::new())),
        Ok(_) => Err(ApiError::invalid("The body must be a JSON object.")),
    }
}

impl Message {
    /// Takes the fields of an object.
    pub(crate) fn of(fields: Map<String, Value>) -> Self {
        Self { fields, is_query: false }
    }

    fn from_query(query: &str) -> Self {
        let mut fields = Map::new();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let values = fields.entry(key).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(values) = values {
                values.push(Value::from(value));
            }
        }
        Self { fields, is_query: true }
    }

    /// Returns a field by its proto name or, in a body, its lowerCamelCase. `null` is absent; both spellings are an error.
    pub(crate) fn field(&self, snake: &str, camel: &str) -> Result<Option<&Value>, ApiError> {
        let given = |key: &str| self.fields.get(key).filter(|value| !value.is_null());
        match (given(snake), given(camel).filter(|_| !self.is_query)) {
            (Some(_), Some(_)) if snake != camel => Err(ApiError::invalid(format!(
                "Request specifies both '{snake}' and '{camel}'; provide only one of them."
            ))),
            (snake, camel) => Ok(snake.or(camel)),
        }
    }

    /// Returns a text, absent if it is missing or empty.
    pub(crate) fn text(&self, snake: &'static str, camel: &'static str) -> Result<Option<String>, ApiError> {
        match self.field(snake, camel)?.map(|value| self.scalar(value)) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(other) => Err(wrong_type(snake, other)),
        }
    }

    /// Returns a text that must be there.
    pub(crate) fn required(&self, snake: &'static str, camel: &'static str) -> Result<String, ApiError> {
        self.text(snake, camel)?.ok_or(ApiError::missing(snake))
    }

    /// Returns an integer, as a number or a numeric text.
    pub(crate) fn integer(&self, snake: &'static str, camel: &'static str) -> Result<Option<i64>, ApiError> {
        let Some(value) = self.field(snake, camel)?.map(|value| self.scalar(value)) else { return Ok(None) };
        let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        number.map(Some).ok_or_else(|| wrong_type(snake, value))
    }

    /// Returns a truth value, as one or as a word in any case.
    pub(crate) fn boolean(&self, snake: &'static str, camel: &'static str) -> Result<bool, ApiError> {
        let Some(value) = self.field(snake, camel)?.map(|value| self.scalar(value)) else { return Ok(false) };
        let word = value.as_str().map(str::to_ascii_lowercase);
        match (value.as_bool(), word.as_deref()) {
            (Some(truth), _) => Ok(truth),
            (None, Some("true")) => Ok(true),
            (None, Some("false")) => Ok(false),
            (None, Some(word)) => {
                let shown: String = word.chars().take(100).collect();
                Err(ApiError::invalid(format!("Invalid boolean value: {shown}, must be 'true' or 'false'.")))
            }
            _ => Err(wrong_type(snake, value)),
        }
    }

    /// Returns the last of a repeated field of a query, or the field of a body as it is.
    fn scalar<'v>(&self, value: &'v Value) -> &'v Value {
        if self.is_query { value.as_array().and_then(|values| values.last()).unwrap_or(value) } else { value }
    }

    /// Returns a list of objects with `key` and `value`.
    pub(crate) fn pairs(
        &self,
        snake: &'static str,
        camel: &'static str,
    ) -> Result<Vec<(String, String)>, ApiError> {
        let Some(given) = self.field(snake, camel)? else { return Ok(Vec::new()) };
        let pair = |pair: &Value| {
            let text = |key| pair.get(key).and_then(Value::as_str).map(str::to_owned);
            Some((text("key")?, text("value").unwrap_or_default()))
        };
        let pairs = given.as_array().and_then(|pairs| pairs.iter().map(pair).collect());
        pairs.ok_or_else(|| wrong_type(snake, given))
    }

    /// Returns a list of texts.
    pub(crate) fn texts(&self, snake: &'static str, camel: &'static str) -> Result<Vec<String>, ApiError> {
        match self.field(snake, camel)? {
            None => Ok(Vec::new()),
            Some(given) => {
                let texts = || -> Option<Vec<String>> {
                    given.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
                };
                texts().ok_or_else(|| wrong_type(snake, given))
            }
        }
    }
}

/// Names types as Python does, for clients' tests look for MLflow's words.
pub(crate) fn wrong_type(name: &'static str, value: &Value) -> ApiError {
    let kind = match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    };
    let shown: String = value.to_string().chars().take(100).collect();
    ApiError::invalid(format!(
        "Invalid value {shown} for parameter '{name}' supplied:  Hint: Value was of type '{kind}'. \
         See the API docs for more information about request parameters."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_fields_repeat_and_are_unescaped() {
        let message =
            Message::from_query("trace_ids=a&trace_ids=b%2Fc&name=x+y&allow_partial=False&maxResults=1");
        assert_eq!(message.texts("trace_ids", "traceIds").unwrap(), ["a", "b/c"]);
        assert_eq!(message.text("name", "name").unwrap().as_deref(), Some("x y"));
        assert!(!message.boolean("allow_partial", "allowPartial").unwrap());
        // Camel case means nothing in a query (contract b.1, observed).
        assert_eq!(message.integer("max_results", "maxResults"), Ok(None));
    }

    #[test]
    fn both_spellings_of_one_field_are_refused() {
        let message = from_json(&Bytes::from_static(br#"{"max_results": 1, "maxResults": 2}"#)).unwrap();
        let error = message.integer("max_results", "maxResults").unwrap_err();
        // Contract b.1, observed.
        assert_eq!(
            error.message,
            "Request specifies both 'max_results' and 'maxResults'; provide only one of them."
        );
    }

    #[test]
    fn bodies_that_are_no_object() {
        assert!(from_json(&Bytes::from_static(b"[1]")).is_err());
        assert!(from_json(&Bytes::from_static(b"{oops")).unwrap().fields.is_empty());
        assert_eq!(from_json(&Bytes::from_static(br#""{\"name\": \"x\"}""#)).unwrap().fields["name"], "x");
    }
}
