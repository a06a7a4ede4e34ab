INSERT INTO trace (
    trace_key, trace_id, experiment_id, is_explicit, client_request_id, request_time, execution_duration_ms, state,
    is_finalized, name, request_preview, response_preview, session, user, input_tokens, output_tokens,
    total_tokens, cache_read_tokens, cache_creation_tokens, is_usage_final, input_cost, output_cost, total_cost,
    is_cost_final, n_spans, n_errors, start_time, end_time, root_name, first_name, services, sources, client_trace_id
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33
)
