SELECT span_id, parent_span_id, name, kind, status, source, flags, start_time, duration,
       otel_block IS NOT NULL AND mlflow_block IS NOT NULL,
       -- The OpenTelemetry copy knows resource and scope best; the MLflow exporter leaves the scope out.
       coalesce(otel_resource, mlflow_resource), span_type, coalesce(otel_scope, mlflow_scope)
FROM span
WHERE trace_key = ?1
