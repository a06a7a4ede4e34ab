SELECT span.span_id, parent_span_id, name.text, kind, status, source, flags, start_time, duration,
       otel_block IS NOT NULL AND mlflow_block IS NOT NULL,
       resource.service_name, type.text, scope.name
FROM span
JOIN string AS name ON name.string_id = span.name
JOIN string AS type ON type.string_id = span.span_type
-- The OpenTelemetry copy knows resource and scope best; the MLflow exporter leaves the scope out.
JOIN resource ON resource.resource_id = coalesce(otel_resource, mlflow_resource)
JOIN scope ON scope.scope_id = coalesce(otel_scope, mlflow_scope)
WHERE trace_key = ?1
