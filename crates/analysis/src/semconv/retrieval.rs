//! Retrievals, rerankings and embeddings: what was asked, which documents came with which scores, how many vectors.

use serde_json::{Map, Value};

use super::Rule;
use super::llm::{Document, Embeddings};
use super::read::{MAX_ITEMS, Reader};
use super::structure::{field, structured, text_field};
use super::tables;

impl Reader<'_> {
    pub(super) fn retrieval(&mut self) {
        let is_search = self.view.is_kind(&["RETRIEVER", "RERANKER"]);
        let is_embedding = self.view.is_kind(&["EMBEDDING"]);
        self.view.query = self.text("query", tables::QUERY);
        if self.view.query.is_none() && (is_search || is_embedding) {
            let value = [
                "ai.value",
                "input.value",
                "mlflow.spanInputs",
                "langfuse.observation.input",
                "traceloop.entity.input",
            ]
            .iter()
            .find_map(|key| self.reading.value(key));
            self.view.query = value.as_ref().and_then(query_text);
        }
        if self.view.query.is_none() && is_embedding {
            self.view.query = self.embedded_texts();
        }
        let sources = [
            (Rule::OpenInference, "retrieval.documents"),
            (Rule::OpenInference, "reranker.output_documents"),
            (Rule::GenAi, "gen_ai.retrieval.documents"),
        ];
        let told =
            sources.into_iter().find_map(|(rule, key)| Some((rule, documents(&self.reading.indexed(key)?)?)));
        let raw = [
            (Rule::Mlflow, "mlflow.spanOutputs"),
            (Rule::Langfuse, "langfuse.observation.output"),
            (Rule::OpenInference, "output.value"),
        ];
        let told = told.or_else(|| {
            let mut raw = raw.into_iter().filter(|_| is_search);
            raw.find_map(|(rule, key)| Some((rule, documents(&self.reading.value(key)?)?)))
        });
        self.view.documents = self.note("documents", told).unwrap_or_default();
        self.view.input_documents = self
            .reading
            .indexed("reranker.input_documents")
            .and_then(|value| documents(&value))
            .unwrap_or_default();
        if is_embedding {
            let embeddings = self.embeddings();
            self.view.embeddings = self.note("embeddings", embeddings);
        }
    }

    /// The texts beside the vectors, one after the other.
    fn embedded_texts(&self) -> Option<String> {
        let list = self.reading.indexed("embedding.embeddings")?;
        let texts: Vec<String> = list
            .as_array()?
            .iter()
            .filter_map(|item| Some(structured(item).pointer("/embedding/text")?.as_str()?.to_owned()))
            .collect();
        (!texts.is_empty()).then(|| texts.join("\n\n"))
    }

    fn embeddings(&self) -> Option<(Rule, Embeddings)> {
        let told = self
            .reading
            .count("gen_ai.embeddings.dimension.count")
            .and_then(|count| usize::try_from(count).ok());
        let sources = [
            (Rule::OpenInference, "embedding.embeddings"),
            (Rule::VercelAi, "ai.embeddings"),
            (Rule::VercelAi, "ai.embedding"),
            (Rule::Mlflow, "mlflow.spanOutputs"),
        ];
        let found = sources.into_iter().find_map(|(rule, key)| {
            let value = self.reading.indexed(key)?;
            let list = value.get("data").unwrap_or(&value).as_array()?.clone();
            let is_vector = list.first()?.is_number();
            let vector = |item: &Value| {
                let item = structured(item);
                let item =
                    item.pointer("/embedding/vector").or_else(|| item.get("embedding")).unwrap_or(&item);
                structured(item).as_array().map(Vec::len)
            };
            let (count, dimension) =
                if is_vector { (1, Some(list.len())) } else { (list.len(), list.first().and_then(vector)) };
            Some((rule, Embeddings { count, dimension: dimension.or(told) }))
        });
        found.or_else(|| {
            told.map(|dimension| (Rule::GenAi, Embeddings { count: 1, dimension: Some(dimension) }))
        })
    }
}

fn query_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => {
            text_field(object, &["query", "question", "input", "text", "str_or_query_bundle"])
        }
        _ => None,
    }
}

fn documents(value: &Value) -> Option<Vec<Document>> {
    let list = match value {
        Value::Array(list) => list,
        Value::Object(object) => field(object, &["documents", "results", "nodes", "matches"])?.as_array()?,
        _ => return None,
    };
    let documents: Vec<Document> = list.iter().take(MAX_ITEMS).filter_map(document).collect();
    (!documents.is_empty()).then_some(documents)
}

fn document(item: &Value) -> Option<Document> {
    let item = structured(item);
    if let Value::String(text) = item {
        return Some(Document { content: Some(text), ..Document::default() });
    }
    let object = item.as_object()?;
    if let Some(Value::Object(inner)) = object.get("document").or_else(|| object.get("node")) {
        let mut found = document(&Value::Object(inner.clone()))?;
        found.score = found.score.or_else(|| score(object));
        return Some(found);
    }
    let metadata = object.get("metadata").map(structured).filter(|metadata| !metadata.is_null());
    let of_metadata = |names: &[&str]| text_field(metadata.as_ref()?.as_object()?, names);
    let found = Document {
        id: text_field(object, &["id", "document_id", "doc_id"])
            .or_else(|| of_metadata(&["chunk_id", "doc_uri", "id"])),
        content: text_field(object, &["content", "page_content", "text", "pageContent"]),
        score: score(object),
        metadata,
    };
    (found != Document::default()).then_some(found)
}

fn score(object: &Map<String, Value>) -> Option<f64> {
    let score = field(object, &["score", "relevance_score", "similarity"])?;
    score.as_f64().or_else(|| score.as_str()?.parse().ok()).filter(|score| score.is_finite())
}
