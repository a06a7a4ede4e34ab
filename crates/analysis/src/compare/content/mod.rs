//! What differs in the content of two spans: messages, values by path, parameters, and where their prompts part.

mod json;
mod messages;
mod parameters;
mod prefix;
mod sequence;
mod words;

pub use json::{ChangeKind, JsonChange, JsonDiff, json_diff};
pub use messages::{MessageDiff, MessageState, message_diff};
pub use parameters::{Parameter, parameters};
pub use prefix::{PrefixEnd, prompt_prefix};
pub use words::{Segment, SegmentKind, word_diff};
