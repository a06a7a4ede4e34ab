//! The difference of two conversations: which message is which, and what changed in it, word by word.
//!
//! Messages that are the same anchor the rest in order. Between anchors messages of one role are paired by the words that they
//! share; what has no like is added or removed.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;

use super::sequence::diff;
use super::words::{Segment, similarity, word_diff};
use crate::semconv::llm::{Message, Modality, Part};

/// Pairs of messages between two anchors whose words are compared; beyond, messages are paired in their order.
const MAX_PAIRS: usize = 2_500;

/// Messages that share less of their words than this are not the same one, unless nothing else stands between the same anchors.
const MIN_SIMILARITY: f64 = 0.3;

/// Messages that are told.
const MAX_MESSAGES: usize = 1_000;

/// A message of either side or of both.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageDiff {
    /// Role as the sender spelt it, the candidate's first.
    pub role: String,
    /// What became of it.
    pub state: MessageState,
    /// Its number in the baseline, from 0.
    pub baseline_index: Option<usize>,
    /// Its number in the candidate, from 0.
    pub candidate_index: Option<usize>,
    /// Its text; calls of tools with their arguments, results, and what stands for media are part of it.
    pub segments: Vec<Segment>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// Both have it, word for word.
    Same,
    /// Both have it, with other words.
    Changed,
    /// Only the candidate has it.
    Added,
    /// Only the baseline has it.
    Removed,
}

/// Compares two conversations; at most 1,000 messages are told.
pub fn message_diff(before: &[Message], after: &[Message]) -> Vec<MessageDiff> {
    let texts = |messages: &[Message]| messages.iter().map(text).collect::<Vec<String>>();
    let sides = Sides { before, after, texts: [texts(before), texts(after)] };
    let mut numbers: HashMap<(&str, &str), u32> = HashMap::new();
    let mut sequences = [Vec::new(), Vec::new()];
    for (side, messages) in [before, after].into_iter().enumerate() {
        for (message, text) in messages.iter().zip(&sides.texts[side]) {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            sequences[side].push(*numbers.entry((message.role.as_str(), text)).or_insert(next));
        }
    }
    let mut told = Vec::new();
    for run in diff(&sequences[0], &sequences[1]) {
        if run.is_same {
            let pairs = run.before.zip(run.after);
            told.extend(pairs.map(|(x, y)| sides.message(Some(x), Some(y))));
        } else {
            sides.between(run.before, run.after, &mut told);
        }
    }
    told.truncate(MAX_MESSAGES);
    told
}

struct Sides<'a> {
    before: &'a [Message],
    after: &'a [Message],
    texts: [Vec<String>; 2],
}

impl Sides<'_> {
    /// Pairs what lies between two anchors, and tells it in order: what was removed before what came instead.
    fn between(&self, before: Range<usize>, after: Range<usize>, told: &mut Vec<MessageDiff>) {
        let (mut x, mut y) = (before.start, after.start);
        for (a, b) in self.pairs(before.clone(), after.clone()) {
            told.extend((x..a).map(|x| self.message(Some(x), None)));
            told.extend((y..b).map(|y| self.message(None, Some(y))));
            told.push(self.message(Some(a), Some(b)));
            (x, y) = (a + 1, b + 1);
        }
        told.extend((x..before.end).map(|x| self.message(Some(x), None)));
        told.extend((y..after.end).map(|y| self.message(None, Some(y))));
    }

    /// Returns the pairs in order whose likeness adds up to the most.
    fn pairs(&self, before: Range<usize>, after: Range<usize>) -> Vec<(usize, usize)> {
        let (n, m) = (before.len(), after.len());
        let has_same_role = |x: usize, y: usize| self.before[x].role == self.after[y].role;
        if n.saturating_mul(m) > MAX_PAIRS {
            return before.zip(after).filter(|&(x, y)| has_same_role(x, y)).collect();
        }
        let is_alone = n == 1 && m == 1;
        let likeness = |i: usize, j: usize| {
            let (x, y) = (before.start + i, after.start + j);
            if !has_same_role(x, y) {
                return 0.0;
            }
            let likeness = similarity(&self.texts[0][x], &self.texts[1][y]);
            if likeness >= MIN_SIMILARITY || is_alone { likeness.max(f64::MIN_POSITIVE) } else { 0.0 }
        };
        // best[i][j]: of what follows i and j.
        let at = |i: usize, j: usize| i * (m + 1) + j;
        let mut best = vec![0.0_f64; (n + 1) * (m + 1)];
        let mut alike = vec![0.0_f64; (n + 1) * (m + 1)];
        for i in (0..n).rev() {
            for j in (0..m).rev() {
                alike[at(i, j)] = likeness(i, j);
                let apart = best[at(i + 1, j)].max(best[at(i, j + 1)]);
                best[at(i, j)] = apart.max(best[at(i + 1, j + 1)] + alike[at(i, j)]);
            }
        }
        let mut pairs = Vec::new();
        let (mut i, mut j) = (0, 0);
        while i < n && j < m {
            let together = best[at(i + 1, j + 1)] + alike[at(i, j)];
            if alike[at(i, j)] > 0.0 && together >= best[at(i + 1, j)].max(best[at(i, j + 1)]) {
                pairs.push((before.start + i, after.start + j));
                (i, j) = (i + 1, j + 1);
            } else if best[at(i + 1, j)] >= best[at(i, j + 1)] {
                i += 1;
            } else {
                j += 1;
            }
        }
        pairs
    }

    fn message(&self, baseline_index: Option<usize>, candidate_index: Option<usize>) -> MessageDiff {
        let text =
            |side: usize, index: Option<usize>| index.map_or("", |index| self.texts[side][index].as_str());
        let (before, after) = (text(0, baseline_index), text(1, candidate_index));
        let state = match (baseline_index, candidate_index) {
            (None, _) => MessageState::Added,
            (_, None) => MessageState::Removed,
            _ if before == after => MessageState::Same,
            _ => MessageState::Changed,
        };
        let message = match (candidate_index, baseline_index) {
            (Some(index), _) => self.after.get(index),
            (None, Some(index)) => self.before.get(index),
            (None, None) => None,
        };
        MessageDiff {
            role: message.map(|message| message.role_text.clone()).unwrap_or_default(),
            state,
            baseline_index,
            candidate_index,
            segments: word_diff(before, after),
        }
    }
}

