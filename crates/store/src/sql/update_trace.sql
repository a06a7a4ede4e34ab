UPDATE trace SET
    experiment_id = ?2, is_explicit = ?3, client_request_id = ?4, request_time = ?5, execution_duration_ms = ?6,
    state = ?7, is_finalized = ?8, name = ?9, request_preview = ?10, response_preview = ?11, session = ?12, user = ?13,
    input_tokens = ?14, output_tokens = ?15, total_tokens = ?16, cache_read_tokens = ?17, cache_creation_tokens = ?18,
    is_usage_final = ?19, input_cost = ?20, output_cost = ?21, total_cost = ?22, is_cost_final = ?23,
    n_spans = ?24, n_errors = ?25, start_time = ?26, end_time = ?27, root_name = ?28, first_name = ?29,
    services = ?30, sources = ?31
WHERE trace_key = ?1
