SELECT trace.trace_id, name.text, type.text, resource.service_name, kind, status, source, duration
FROM span
JOIN trace USING (trace_key)
JOIN string AS name ON name.string_id = span.name
JOIN string AS type ON type.string_id = span.span_type
JOIN resource ON resource.resource_id = coalesce(otel_resource, mlflow_resource)
WHERE trace_key = ?1 AND span_id = ?2
  AND ((otel_block = ?3 AND otel_position = ?4) OR (mlflow_block = ?3 AND mlflow_position = ?4))
