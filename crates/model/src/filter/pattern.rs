//! Patterns of `LIKE`, `ILIKE` and `RLIKE`.

use super::FilterError;

/// A pattern of `LIKE`: `%` stands for any text, `_` for one character; there is no escape. The whole text must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    pattern: String,
    ignores_case: bool,
}

impl Like {
    /// Makes a pattern. Like SQLite's, one that ignores case does so for ASCII alone.
    pub fn new(pattern: &str, ignores_case: bool) -> Self {
        let pattern = if ignores_case { pattern.to_ascii_lowercase() } else { pattern.to_owned() };
        Self { pattern, ignores_case }
    }

    /// Returns the pattern; in lower case if it ignores case.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether it is that of `ILIKE`.
    pub fn ignores_case(&self) -> bool {
        self.ignores_case
    }

    /// Whether a text matches. Takes time in proportion to the text for each `%` at most.
    pub fn matches(&self, text: &str) -> bool {
        let folded;
        let text = if self.ignores_case {
            folded = text.to_ascii_lowercase();
            &folded
        } else {
            text
        };
        // Parts between `%`: the first is at the beginning, the last at the end, each other at the earliest place after its
        // predecessor, which leaves the most room for the rest.
        let mut parts = self.pattern.split('%');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = strip_part(text, first) else { return false };
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return ends_with_part(rest, part);
            }
            let Some(after) = find_part(rest, part) else { return false };
            rest = after;
        }
        true
    }
}

/// Returns what follows a part at the beginning of a text; `_` in it takes any character.
fn strip_part<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    let mut characters = text.chars();
    for wanted in part.chars() {
        let found = characters.next()?;
        if wanted != '_' && wanted != found {
            return None;
        }
    }
    Some(characters.as_str())
}

/// Returns what follows the first place of a part in a text.
fn find_part<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    if !part.contains('_') {
        return text.find(part).map(|at| &text[at + part.len()..]);
    }
    let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    starts.into_iter().find_map(|at| strip_part(&text[at..], part))
}

fn ends_with_part(text: &str, part: &str) -> bool {
    if !part.contains('_') {
        return text.ends_with(part);
    }
    let n_characters = part.chars().count();
    let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    starts.push(text.len());
    starts
        .len()
        .checked_sub(n_characters + 1)
        .is_some_and(|index| strip_part(&text[starts[index]..], part).is_some_and(str::is_empty))
}

/// A regular expression, found anywhere in the text unless it is anchored.
#[derive(Debug, Clone)]
pub struct Regexp(regex::Regex);

impl PartialEq for Regexp {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Regexp {
    /// Compiles an expression; `at` is where it stands in the filter.
    ///
    /// # Errors
    ///
    /// It is malformed or too large, or has what takes more than linear time (look-around, back-references).
    pub fn new(pattern: &str, at: std::ops::Range<usize>) -> Result<Self, FilterError> {
        let compiled = regex::RegexBuilder::new(pattern).size_limit(1 << 20).build();
        compiled.map(Self).map_err(|error| {
            let reason = error.to_string();
            // The first lines draw the pattern; the last says what is wrong.
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            FilterError::new(format!("Invalid regular expression '{pattern}': {reason}"), at)
        })
    }

    /// Returns the expression.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is found in a text.
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_is_sqls() {
        // SQL: % any text, _ one character, nothing else special, the whole text.
        for (pattern, text, expected) in [
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("%bc", "abc", true),
            ("%bc", "abcx", false),
            ("a%", "abc", true),
            ("%b%", "abc", true),
            ("", "", true),
            ("", "a", false),
            ("%", "", true),
            ("_", "ü", true),
            ("_", "", false),
            ("a_c", "abc", true),
            ("%a_", "xxab", true),
            ("%_a%", "a", false),
            ("%_a%", "ba", true),
            ("a%b%c", "a1b2b3c", true),
            ("a%b%c", "acb", false),
            ("a%a", "a", false),
            ("%ab%ab", "ab", false),
            ("ABC", "abc", false),
            ("10[%]", "10%", false),
        ] {
            assert_eq!(Like::new(pattern, false).matches(text), expected, "{text} LIKE {pattern}");
        }
        assert!(Like::new("ABc", true).matches("aBC"));
        assert!(!Like::new("Ü", true).matches("ü"), "SQLite folds ASCII alone");
    }

    #[test]
    fn a_regular_expression_is_searched_for_and_a_bad_one_is_named() {
        assert!(Regexp::new("b+", 0..2).unwrap().matches("abbc"));
        assert!(!Regexp::new("^b", 0..2).unwrap().matches("ab"));
        let error = Regexp::new("[", 3..6).unwrap_err();
        assert_eq!(error.message, "Invalid regular expression '[': unclosed character class");
        assert_eq!(error.at, 3..6);
    }
}
