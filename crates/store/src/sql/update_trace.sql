UPDATE trace SET
    experiment_id = ?3, is_explicit = ?4, client_request_id = ?5, request_time = ?6, execution_duration_ms = ?7,
    state = ?8, is_finalized = ?9, name = ?10, request_preview = ?11, response_preview = ?12, session = ?13, user = ?14,
    input_tokens = ?15, output_tokens = ?16, total_tokens = ?17, cache_read_tokens = ?18, cache_creation_tokens = ?19,
    is_usage_final = ?20, input_cost = ?21, output_cost = ?22, total_cost = ?23, is_cost_final = ?24,
    n_spans = ?25, n_errors = ?26, start_time = ?27, end_time = ?28, root_name = ?29, first_name = ?30,
    services = ?31, sources = ?32, client_trace_id = ?33
WHERE trace_key = ?1
