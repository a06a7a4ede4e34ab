//! Who sent a span: its resource and its instrumentation scope.

use crate::{Attribute, Attributes};

/// What produced the telemetry: a process, a container, a service.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resource {
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many attributes the sender dropped.
    pub dropped_attributes_count: u32,
    /// Entities that the resource refers to.
    pub entity_refs: Vec<EntityRef>,
    /// Schema URL of the resource and of the spans without a schema of their own; empty if none.
    pub schema_url: String,
}

impl Resource {
    /// Returns `service.name`, if the resource has one.
    pub fn service_name(&self) -> Option<&str> {
        self.attributes.text("service.name")
    }
}

/// A reference to an entity whose attributes are among those of the resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityRef {
    /// Schema URL, empty if none.
    pub schema_url: String,
    /// Type of the entity, for example `service`.
    pub entity_type: String,
    /// Attribute keys that identify it.
    pub id_keys: Vec<String>,
    /// Attribute keys that describe it.
    pub description_keys: Vec<String>,
}

/// The library that made a span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InstrumentationScope {
    /// Name, may be empty.
    pub name: String,
    /// Version, may be empty.
    pub version: String,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many attributes the sender dropped.
    pub dropped_attributes_count: u32,
    /// Schema URL of the spans in it; empty if none.
    pub schema_url: String,
}

impl InstrumentationScope {
    /// Whether the scope says nothing, as when an exporter leaves it out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
