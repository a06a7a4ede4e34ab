//! Whether a text is part of the text of a span.

use std::collections::HashMap;

use memchr::memmem::Finder;
use proto::blob::{self, ValueHash};
use proto::stored_span::{self, Text};

use crate::text_filter::{Candidates, Filter, Query, fold, fold_value};
use crate::{ReadTx, StoreError};

/// Large values whose outcome is remembered: the same prompt is in many spans.
const MAX_REMEMBERED: usize = 10_000;

pub(crate) struct TextMatcher {
    finder: Finder<'static>,
    query: Query,
    folded: Vec<u8>,
    large: HashMap<ValueHash, bool>,
}

impl TextMatcher {
    pub(crate) fn new(text: &str) -> Self {
        let mut folded = Vec::new();
        fold(text, &mut folded);
        Self {
            finder: Finder::new(&folded).into_owned(),
            query: Query::new(&folded),
            folded: Vec::new(),
            large: HashMap::new(),
        }
    }

    /// Returns the spans of a block that may have all of some texts, by its filter if there is one.
    pub(crate) fn candidates<'a>(texts: &[Self], filter: Option<Filter<'a>>) -> Candidates<'a> {
        filter.map_or(Candidates::ALL, |filter| filter.candidates(texts.iter().map(|text| &text.query)))
    }

    /// Whether the text is in the span at a position of a block.
    pub(crate) fn matches(
        &mut self,
        tx: &ReadTx<'_>,
        block: &[u8],
        position: i64,
    ) -> Result<bool, StoreError> {
        let index =
            usize::try_from(position).map_err(|_| StoreError::Failed("a negative position".to_owned()))?;
        let span = blob::span_in_block(block, index)?;
        let mut is_found = false;
        let mut large = Vec::new();
        stored_span::visit_text(span, &mut |text| match text {
            _ if is_found => {}
            Text::Large(hash) => large.push(hash),
            text => {
                fold_value(text, &mut self.folded);
                is_found = self.finder.find(&self.folded).is_some();
            }
        })?;
        for hash in large {
            is_found = is_found || self.large_matches(tx, hash)?;
        }
        Ok(is_found)
    }

    fn large_matches(&mut self, tx: &ReadTx<'_>, hash: ValueHash) -> Result<bool, StoreError> {
        if let Some(is_found) = self.large.get(&hash) {
            return Ok(*is_found);
        }
        let text = tx.large_text(hash)?;
        fold(&text, &mut self.folded);
        let is_found = self.finder.find(&self.folded).is_some();
        if self.large.len() < MAX_REMEMBERED {
            self.large.insert(hash, is_found);
        }
        Ok(is_found)
    }
}
