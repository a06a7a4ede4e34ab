//! Which names tags may have: MLflow treats them as paths.

use crate::IngestError;
use crate::labels::MAX_KEY_CHARS;

/// Checks the key of a tag that a user sets.
pub(crate) fn check_key(key: &str) -> Result<(), IngestError> {
    let refused = |reason: String| {
        Err(IngestError::Invalid(format!("Invalid value \"{key}\" for parameter 'key' supplied: {reason}")))
    };
    if key.chars().count() > MAX_KEY_CHARS {
        return Err(too_long("key", MAX_KEY_CHARS));
    }
    if !key.chars().all(|c| c.is_alphanumeric() || "_-. :/".contains(c)) {
        return refused(
            "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and \
             slashes (/)."
                .to_owned(),
        );
    }
    let resolved = resolved(key);
    if resolved != key || resolved == "." || resolved.starts_with("..") || resolved.starts_with('/') {
        return refused(format!(
            "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This \
             name would resolve to '{resolved}'"
        ));
    }
    Ok(())
}

/// Says that a value is too long.
pub(crate) fn too_long(what: &str, max: usize) -> IngestError {
    IngestError::Invalid(format!("'{what}' exceeds the maximum length of {max} characters"))
}

/// Resolves a name as a POSIX path, without looking at any file.
fn resolved(name: &str) -> String {
    let is_absolute = name.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    match (is_absolute, path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => ".".to_owned(),
        (false, false) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_the_real_server_takes_and_refuses() {
        for key in ["a", "a b", "a/b", "mlflow.user", "a:b-c_d", "ü", "..."] {
            // Python's normpath keeps three dots, but they begin with two.
            assert_eq!(check_key(key).is_ok(), key != "...", "{key}");
        }
        for (key, reason) in [
            ("a/../b", "would resolve to 'b'"),
            ("/a", "would resolve to '/a'"),
            ("..", "would resolve to '..'"),
            (".", "would resolve to '.'"),
            ("a/", "would resolve to 'a'"),
            ("a(b", "Names may only contain alphanumerics"),
            ("a\0", "Names may only contain alphanumerics"),
        ] {
            let error = check_key(key).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("Invalid value \"{key}\" for parameter 'key' supplied: ")),
                "{error}"
            );
            assert!(error.contains(reason), "{error}");
        }
        assert!(check_key(&"k".repeat(250)).is_ok());
        assert_eq!(
            check_key(&"k".repeat(251)).unwrap_err().to_string(),
            "'key' exceeds the maximum length of 250 characters"
        );
    }
}
