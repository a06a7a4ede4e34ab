//! Names with what differs from run to run left out: ids, numbers, dates.

/// Returns a name with every number, hexadecimal id, UUID and date replaced, for example `GET /items/{id}` for `GET /items/4711`.
///
/// A word stays as it is unless all of it is a number or an id: `gpt-4o`, `v2`, `utf8` and `sha256` are names. A dot, a
/// slash, a blank or other punctuation ends a word; a dash or an underscore does where both parts are words of their own, so that
/// `step-3` and `item_17` have a number and `gpt-4o` has none.
pub fn template(name: &str) -> String {
    let mut template = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        let (word, after) = next_word(rest);
        // `$1` is the name of a parameter, the same in every run; `$4711` is an amount.
        let is_parameter = template.ends_with('$') && word.len() <= 2;
        match mask(word) {
            Some(_) if is_parameter => template.push_str(word),
            Some(mask) => template.push_str(mask),
            None => push_parts(&mut template, word),
        }
        rest = after;
        let between = rest.find(is_of_word).unwrap_or(rest.len());
        template.push_str(&rest[..between]);
        rest = &rest[between..];
    }
    template
}

/// Splits the first word off; empty if the text begins with something else.
fn next_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|char| !is_of_word(char)).unwrap_or(text.len()))
}

pub(super) fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '-' | '_')
}

/// Pushes a word that is no id as a whole, with those of its parts replaced that are.
fn push_parts(template: &mut String, word: &str) {
    for part in word.split_inclusive(['-', '_']) {
        let (bare, end) = match part.char_indices().next_back() {
            Some((at, '-' | '_')) => part.split_at(at),
            _ => (part, ""),
        };
        template.push_str(mask(bare).unwrap_or(bare));
        template.push_str(end);
    }
}

/// Returns what stands for a word, if all of it is a number or an id.
pub(super) fn mask(word: &str) -> Option<&'static str> {
    let bytes = word.as_bytes();
    if bytes.is_empty() {
        return None;
    }
    if bytes.iter().all(u8::is_ascii_digit) {
        return Some(if bytes.len() < LONG_NUMBER { "{n}" } else { "{id}" });
    }
    is_id(word).then_some("{id}")
}

/// A number of as many digits is an id or an instant, not a quantity.
pub(super) const LONG_NUMBER: usize = 9;

/// Whether a word is an id: a UUID, long hexadecimal digits, or many letters and digits mixed as no name has them.
pub(super) fn is_id(word: &str) -> bool {
    let bytes = word.as_bytes();
    let n_digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if n_digits == 0 || bytes.len() < 8 {
        return false;
    }
    if bytes.iter().all(u8::is_ascii_digit) {
        return bytes.len() >= LONG_NUMBER;
    }
    let is_hex = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'-';
    if bytes.iter().all(is_hex) && n_digits >= 2 {
        return true;
    }
    // `call_9yGhTq2Zb7` or `01JABCDEF8ZK4`: behind a prefix, a long part in which digits and letters take turns.
    let tail = word.rsplit(['-', '_']).next().unwrap_or(word).as_bytes();
    let turns = tail.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    tail.len() >= 10 && turns >= 3 && tail.iter().all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_numbers_are_left_out_and_names_stay() {
        for (name, expected) in [
            ("GET /items/4711", "GET /items/{n}"),
            ("GET /items/4711/parts/8", "GET /items/{n}/parts/{n}"),
            ("job 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "job {id}"),
            ("commit 0123456789abcdef", "commit {id}"),
            ("step-3", "step-{n}"),
            ("item_17_done", "item_{n}_done"),
            ("iteration 12", "iteration {n}"),
            ("run 20261123101502", "run {id}"),
            ("call_9yGhTq2Zb7Kx", "{id}"),
            // Names with digits of their own.
            ("chat gpt-4o", "chat gpt-4o"),
            ("text-embedding-ada", "text-embedding-ada"),
            ("SELECT chunks ORDER BY embedding <=> $1", "SELECT chunks ORDER BY embedding <=> $1"),
            ("pay $4711", "pay ${n}"),
            ("SELECT 1 LIMIT 20", "SELECT {n} LIMIT {n}"),
            ("sha256 of utf8", "sha256 of utf8"),
            ("v2/answer", "v2/answer"),
            ("deadbeef", "deadbeef"),
            ("größe", "größe"),
            ("", ""),
            ("  two  blanks ", "  two  blanks "),
        ] {
            assert_eq!(template(name), expected, "{name}");
        }
    }
}
