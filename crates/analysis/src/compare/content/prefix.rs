//! Where two prompts stop being the same from their beginning, which is how far a provider's prompt cache can serve the second.
//!
//! A prompt is what a provider sees in this order: tools, system instructions, messages.

use super::messages::{part, text};
use crate::semconv::LlmView;

/// Characters of a token, roughly, where nothing is reported.
const CHARS_PER_TOKEN: i64 = 4;

/// Where two prompts part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefixEnd {
    /// Number of the message in which they part, from 0; absent if it is in the tools or the system instructions before them.
    pub message_index: Option<usize>,
    /// Role of the message, or `tools`, or `system`.
    pub place: String,
    /// Characters of that message, or of the tools or instructions, that are the same.
    pub n_same_chars: usize,
    /// Characters from the beginning of the prompt that are the same.
    pub n_prefix_chars: usize,
    /// Tokens of the baseline's prompt after that point, about: a cache that the baseline filled cannot serve them.
    pub n_lost_tokens: i64,
}

/// Compares two prompts; none if the candidate's begins with the whole of the baseline's, or if either has none.
pub fn prompt_prefix(before: &LlmView, after: &LlmView) -> Option<PrefixEnd> {
    let (one, other) = (prompt(before), prompt(after));
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let mut n_prefix_chars = 0;
    for (index, piece) in one.iter().enumerate() {
        let counterpart = other.get(index);
        let same_place = counterpart.filter(|counterpart| counterpart.place == piece.place);
        let n_same = same_place.map_or(0, |counterpart| common_chars(&piece.text, &counterpart.text));
        n_prefix_chars += n_same;
        let is_same = same_place.is_some_and(|counterpart| counterpart.text == piece.text);
        // The last message may go on.
        let is_last = index + 1 == one.len();
        let goes_on =
            is_last && same_place.is_some_and(|counterpart| counterpart.text.starts_with(&piece.text));
        if is_same || goes_on {
            continue;
        }
        let n_chars: usize = one.iter().map(|piece| piece.text.chars().count()).sum();
        let shown = counterpart.unwrap_or(piece);
        return Some(PrefixEnd {
            message_index: shown.message_index,
            place: shown.place.clone(),
            n_same_chars: n_same,
            n_prefix_chars,
            n_lost_tokens: lost(before.tokens.input, n_chars, n_prefix_chars),
        });
    }
    None
}

/// Returns the tokens of what is not in the prefix: its part of the reported tokens, else by its length.
fn lost(n_tokens: Option<i64>, n_chars: usize, n_prefix_chars: usize) -> i64 {
    let whole = i64::try_from(n_chars).unwrap_or(i64::MAX);
    let rest = whole.saturating_sub(i64::try_from(n_prefix_chars).unwrap_or(i64::MAX)).max(0);
    match n_tokens {
        Some(tokens) if whole > 0 => {
            let part = i128::from(tokens) * i128::from(rest) / i128::from(whole);
            i64::try_from(part).unwrap_or(i64::MAX)
        }
        _ => rest / CHARS_PER_TOKEN,
    }
}

struct Piece {
    place: String,
    message_index: Option<usize>,
    text: String,
}

fn prompt(view: &LlmView) -> Vec<Piece> {
    let mut prompt = Vec::new();
    let tools = view.tools.iter().map(|tool| {
        let parameters = tool.parameters.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{}\n{}\n{parameters}\n", tool.name, tool.description.as_deref().unwrap_or_default())
    });
    let tools: String = tools.collect();
    if !tools.is_empty() {
        prompt.push(Piece { place: "tools".to_owned(), message_index: None, text: tools });
    }
    let instructions: Vec<String> = view.system_instructions.iter().map(part).collect();
    if !instructions.is_empty() {
        prompt.push(Piece { place: "system".to_owned(), message_index: None, text: instructions.join("\n") });
    }
    prompt.extend(view.input_messages.iter().enumerate().map(|(index, message)| Piece {
        place: message.role.as_str().to_owned(),
        message_index: Some(index),
        text: text(message),
    }));
    prompt
}

fn common_chars(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semconv::Tokens;
    use crate::semconv::llm::{Message, Part, Role, ToolDefinition};

    fn view(tools: &[&str], messages: &[(Role, &str)], tokens: Option<i64>) -> LlmView {
        let message = |(role, text): &(Role, &str)| Message {
            role: *role,
            role_text: role.as_str().to_owned(),
            name: None,
            parts: vec![Part::Text((*text).to_owned())],
            finish_reason: None,
        };
        let tool =
            |name: &&str| ToolDefinition { name: (*name).to_owned(), description: None, parameters: None };
        LlmView {
            tools: tools.iter().map(tool).collect(),
            input_messages: messages.iter().map(message).collect(),
            tokens: Tokens { input: tokens, ..Tokens::default() },
            ..LlmView::default()
        }
    }

    #[test]
    fn prompts_part_at_a_character_of_a_message() {
        // 20 characters and 8; they part after 20 + 6. 56 tokens over 28 characters: 2 characters are lost, 4 tokens.
        let before = view(&[], &[(Role::System, "You are a good agent"), (Role::User, "order 47")], Some(56));
        let after = view(&[], &[(Role::System, "You are a good agent"), (Role::User, "order 5")], Some(55));
        let end = prompt_prefix(&before, &after).unwrap();
        assert_eq!((end.message_index, end.place.as_str()), (Some(1), "user"));
        assert_eq!((end.n_same_chars, end.n_prefix_chars, end.n_lost_tokens), (6, 26, 4));
    }

    #[test]
    fn a_prompt_that_goes_on_loses_nothing() {
        let before = view(&["search"], &[(Role::User, "hello")], None);
        let longer =
            view(&["search"], &[(Role::User, "hello"), (Role::Assistant, "hi"), (Role::User, "bye")], None);
        assert_eq!(prompt_prefix(&before, &longer), None);
        assert_eq!(prompt_prefix(&before, &before), None);
        // Backwards what is missing is lost: "hi" and "bye" are 5 characters, one token.
        let back = prompt_prefix(&longer, &before).unwrap();
        assert_eq!((back.message_index, back.place.as_str(), back.n_lost_tokens), (Some(1), "assistant", 1));
    }

    #[test]
    fn another_tool_voids_the_whole_prompt() {
        let before = view(&["search"], &[(Role::User, "hello")], Some(100));
        let after = view(&["lookup"], &[(Role::User, "hello")], Some(100));
        let end = prompt_prefix(&before, &after).unwrap();
        assert_eq!((end.message_index, end.place.as_str(), end.n_prefix_chars), (None, "tools", 0));
        assert_eq!(end.n_lost_tokens, 100);
        assert_eq!(prompt_prefix(&view(&[], &[], None), &after), None);
    }
}
