//! `GET /traceloupe/v1/traces/query`: what the query bar shows while a person types: colours, errors, completion.

mod offer;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use model::filter::assist::{self, PartKind};
use model::{ExperimentId, LifecycleStage};
use proto::ui;
use serde::Deserialize;
use store::ReadTx;
use utoipa::IntoParams;

use super::ApiError;
use crate::router::App;

/// Suggestions of one answer.
const MAX_SUGGESTIONS: usize = 50;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct QueryParams {
    /// The query as typed so far.
    text: String,
    /// Where the caret is, in UTF-16 code units; without it nothing is suggested.
    caret: Option<usize>,
    /// Decimal id of the experiment whose keys and values are suggested; those of all that are not deleted if absent.
    experiment_id: Option<String>,
}

/// Reads an experiment id from a parameter.
pub(super) fn experiment_id(text: &str) -> Result<ExperimentId, ApiError> {
    text.parse().map_err(|error| ApiError::invalid(format!("{error}")))
}

/// Returns the experiments that a query is about.
pub(super) fn scope(
    tx: &ReadTx<'_>,
    experiment: Option<ExperimentId>,
) -> Result<Vec<ExperimentId>, ApiError> {
    match experiment {
        Some(id) => Ok(vec![id]),
        // What was deleted is out of sight until it is restored, or asked for by its id.
        None => {
            let active =
                tx.experiments()?.into_iter().filter(|one| one.lifecycle_stage == LifecycleStage::Active);
            Ok(active.map(|experiment| experiment.experiment_id).collect())
        }
    }
}

/// Reads a query while it is typed: its parts, what is wrong with it and how to mend that, and what may stand at the caret.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/query",
    tag = "traces",
    params(QueryParams),
    responses((status = 200, body = ui::QueryReading), (status = 400, body = ui::ErrorBody))
)]
pub(super) async fn read_query(
    State(app): State<App>,
    params: Result<Query<QueryParams>, QueryRejection>,
) -> Result<Json<ui::QueryReading>, ApiError> {
    let Query(QueryParams { text, caret, experiment_id: experiment }) = params?;
    let experiment = experiment.as_deref().map(experiment_id).transpose()?;
    let reading = assist::read(&text);
    let places = Places::new(&text);
    let parts = reading.parts.into_iter().map(|(kind, at)| ui::QueryPart {
        kind: part_kind(kind),
        start: places.utf16(at.start),
        end: places.utf16(at.end),
    });
    let parts = parts.collect();
    let hint = reading.hint;
    let error = reading.error.map(|error| ui::QueryError {
        start: places.utf16(error.at.start),
        end: places.utf16(error.at.end),
        message: error.message,
        hint,
    });
    let Some(caret) = caret else {
        let (suggestions, replace_start, replace_end) = (Vec::new(), 0, 0);
        return Ok(Json(ui::QueryReading { parts, error, suggestions, replace_start, replace_end }));
    };
    let completion = assist::completion_at(&text, places.byte(caret));
    let replaces = completion.replaces.clone();
    let read = app.ingest.store().read(move |tx| {
        let scope = scope(tx, experiment)?;
        offer::suggestions(tx, &scope, &completion, MAX_SUGGESTIONS)
    });
    let suggestions = read.await?;
    Ok(Json(ui::QueryReading {
        parts,
        error,
        suggestions,
        replace_start: places.utf16(replaces.start),
        replace_end: places.utf16(replaces.end),
    }))
}

fn part_kind(kind: PartKind) -> ui::QueryPartKind {
    match kind {
        PartKind::Key => ui::QueryPartKind::Key,
        PartKind::Operator => ui::QueryPartKind::Operator,
        PartKind::Text => ui::QueryPartKind::Text,
        PartKind::Number => ui::QueryPartKind::Number,
        PartKind::And => ui::QueryPartKind::And,
        PartKind::Plain => ui::QueryPartKind::Plain,
        PartKind::Other => ui::QueryPartKind::Other,
    }
}

/// Turns places in bytes into places in UTF-16 code units and back.
struct Places<'t>(&'t str);

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        Self(text)
    }

    fn utf16(&self, byte: usize) -> usize {
        self.0.char_indices().take_while(|(at, _)| *at < byte).map(|(_, c)| c.len_utf16()).sum()
    }

    fn byte(&self, utf16: usize) -> usize {
        let mut passed = 0;
        for (at, character) in self.0.char_indices() {
            if passed >= utf16 {
                return at;
            }
            passed += character.len_utf16();
        }
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_javascript() {
        // "ä" has two bytes and one unit, U+1F600 four bytes and two units.
        let places = Places::new("ä\u{1F600}x");
        assert_eq!([0, 2, 6, 7].map(|byte| places.utf16(byte)), [0, 1, 3, 4]);
        assert_eq!([0, 1, 3, 4, 99].map(|unit| places.byte(unit)), [0, 2, 6, 7, 7]);
    }
}