/// Returns a message as text: its parts one after another.
pub(super) fn text(message: &Message) -> String {
    let parts: Vec<String> = message.parts.iter().map(part).collect();
    parts.join("\n")
}

/// Returns a part as text. Ids of calls are left out: they differ in every run.
pub(super) fn part(part: &Part) -> String {
    match part {
        Part::Text(text) | Part::Reasoning(text) | Part::Refusal(text) => text.clone(),
        Part::ToolCall { name, arguments, .. } => format!("{name}({})", value(arguments)),
        Part::ToolResult { content, .. } => value(content),
        Part::Media(media) => {
            let modality = match media.modality {
                Modality::Image => "image",
                Modality::Audio => "audio",
                Modality::Video => "video",
                Modality::File => "file",
            };
            let told = [media.media_type.clone(), media.name.clone(), media.uri.clone()];
            let size = media.n_bytes().map(|n| format!("{n} bytes"));
            let told: Vec<String> = told.into_iter().chain([size]).flatten().collect();
            format!("[{modality} {}]", told.join(", "))
        }
        Part::Other(kind, value) => format!("[{kind}] {}", self::value(value)),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value @ (Value::Object(_) | Value::Array(_)) => {
            serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::semconv::llm::Role;

    fn message(role: Role, text: &str) -> Message {
        Message {
            role,
            role_text: role.as_str().to_owned(),
            name: None,
            parts: vec![Part::Text(text.to_owned())],
            finish_reason: None,
        }
    }

    /// Messages as `role: text`, one on each line.
    fn conversation(text: &str) -> Vec<Message> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = |line: &str| {
            let (role, text) = line.split_once(": ").unwrap();
            message(Role::parse(role), text)
        };
        lines.map(message).collect()
    }

    fn check(before: &str, after: &str, expected: &[(&str, MessageState, Option<usize>, Option<usize>)]) {
        let got = message_diff(&conversation(before), &conversation(after));
        let got: Vec<_> = got
            .iter()
            .map(|one| (one.role.as_str(), one.state, one.baseline_index, one.candidate_index))
            .collect();
        assert_eq!(got, expected);
    }

    use MessageState::{Added, Changed, Removed, Same};

    #[test]
    fn messages_are_aligned_by_role_and_words() {
        check(
            "system: Be brief and polite to everyone
             user: Where is my order
             assistant: In Porto",
            "system: Be very brief and polite to everyone
             user: Where is my order
             assistant: Let me look that up for you
             tool: order is in Porto
             assistant: In Porto",
            &[
                ("system", Changed, Some(0), Some(0)),
                ("user", Same, Some(1), Some(1)),
                ("assistant", Added, None, Some(2)),
                ("tool", Added, None, Some(3)),
                ("assistant", Same, Some(2), Some(4)),
            ],
        );
    }

    #[test]
    fn a_message_is_paired_with_the_one_that_is_most_like_it() {
        check(
            "user: the weather in Porto today
             user: a train from Porto to Lisbon at noon",
            "user: a train from Porto to Faro at noon
             user: thanks a lot for everything",
            &[
                ("user", Removed, Some(0), None),
                ("user", Changed, Some(1), Some(0)),
                ("user", Added, None, Some(1)),
            ],
        );
        // Nothing else stands there: one question instead of another.
        check("user: hello", "user: goodbye", &[("user", Changed, Some(0), Some(0))]);
        check(
            "user: hello",
            "assistant: hello",
            &[("user", Removed, Some(0), None), ("assistant", Added, None, Some(0))],
        );
    }

    #[test]
    fn ids_of_tool_calls_do_not_count_and_arguments_do() {
        let call = |id: &str, city: &str| Message {
            parts: vec![Part::ToolCall {
                id: Some(id.to_owned()),
                name: "weather".to_owned(),
                arguments: json!({"city": city}),
            }],
            ..message(Role::Assistant, "")
        };
        let state = |one: Message, other: Message| message_diff(&[one], &[other])[0].state;
        assert_eq!(state(call("call_1", "Porto"), call("call_2", "Porto")), Same);
        assert_eq!(state(call("call_1", "Porto"), call("call_1", "Faro")), Changed);
    }

    #[test]
    fn long_conversations_are_told_in_part() {
        let many =
            |word: &str| (0..3_000).map(|n| message(Role::User, &format!("{word} {n}"))).collect::<Vec<_>>();
        assert_eq!(message_diff(&many("a"), &many("b")).len(), MAX_MESSAGES);
        assert!(message_diff(&[], &[]).is_empty());
    }
}
