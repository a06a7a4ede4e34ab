//! Retrievals, rerankings and embeddings: what was asked, which documents came with which scores, how many vectors.

use model::Attribute;
use serde_json::{Map, Value};

use super::Rule;
use super::llm::{Document, Embeddings};
use super::read::{MAX_ITEMS, Reader};
use super::structure::{field, scalar_text, structured, text_field};
use super::tables;
use crate::plain::plain;

/// Name of the event of a match, and prefix of its attributes.
pub(super) const QUERY_RESULT: &str = "db.query.result";

impl Reader<'_> {
    pub(super) fn retrieval(&mut self) {
        let is_search = self.view.is_kind(&["RETRIEVER", "RERANKER"]);
        let is_embedding = self.view.is_kind(&["EMBEDDING"]);
        self.view.query = self.text("query", tables::QUERY);
        if self.view.query.is_none() && (is_search || is_embedding) {
            let value = [
                "ai.value",
                "ai.values",
                "input.value",
                "mlflow.spanInputs",
                "langfuse.observation.input",
                "traceloop.entity.input",
                "genkit:input",
                "gen_ai.prompt",
                "inputs",
                "lmnr.span.input",
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
            (Rule::Traceloop, "traceloop.entity.output"),
            (Rule::Genkit, "genkit:output"),
            (Rule::LangSmith, "gen_ai.completion"),
            (Rule::Inferred, "outputs"),
            (Rule::Laminar, "lmnr.span.output"),
        ];
        let told = told.or_else(|| self.matches()).or_else(|| {
            let mut raw = raw.into_iter().filter(|_| is_search);
            raw.find_map(|(rule, key)| Some((rule, documents(&self.reading.value(key)?)?)))
        });
        self.view.documents = self.note("documents", told).unwrap_or_default();
        let candidates = ["reranker.input_documents", "input.documents"];
        self.view.input_documents =
            candidates.into_iter().find_map(|key| documents(&self.reading.indexed(key)?)).unwrap_or_default();
        if is_embedding {
            let embeddings = self.embeddings();
            self.view.embeddings = self.note("embeddings", embeddings);
        }
    }

    /// The matches of a search in a vector database, which OpenLLMetry tells as events.
    fn matches(&self) -> Option<(Rule, Vec<Document>)> {
        let events = self.span.events.iter().filter(|event| event.name == QUERY_RESULT).take(MAX_ITEMS);
        let documents: Vec<Document> = events
            .filter_map(|event| {
                let told = |name: &str| {
                    let of = |attribute: &&Attribute| {
                        attribute.key.strip_prefix(QUERY_RESULT).is_some_and(|key| key == name)
                    };
                    event.attributes.iter().find(of).map(|attribute| plain(&attribute.value))
                };
                let found = Document {
                    id: told(".id").as_ref().and_then(scalar_text),
                    content: told(".document").as_ref().and_then(scalar_text),
                    score: told(".score").as_ref().and_then(number),
                    metadata: told(".metadata").map(|metadata| structured(&metadata)),
                };
                (found != Document::default()).then_some(found)
            })
            .collect();
        (!documents.is_empty()).then_some((Rule::Traceloop, documents))
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
        // Many texts at once: the Vercel SDK writes each as JSON.
        Value::Array(items) => {
            let texts: Option<Vec<String>> =
                items.iter().take(MAX_ITEMS).map(|item| scalar_text(&structured(item))).collect();
            texts.filter(|texts| !texts.is_empty()).map(|texts| texts.join("\n\n"))
        }
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
    // LangChain's dump of an object has its fields in `kwargs`.
    let within = ["document", "node", "kwargs"].iter().find_map(|key| object.get(*key));
    if let Some(Value::Object(inner)) = within {
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
    number(score)
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|number| number.is_finite())
}
