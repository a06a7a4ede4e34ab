// Generated from ui/openapi.json by `npm run codegen`: never edit by hand.

export interface paths {
    "/traceloupe/v1/baselines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the traces that others are measured against. */
        get: operations["list_baselines"];
        /** Makes a trace the one that others of its experiment, or of its experiment and name, are measured against. */
        put: operations["put_baseline"];
        post?: never;
        /** Takes a baseline away; its trace stays. */
        delete: operations["delete_baseline"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compares two traces: what differs, what the difference is made of, and where it began. See `docs/formats/comparison.md`. */
        get: operations["get_comparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/compare/pins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Says that a span of the baseline and one of the candidate are the same. Overrules what the alignment finds, in both directions;
         *     replaces what was said of either span between these traces.
         */
        put: operations["pin_rows"];
        post?: never;
        /** Takes a pin away. */
        delete: operations["unpin_rows"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/compare/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what holds for rows of all traces. */
        get: operations["list_row_rules"];
        put?: never;
        /**
         * Says of all traces that spans at the places of these two are the same: wherever one side has exactly one at the one place and
         *     the other exactly one at the other. What is pinned between two traces goes before.
         */
        post: operations["create_row_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/compare/rules/{rule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a rule away; what is pinned between two traces stays. */
        delete: operations["delete_row_rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/compare/span": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compares the content of two spans: parameters, messages word by word, values by path, and where their prompts part. */
        get: operations["get_span_comparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/compare/table": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the merged rows of two traces with both their span tables, as columns. See `docs/formats/comparison.md`. */
        get: operations["get_comparison_table"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/demo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Loads the demo traces into an experiment of their own. */
        post: operations["load_demo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists experiments, those with the newest traces first. */
        get: operations["list_experiments"];
        put?: never;
        /** Makes an experiment. */
        post: operations["create_experiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/experiments/{experiment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives an experiment its name, its description and its tags. */
        put: operations["update_experiment"];
        post?: never;
        /** Deletes an experiment; its traces stay, and it can be restored. */
        delete: operations["delete_experiment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/experiments/{experiment_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restores a deleted experiment. */
        post: operations["restore_experiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** `GET /traceloupe/v1/live`: `change` events that name what to ask for again. */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the inbox: requests that failed alike are one group. */
        get: operations["list_rejected"];
        put?: never;
        post?: never;
        /** Empties the inbox. */
        delete: operations["delete_all_rejected"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/rejected/{group_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a group: why its requests failed, how to mend it, and the newest of them. */
        get: operations["get_rejected"];
        put?: never;
        post?: never;
        /** Removes a group with its requests. */
        delete: operations["delete_rejected"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/rejected/{group_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the kept requests of a group after all: new traces join the chosen experiment, known ones stay where they are. */
        post: operations["accept_rejected"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/rejected/{group_id}/requests/{request_id}/body": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the payload of a kept request as it came, decompressed if it could be. */
        get: operations["get_rejected_body"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a run of MLflow. */
        get: operations["get_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a conversation: its traces in order, with what was asked and answered and the tools that ran. */
        get: operations["get_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists sessions, those with the newest traces first. */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the settings. */
        get: operations["get_settings"];
        /** Replaces the settings. */
        put: operations["put_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the state of the app. */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/test-trace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a small trace through the same ingest as any other. */
        post: operations["send_test_trace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists traces, newest first unless another order is asked for. */
        get: operations["list_traces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns what the header of a trace page shows. */
        get: operations["get_trace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/analysis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the critical path of a trace and what the doctor found. The bodies of the first 500 spans are looked at, those of a
         *     known type first; the shape of the tree, times and services of all.
         */
        get: operations["get_analysis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/assessments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the assessments of a trace and its spans. */
        get: operations["list_assessments"];
        put?: never;
        /** Adds an assessment by a person. */
        post: operations["create_assessment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/assessments/{assessment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes name, value and rationale of an assessment. */
        put: operations["update_assessment"];
        post?: never;
        /** Deletes an assessment; one that it stood in for is valid again. */
        delete: operations["delete_assessment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/critical-path": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the critical path of a trace alone, as columns. See `docs/formats/span-table.md`. */
        get: operations["get_critical_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns all log records of a trace, by time, with and without a span. */
        get: operations["get_logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/markdown": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the outline of a trace: its sums, and the tree of at most 300 spans, errors first, with models and error messages. */
        get: operations["get_markdown"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/neighbours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the traces before and after one in the list of its experiment. */
        get: operations["get_neighbours"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/otlp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns every copy of every span as it came, as an `ExportTraceServiceRequest`. */
        get: operations["get_otlp"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Keeps a trace whatever retention says. */
        put: operations["pin_trace"];
        post?: never;
        /** Lets retention remove a trace again. */
        delete: operations["unpin_trace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/spans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns all spans of a trace as a column table, in waterfall order. See `docs/formats/span-table.md`. */
        get: operations["get_spans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/spans/{span_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns one span, merged from its copies. */
        get: operations["get_span"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/spans/{span_id}/media/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a piece of binary content of a message, by the number that the LLM view gives it. */
        get: operations["get_media"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/{trace_id}/spans/{span_id}/otlp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns every copy of one span as it came, as an `ExportTraceServiceRequest`. */
        get: operations["get_span_otlp"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves traces to an experiment; spans that come later join them there. */
        post: operations["move_traces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traceloupe/v1/traces/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a query while it is typed: its parts, what is wrong with it and how to mend that, and what may stand at the caret. */
        get: operations["read_query"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** `POST /v1/logs`. */
        post: operations["export_logs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** `POST /v1/metrics`. */
        post: operations["export_metrics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** `POST /v1/traces`. */
        post: operations["export_traces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What became of accepted requests. They leave the inbox but for those that still cannot be taken. */
        Accepted: {
            /**
             * Format: int64
             * @description Requests that stay in the inbox.
             */
            n_left: number;
            /**
             * Format: int64
             * @description Spans and log records that were stored.
             */
            n_stored: number;
            /** @description Why they stay. */
            reasons: string[];
            /** @description Traces that were stored, at most 100. */
            trace_ids: string[];
        };
        /** @description Body of accepting a group. */
        AcceptRejected: {
            /** @description Experiment for traces that are new; spans of a known trace join it where it is. */
            experiment_id: string;
        };
        /** @description An attribute value in the shape of OTLP/JSON: exactly one of the fields is set, none for an empty value. */
        AnyValue: {
            arrayValue?: components["schemas"]["ArrayValue"] | null;
            /** @description Truth value. */
            boolValue?: boolean | null;
            /** @description Bytes as standard base64. */
            bytesValue?: string | null;
            /** @description 64-bit float as text in its shortest exact form, or `NaN`, `Infinity`, `-Infinity`. */
            doubleValue?: string | null;
            /** @description 64-bit integer as a decimal string. */
            intValue?: string | null;
            kvlistValue?: components["schemas"]["KeyValueList"] | null;
            /** @description Text. */
            stringValue?: string | null;
        };
        /** @description A rule that holds between the two traces. */
        AppliedRule: {
            /** @description Labels from the root down to the span of the baseline. */
            baseline_place: string[];
            /** @description 16 hex digits. */
            baseline_span_id: string;
            /** @description Likewise of the candidate. */
            candidate_place: string[];
            /** @description 16 hex digits. */
            candidate_span_id: string;
            /**
             * Format: int32
             * @description The row of the merged table.
             */
            row: number;
            /** @description Decimal id. */
            rule_id: string;
        };
        /** @description The items of an array value. */
        ArrayValue: {
            /** @description Items in order. */
            values: components["schemas"]["AnyValue"][];
        };
        /** @description A judgement about a trace, or one of its spans. */
        Assessment: {
            /** @description Its id. */
            assessment_id: string;
            /** @description When it was made, Unix nanoseconds. */
            create_time_unix_nano: string;
            /** @description Why there is no judgement, as JSON text. */
            error?: string | null;
            /** @description Whether no other stands in for it. */
            is_valid: boolean;
            /** @description What it is. */
            kind: components["schemas"]["AssessmentKind"];
            /** @description When it was last changed, Unix nanoseconds. */
            last_update_time_unix_nano: string;
            /** @description What is judged. */
            name: string;
            /** @description Why. */
            rationale?: string | null;
            /** @description Which of them. */
            source_id?: string | null;
            /** @description Who or what judged: `HUMAN`, `LLM_JUDGE`, `CODE` or any other word. */
            source_type: string;
            /** @description The span that it is about, 16 hex digits as sent; absent if it is about the trace. */
            span_id?: string | null;
            /** @description Its value as JSON text; absent if only an error is known. The name of an issue as it is. */
            value?: string | null;
        };
        /** @description One assessment in a cell of the trace list. */
        AssessmentCell: {
            /** @description What it is. */
            kind: components["schemas"]["AssessmentKind"];
            /** @description Its name. */
            name: string;
            /** @description Its value as JSON text, cut to 100 characters; absent if only an error is known. */
            value?: string | null;
        };
        /** @description What becomes of an assessment; its kind, its span and its source stay. */
        AssessmentEdit: {
            /** @description What is judged. */
            name: string;
            /** @description Why; empty takes it away. */
            rationale: string;
            /** @description Any JSON value but null. */
            value: unknown;
        };
        /**
         * @description What an assessment is.
         * @enum {string}
         */
        AssessmentKind: "feedback" | "expectation" | "issue";
        /** @description The assessments of a trace and its spans. */
        AssessmentList: {
            /** @description The oldest first. */
            assessments: components["schemas"]["Assessment"][];
            /** @description Names that assessments of the experiment have, the most frequent first, 50 at most. */
            known_names: string[];
        };
        /** @description One attribute. */
        Attribute: {
            /** @description Its key. */
            key: string;
            /** @description Its value. */
            value: components["schemas"]["AnyValue"];
        };
        /** @description A trace that others are measured against. */
        Baseline: {
            /** @description Decimal id of the experiment of the others. */
            experiment_id: string;
            /** @description Their name; absent for all of the experiment. */
            name?: string | null;
            /** @description 32 hex digits. */
            trace_id: string;
        };
        /** @description How a trace compares with its baseline, by duration alone. */
        BaselineDelta: {
            /** @description Duration of the baseline in nanoseconds, decimal string. */
            baseline_duration_ns: string;
            /** @description Duration of the trace minus that of the baseline in nanoseconds, decimal string. */
            delta_duration_ns: string;
            /** @description The baseline. */
            trace_id: string;
        };
        /** @description All baselines. */
        BaselineList: {
            /** @description By experiment and name. One of a name goes before that of the experiment. */
            baselines: components["schemas"]["Baseline"][];
        };
        /**
         * @description What a baseline is one of.
         * @enum {string}
         */
        BaselineScope: "experiment" | "name";
        /** @description Data of a `change` event on the live stream: what to ask for again. */
        Change: {
            /** @description Names of what changed: `status`, `experiments`, `traces`, `settings`, `rejected`, `baselines`, `trace:<32 hex>`, `comparison:<32 hex>` (what a user said of one of this trace). `*` after a gap: ask for all again. */
            tags: string[];
        };
        /** @description A parameter with its value on both sides. */
        ChangedParameter: {
            /** @description The candidate's value. */
            after?: string | null;
            /** @description The baseline's value. */
            before?: string | null;
            /** @description Whether they differ. */
            is_changed: boolean;
            /** @description Name, for example `model` or `temperature`. */
            name: string;
        };
        /** @description A message of either side or of both. */
        ComparedMessage: {
            /** @description Its number in the baseline, from 0. */
            baseline_index?: number | null;
            /** @description Its number in the candidate, from 0. */
            candidate_index?: number | null;
            /** @description Role as the sender spelt it. */
            role: string;
            /** @description Its text, in order. */
            segments: components["schemas"]["TextSegment"][];
            /** @description What became of it. */
            state: components["schemas"]["ComparedMessageState"];
        };
        /**
         * @description What became of a message.
         * @enum {string}
         */
        ComparedMessageState: "same" | "changed" | "added" | "removed";
        /** @description A span of either side, or a pair of both. */
        ComparedRow: {
            /**
             * Format: int64
             * @description Duration in the baseline in nanoseconds; absent if it was added or has not ended.
             */
            baseline_duration_ns?: number | null;
            /** @description 16 hex digits; absent if it was added. */
            baseline_span_id?: string | null;
            /**
             * Format: int64
             * @description Start in the baseline, nanoseconds from the start of the trace; absent if it was added.
             */
            baseline_start_ns?: number | null;
            /**
             * Format: int64
             * @description Duration in the candidate in nanoseconds; absent if it was removed or has not ended.
             */
            candidate_duration_ns?: number | null;
            /** @description 16 hex digits; absent if it was removed. */
            candidate_span_id?: string | null;
            /**
             * Format: int64
             * @description Start in the candidate, nanoseconds from the start of the trace; absent if it was removed.
             */
            candidate_start_ns?: number | null;
            /** @description What differs: `duration`, `status`, `content`, `model`, `tokens`, `cost`, `name`, `service`. */
            changes: string[];
            /**
             * Format: int64
             * @description Difference of their cost in pico-dollars, likewise.
             */
            delta_cost?: number | null;
            /**
             * Format: int64
             * @description Difference of the durations in nanoseconds; a span that is not there lasts 0. Absent if either has not ended.
             */
            delta_duration_ns?: number | null;
            /**
             * Format: int64
             * @description Difference of what the traces waited for in it, nanoseconds; with `other` they sum to `delta.duration_ns`.
             */
            delta_self_ns: number;
            /**
             * Format: int64
             * @description Difference of the tokens of counted spans; absent unless both traces tell some and this row does.
             */
            delta_tokens?: number | null;
            /**
             * Format: int32
             * @description Levels above it in the merged tree.
             */
            depth: number;
            /** @description Whether it began after the first divergence. */
            is_downstream: boolean;
            /** @description Name with ids and numbers as placeholders. */
            label: string;
            /** @description What became of it. */
            status: components["schemas"]["Verdict"];
        };
        /** @description One of the two traces. */
        ComparedTrace: {
            /**
             * Format: int64
             * @description Cost of the spans that are counted once, in pico-dollars; absent if none is known.
             */
            cost?: number | null;
            /**
             * Format: int64
             * @description Latest end minus earliest start in nanoseconds.
             */
            duration_ns: number;
            /** @description Whether all of its top spans have ended; false without spans. Until then `duration_ns` is what is known so far. */
            has_ended: boolean;
            /** @description 32 hex digits. */
            id: string;
            /**
             * Format: int64
             * @description Spans with status error.
             */
            n_errors: number;
            /**
             * Format: int64
             * @description Spans.
             */
            n_spans: number;
            /** @description What it is called. */
            name: string;
            /** @description Earliest start, Unix nanoseconds as a decimal string. */
            start_time_unix_nano: string;
            /**
             * Format: int64
             * @description Tokens of the spans that are counted once; absent if none tells any.
             */
            tokens?: number | null;
        };
        /** @description What differs between two traces. */
        Comparison: {
            /** @description The trace that is compared with. */
            baseline: components["schemas"]["ComparedTrace"];
            /** @description The trace in question. */
            candidate: components["schemas"]["ComparedTrace"];
            /** @description What the difference of the durations is made of, the largest first; they sum exactly to `delta.duration_ns`. */
            contributors: components["schemas"]["Contributor"][];
            /** @description What the difference of the costs is made of, the largest first; they sum exactly to `delta.cost`. */
            cost_contributors: components["schemas"]["QuantityContributor"][];
            /** @description Rows by what became of their span. */
            counts: components["schemas"]["VerdictCounts"];
            /** @description Candidate minus baseline. */
            delta: components["schemas"]["Quantities"];
            first_divergence?: components["schemas"]["Divergence"] | null;
            /** @description Why the candidate took longer or shorter, in words. */
            headline: string;
            /**
             * Format: int64
             * @description Spans of the candidate that failed, and whose like in the baseline did not or is not there.
             */
            n_new_errors: number;
            /** @description The first 100 of them, in the order of the merged waterfall. */
            new_errors: components["schemas"]["NewError"][];
            /** @description What limits the comparison, for a person: a side that has not ended, or nothing in common. */
            notes: string[];
            /** @description Rules by which spans of the two traces are paired: what a user said in another comparison. */
            row_rules: components["schemas"]["AppliedRule"][];
            /** @description Each span of either side exactly once, if it was asked for. */
            rows?: components["schemas"]["ComparedRow"][] | null;
            /** @description What the difference of the tokens is made of, the largest first; they sum exactly to `delta.tokens`. */
            token_contributors: components["schemas"]["QuantityContributor"][];
        };
        /** @description A part of the difference of the durations: what the trace waited for in spans of one label. */
        Contributor: {
            /**
             * Format: int64
             * @description What the baseline waited for, nanoseconds.
             */
            baseline_ns: number;
            /**
             * Format: int64
             * @description What the candidate waited for, nanoseconds.
             */
            candidate_ns: number;
            /**
             * Format: int64
             * @description Candidate minus baseline in nanoseconds.
             */
            delta_ns: number;
            /** @description Label of the spans; `other` is the time in which no span ran. */
            label: string;
            /**
             * Format: int64
             * @description Spans of the baseline.
             */
            n_baseline: number;
            /**
             * Format: int64
             * @description Spans of the candidate.
             */
            n_candidate: number;
            /**
             * Format: int32
             * @description The row of the merged table that differs most; absent for `other`.
             */
            row?: number | null;
            /**
             * Format: double
             * @description Part of the whole difference, negative against it; absent if the durations are equal.
             */
            share?: number | null;
        };
        /** @description A stretch of time during which the trace waited for one span itself. */
        CriticalSegment: {
            /** @description End, Unix nanoseconds. */
            end_time_unix_nano: string;
            /**
             * Format: int32
             * @description Row of the span in the span table.
             */
            row: number;
            /** @description 16 hex digits. */
            span_id: string;
            /** @description Start, Unix nanoseconds. */
            start_time_unix_nano: string;
        };
        /** @description Answer to loading the demo data. */
        DemoLoaded: {
            /** @description Experiment that holds the demo traces. */
            experiment_id: string;
            /** @description The traces, newest first. */
            trace_ids: string[];
        };
        /** @description The earliest model call whose input differs when ids, times and numbers are masked. */
        Divergence: {
            /** @description 16 hex digits; absent if the baseline has no such call. */
            baseline_span_id?: string | null;
            /** @description 16 hex digits; absent if the candidate has no such call. */
            candidate_span_id?: string | null;
            /** @description Label of the call. */
            label: string;
            /**
             * Format: int64
             * @description Rows after it.
             */
            n_downstream: number;
            /**
             * Format: int32
             * @description The row of the merged table.
             */
            row: number;
        };
        /** @description A document of a retrieval. */
        Document: {
            /** @description Its text. */
            content?: string | null;
            /** @description Its id. */
            id?: string | null;
            metadata?: components["schemas"]["AnyValue"] | null;
            /**
             * Format: double
             * @description Its score, as the sender computed it.
             */
            score?: number | null;
        };
        /** @description Embeddings without their vectors. */
        Embeddings: {
            /**
             * Format: int32
             * @description How many.
             */
            count: number;
            /**
             * Format: int32
             * @description Numbers in each, if known.
             */
            dimension?: number | null;
        };
        /** @description The body of every error answer of the UI API. */
        ErrorBody: {
            /** @description What a program may branch on. */
            code: components["schemas"]["ErrorCode"];
            /** @description What went wrong and what to do, for a person. */
            message: string;
        };
        /**
         * @description Why a request of the UI API failed.
         * @enum {string}
         */
        ErrorCode: "not_found" | "invalid_request" | "unavailable" | "internal";
        /** @description One judgement of what a span did. */
        Evaluation: {
            /** @description Class of the error, if the evaluation itself failed. */
            error?: string | null;
            /** @description Why. */
            explanation?: string | null;
            /** @description What the score means, for example `pass`. */
            label?: string | null;
            /** @description What was judged, for example `relevance`; empty if the sender did not say. */
            name: string;
            /**
             * Format: double
             * @description The score, as the evaluator computed it.
             */
            score?: number | null;
        };
        /** @description An event of a span. */
        Event: {
            /** @description Attributes in order. */
            attributes: components["schemas"]["Attribute"][];
            /**
             * Format: int32
             * @description How many the sender dropped.
             */
            dropped_attributes_count: number;
            /** @description Name. */
            name: string;
            /** @description Unix nanoseconds. */
            time_unix_nano: string;
        };
        /** @description The experiment that was made. */
        ExperimentCreated: {
            /** @description Decimal id. */
            experiment_id: string;
        };
        /** @description What an experiment is to be. */
        ExperimentEdit: {
            /** @description What people say of it; empty for nothing. */
            description: string;
            /** @description Its name. */
            name: string;
            /** @description Its other tags; those of `mlflow.` that are not named stay. */
            tags: {
                [key: string]: string;
            };
        };
        /** @description Answer of the experiment list. */
        ExperimentList: {
            /** @description By newest trace first, then by id. */
            experiments: components["schemas"]["ExperimentSummary"][];
        };
        /** @description An experiment with what its traces add up to. */
        ExperimentSummary: {
            /**
             * Format: int64
             * @description Creation time in Unix milliseconds.
             */
            creation_time_ms: number;
            /** @description What people say of it, Markdown; MLflow's tag `mlflow.note.content`. */
            description?: string | null;
            /** @description Decimal id. */
            experiment_id: string;
            /** @description Start of its newest trace, Unix nanoseconds. */
            last_trace_time_unix_nano?: string | null;
            /** @description `active` or `deleted`. */
            lifecycle_stage: string;
            /**
             * Format: int64
             * @description Traces in it.
             */
            n_traces: number;
            /** @description Unique name. */
            name: string;
            /** @description Its other tags. */
            tags: {
                [key: string]: string;
            };
        };
        /** @description Something that the doctor found. */
        Finding: {
            /** @description What a program may branch on, for example `orphan`. */
            code: string;
            /** @description How to fix it at the sender. */
            fix: string;
            /** @description What it means for what is shown. */
            meaning: string;
            /**
             * Format: int64
             * @description How many spans it is about.
             */
            n_spans: number;
            /** @description How much it matters. */
            severity: components["schemas"]["Severity"];
            /** @description The first 100 spans that it is about, 16 hex digits each. */
            span_ids: string[];
            /** @description For a heading. */
            title: string;
        };
        /** @description How to mend the cause. */
        Fix: {
            /** @description For the SDK that sent it, if it is known; else for any. */
            snippets: components["schemas"]["FixSnippet"][];
            /** @description What to do, in a sentence or two. */
            text: string;
        };
        /** @description A text to copy that mends the cause. */
        FixSnippet: {
            /** @description The text. */
            code: string;
            /** @description Language for the highlighting: `shell`, `python`, `javascript`, `go`, `java`, `rust`, `yaml`. */
            language: string;
            /** @description Where it goes, for example `Shell, before the program starts`. */
            title: string;
        };
        /** @description A header of a request. */
        Header: {
            /** @description Lower-case name. */
            name: string;
            /** @description Value. */
            value: string;
        };
        /** @description An instrumentation scope. */
        InstrumentationScope: {
            /** @description Its attributes in order. */
            attributes: components["schemas"]["Attribute"][];
            /**
             * Format: int32
             * @description How many the sender dropped.
             */
            dropped_attributes_count: number;
            /** @description Name of the library, may be empty. */
            name: string;
            /** @description Schema URL, empty if none. */
            schema_url: string;
            /** @description Version of the library, may be empty. */
            version: string;
        };
        /** @description One change. */
        JsonChange: {
            /** @description The candidate's value as JSON text, cut after 4,000 bytes. */
            after?: string | null;
            /** @description The baseline's value as JSON text, cut after 4,000 bytes. */
            before?: string | null;
            /** @description Of what moved: its pointer in the baseline. */
            from?: string | null;
            /** @description What became of it. */
            kind: components["schemas"]["JsonChangeKind"];
            /** @description JSON pointer (RFC 6901) into the candidate; of what was removed into the baseline. */
            path: string;
            /** @description Of two longer texts: their difference word by word; else empty. */
            words: components["schemas"]["TextSegment"][];
        };
        /**
         * @description What became of a value.
         * @enum {string}
         */
        JsonChangeKind: "added" | "removed" | "changed" | "moved";
        /** @description What differs between two JSON values. */
        JsonDiff: {
            /** @description The first 500 changes. */
            changes: components["schemas"]["JsonChange"][];
            /** @description Changes beyond these. */
            n_more: number;
        };
        /** @description The pairs of a key-value list. */
        KeyValueList: {
            /** @description Pairs in order. */
            values: components["schemas"]["Attribute"][];
        };
        /** @description A link of a span to another span. */
        Link: {
            /** @description Attributes in order. */
            attributes: components["schemas"]["Attribute"][];
            /**
             * Format: int32
             * @description How many the sender dropped.
             */
            dropped_attributes_count: number;
            /**
             * Format: int32
             * @description Flags as sent.
             */
            flags: number;
            /** @description Whether the span at the other end is in the store. */
            is_known: boolean;
            /** @description 16 hex digits. */
            span_id: string;
            /** @description 32 hex digits. */
            trace_id: string;
            /** @description W3C trace state. */
            trace_state: string;
        };
        /** @description One listener. */
        Listener: {
            /** @description `host:port` that it is bound to. */
            address: string;
            /** @description `host:port` that was asked for. */
            asked: string;
            /** @description Whether the default port was taken and a free one is used instead. */
            is_fallback: boolean;
            /** @description What it is for. */
            role: components["schemas"]["ListenerRole"];
        };
        /**
         * @description What a listener is for; every listener speaks every protocol, they differ in their default ports.
         * @enum {string}
         */
        ListenerRole: "http" | "otlp_http" | "otlp_grpc";
        /** @description Cost of a model call; decimal strings of pico-dollars. */
        LlmCost: {
            /** @description Of the input. */
            input_pico_usd?: string | null;
            /** @description Whether it was computed from the price table; else the span reports it itself. */
            is_computed: boolean;
            /** @description Of the output. */
            output_pico_usd?: string | null;
            /** @description Name in the price table that it was computed by. */
            priced_as?: string | null;
            /** @description Of both. */
            total_pico_usd?: string | null;
        };
        /** @description One invocation parameter. */
        LlmParameter: {
            /** @description Its name without the prefix of the convention, for example `temperature`. */
            name: string;
            /** @description Its value. */
            value: components["schemas"]["AnyValue"];
        };
        /** @description The LLM view of a span. What no convention told is absent or empty. */
        LlmView: {
            /** @description Name of the agent. */
            agent?: string | null;
            cost?: components["schemas"]["LlmCost"] | null;
            /** @description Documents that came out (retriever, reranker). */
            documents: components["schemas"]["Document"][];
            embeddings?: components["schemas"]["Embeddings"] | null;
            /** @description How it was judged by evaluators that tell it as OpenTelemetry defines, in the order of time. */
            evaluations: components["schemas"]["Evaluation"][];
            /** @description Why the model stopped, one for each answer. */
            finish_reasons: string[];
            /** @description Documents that went in (reranker). */
            input_documents: components["schemas"]["Document"][];
            /** @description Messages that went in, in order. */
            input_messages: components["schemas"]["Message"][];
            /** @description Whether the answer was streamed. */
            is_streaming?: boolean | null;
            /**
             * @description Kind in capitals: `LLM`, `CHAT_MODEL`, `AGENT`, `TOOL`, `RETRIEVER`, `EMBEDDING`, `CHAIN`, `WORKFLOW`, `TASK`, `RERANKER`,
             *     `GUARDRAIL`, `EVALUATOR`, `PARSER`, `MEMORY`, `PROMPT`, or what a sender made up.
             */
            kind?: string | null;
            /** @description Model that answered. */
            model_answered?: string | null;
            /** @description Model that was asked for. */
            model_asked?: string | null;
            not_captured?: components["schemas"]["NotCaptured"] | null;
            /** @description Messages that came out, in order. */
            output_messages: components["schemas"]["Message"][];
            /** @description Invocation parameters, by name. */
            parameters: components["schemas"]["LlmParameter"][];
            prompt?: components["schemas"]["PromptTemplate"] | null;
            /** @description Which convention each fact was read by, ordered by target. */
            provenance: components["schemas"]["Provenance"][];
            /** @description Provider, as the sender spells it. */
            provider?: string | null;
            /** @description What was asked of a retriever, reranker or embedding model. */
            query?: string | null;
            /** @description Session or conversation. */
            session?: string | null;
            /** @description System instructions that were sent beside the messages. */
            system_instructions: components["schemas"]["MessagePart"][];
            /** @description Words that the sender tagged it, or its trace, with. */
            tags: string[];
            /** @description From the start of the request to the first token, nanoseconds, decimal string. */
            time_to_first_token_ns?: string | null;
            tokens?: components["schemas"]["Tokens"] | null;
            tool?: components["schemas"]["ToolRun"] | null;
            /** @description Tools that the model could call. */
            tools: components["schemas"]["ToolDefinition"][];
            /** @description User. */
            user?: string | null;
            /** @description Name of the workflow that the span is, or is a part of. */
            workflow?: string | null;
        };
        /** @description All log records of a trace. */
        LogList: {
            /** @description By time. */
            logs: components["schemas"]["LogRecord"][];
        };
        /** @description A log record of a trace. */
        LogRecord: {
            /** @description Attributes in order. */
            attributes: components["schemas"]["Attribute"][];
            /** @description The body. */
            body: components["schemas"]["AnyValue"];
            /**
             * Format: int32
             * @description How many the sender dropped.
             */
            dropped_attributes_count: number;
            /** @description Name of the event, for a record that is one; may be empty. */
            event_name: string;
            /** @description When it was observed as sent, Unix nanoseconds; `0` if the sender did not say. */
            observed_time_unix_nano: string;
            /** @description Name of the instrumentation scope, may be empty. */
            scope_name: string;
            /** @description `service.name` of the resource, may be empty. */
            service_name: string;
            /**
             * Format: int32
             * @description 1 to 24, 0 if not said.
             */
            severity_number: number;
            /** @description Severity as the source names it, may be empty. */
            severity_text: string;
            /** @description 16 hex digits of the span that it belongs to; absent if it belongs to the trace alone. */
            span_id?: string | null;
            /** @description When it happened as sent, Unix nanoseconds; `0` if the sender did not say. */
            time_unix_nano: string;
        };
        /** @description One message. */
        Message: {
            /** @description Why the model stopped here. */
            finish_reason?: string | null;
            /** @description Name of the speaker, if given. */
            name?: string | null;
            /** @description Content in order. */
            parts: components["schemas"]["MessagePart"][];
            /** @description Who speaks. */
            role: components["schemas"]["MessageRole"];
            /** @description The role as the sender spelt it, for example `developer` or `model`. */
            role_text: string;
        };
        /** @description A piece of a message; `type` tells which. */
        MessagePart: {
            /** @description The text. */
            text: string;
            /** @enum {string} */
            type: "text";
        } | {
            /** @description The text; empty if it is encrypted or left out. */
            text: string;
            /** @enum {string} */
            type: "reasoning";
        } | {
            /** @description Its words. */
            text: string;
            /** @enum {string} */
            type: "refusal";
        } | {
            /** @description Arguments; text that was no JSON stays text. */
            arguments: components["schemas"]["AnyValue"];
            /** @description Id that the result refers to. */
            id?: string | null;
            /** @description Name of the tool. */
            name: string;
            /** @enum {string} */
            type: "tool_call";
        } | {
            /** @description The result. */
            content: components["schemas"]["AnyValue"];
            /** @description Id of the call. */
            id?: string | null;
            /** @description Whether the tool failed, if told. */
            is_error?: boolean | null;
            /** @description Name of the tool, if given. */
            name?: string | null;
            /** @enum {string} */
            type: "tool_result";
        } | {
            /**
             * Format: int32
             * @description Number for `GET …/spans/{span_id}/media/{index}`, if the content is here.
             */
            index?: number | null;
            /** @description Media type, for example `image/png`, if given. */
            media_type?: string | null;
            /** @description What it is. */
            modality: components["schemas"]["Modality"];
            /**
             * Format: int64
             * @description Size in bytes, if the content is here.
             */
            n_bytes?: number | null;
            /** @description File name, if given. */
            name?: string | null;
            /** @enum {string} */
            type: "media";
            /** @description Address or id elsewhere. Never to be fetched without being asked. */
            uri?: string | null;
        } | {
            /** @description Its type as the sender spelt it, may be empty. */
            kind: string;
            /** @enum {string} */
            type: "other";
            /** @description All of it, binary content cut out. */
            value: components["schemas"]["AnyValue"];
        };
        /**
         * @description Who speaks.
         * @enum {string}
         */
        MessageRole: "system" | "user" | "assistant" | "tool" | "other";
        /**
         * @description What a [`MessagePart::Media`] is.
         * @enum {string}
         */
        Modality: "image" | "audio" | "video" | "file";
        /** @description Traces to move to an experiment. */
        MoveTraces: {
            /** @description Decimal id of the experiment. */
            experiment_id: string;
            /** @description 32 hex digits each, 1000 at most. */
            trace_ids: string[];
        };
        /** @description An assessment to make; its source is a person at this UI. */
        NewAssessment: {
            /** @description `feedback` or `expectation`. */
            kind: components["schemas"]["AssessmentKind"];
            /** @description What is judged. */
            name: string;
            /** @description Why. */
            rationale?: string | null;
            /** @description The span that it is about, 16 hex digits; absent for the trace. */
            span_id?: string | null;
            /** @description Any JSON value but null. */
            value: unknown;
        };
        /** @description A trace to measure others against. */
        NewBaseline: {
            /** @description Which traces it is the baseline of. */
            scope: components["schemas"]["BaselineScope"];
            /** @description 32 hex digits. */
            trace_id: string;
        };
        /** @description A span that failed in the candidate alone. */
        NewError: {
            /** @description 16 hex digits. */
            candidate_span_id: string;
            /** @description Label of the span. */
            label: string;
        };
        /** @description An experiment to make. */
        NewExperiment: {
            /** @description Its name, unique among all, deleted ones too. */
            name: string;
        };
        /** @description Content that the sender did not send. */
        NotCaptured: {
            /** @description What to set so that it is sent next time, for example an environment variable with its value. */
            enable_with: string;
            /** @description Why, for a person. */
            reason: string;
        };
        /** @description Signals that were accepted so that their SDK is not in error, but are not kept. Since the start. */
        NotStored: {
            /**
             * Format: int64
             * @description Log records without a trace id.
             */
            n_logs_without_trace: number;
            /**
             * Format: int64
             * @description Data points in them.
             */
            n_metric_points: number;
            /**
             * Format: int64
             * @description Requests with metrics.
             */
            n_metric_requests: number;
        };
        /**
         * @description How the UI writes numbers, by the sign between groups of digits.
         * @enum {string}
         */
        NumberFormat: "comma" | "point" | "space";
        /** @description One copy of a span that arrived: who exported it, with which resource and scope. */
        Origin: {
            /** @description Which exporter sent it. */
            exporter: components["schemas"]["Source"];
            /**
             * Format: int32
             * @description Attributes of this copy.
             */
            n_attributes: number;
            /** @description The resource that it came with. */
            resource: components["schemas"]["Resource"];
            scope?: components["schemas"]["InstrumentationScope"] | null;
        };
        /**
         * @description How raw OTLP is written.
         * @enum {string}
         */
        OtlpFormat: "json" | "protobuf";
        /** @description Where two prompts stop being the same: how far a prompt cache that the baseline filled can serve the candidate. */
        PromptPrefix: {
            /** @description Number of the message in which they part, from 0; absent if it is in the tools or system instructions before them. */
            message_index?: number | null;
            /**
             * Format: int64
             * @description Tokens of the baseline's prompt after that point, about.
             */
            n_lost_tokens: number;
            /** @description Characters from the beginning of the prompt that are the same. */
            n_prefix_chars: number;
            /** @description Characters of that message, or of the tools or instructions, that are the same. */
            n_same_chars: number;
            /** @description Role of the message, or `tools`, or `system`. */
            place: string;
        };
        /** @description The template of a prompt. */
        PromptTemplate: {
            /** @description Its name. */
            name?: string | null;
            /** @description Its text. */
            template?: string | null;
            variables?: components["schemas"]["AnyValue"] | null;
            /** @description Its version. */
            version?: string | null;
        };
        /** @description Where a fact comes from. */
        Provenance: {
            /** @description The convention for a person, for example `OpenInference`. */
            convention: string;
            /** @description The field of [`LlmView`], for example `tokens`. */
            target: string;
        };
        /** @description The same quantities of both sides, subtracted. */
        Quantities: {
            /**
             * Format: int64
             * @description Pico-dollars; absent unless both sides know theirs.
             */
            cost?: number | null;
            /**
             * Format: int64
             * @description Nanoseconds.
             */
            duration_ns: number;
            /**
             * Format: int64
             * @description Spans with status error.
             */
            n_errors: number;
            /**
             * Format: int64
             * @description Spans.
             */
            n_spans: number;
            /**
             * Format: int64
             * @description Tokens; absent unless both sides know theirs.
             */
            tokens?: number | null;
        };
        /** @description A part of the difference of tokens or costs: that of spans of one label. */
        QuantityContributor: {
            /**
             * Format: int64
             * @description Candidate minus baseline.
             */
            delta: number;
            /** @description Label of the spans. */
            label: string;
            /**
             * Format: int32
             * @description The row of the merged table that differs most.
             */
            row: number;
            /**
             * Format: double
             * @description Part of the whole difference, negative against it; absent if there is none.
             */
            share?: number | null;
        };
        /** @description Why a query is refused. */
        QueryError: {
            /** @description Where it ends. */
            end: number;
            /** @description How to mend it, if the place tells. */
            hint?: string | null;
            /** @description What is wrong. */
            message: string;
            /** @description Where what is wrong begins. */
            start: number;
        };
        /** @description A part of a query. Places are UTF-16 code units, as JavaScript counts them. */
        QueryPart: {
            /** @description Where it ends. */
            end: number;
            /** @description What it is. */
            kind: components["schemas"]["QueryPartKind"];
            /** @description Where it begins. */
            start: number;
        };
        /**
         * @description What a part of a query is.
         * @enum {string}
         */
        QueryPartKind: "key" | "operator" | "text" | "number" | "and" | "plain" | "other";
        /** @description What a query bar shows of a query. */
        QueryReading: {
            error?: components["schemas"]["QueryError"] | null;
            /** @description Its parts in order. */
            parts: components["schemas"]["QueryPart"][];
            /** @description Where it ends. */
            replace_end: number;
            /** @description Where what a suggestion replaces begins. */
            replace_start: number;
            /** @description What may stand at the caret, best first, 50 at most. */
            suggestions: components["schemas"]["Suggestion"][];
        };
        /** @description A group with its newest requests. */
        RejectedDetail: {
            /** @description How to mend the cause. */
            fix: components["schemas"]["Fix"];
            /** @description The group. */
            group: components["schemas"]["RejectedGroup"];
            /** @description The kept requests, newest first, at most 50. */
            requests: components["schemas"]["RejectedRequest"][];
        };
        /** @description Requests that failed alike: the same reason, path and client. */
        RejectedGroup: {
            /** @description IP address of the client. */
            client_address: string;
            /** @description First of them, Unix nanoseconds. */
            first_time_unix_nano: string;
            /** @description Names the group in paths. */
            group_id: string;
            /** @description What was wrong. */
            kind: components["schemas"]["RejectionKind"];
            /** @description Last of them, Unix nanoseconds. */
            last_time_unix_nano: string;
            /** @description HTTP method. */
            method: string;
            /**
             * Format: int64
             * @description How many of them are kept with their payload.
             */
            n_kept: number;
            /**
             * Format: int64
             * @description How many requests failed so.
             */
            n_requests: number;
            /**
             * Format: int64
             * @description Spans and log records in the kept payloads that can be accepted.
             */
            n_waiting: number;
            /** @description Origin of the web page, for `foreign_origin`. */
            origin?: string | null;
            /** @description Path of the request. */
            path: string;
            /** @description The reason in plain words. */
            reason: string;
            /** @description The SDK by its user agent, for example `OpenTelemetry Python`; absent if not recognised. */
            sdk?: string | null;
            /** @description `http` or `grpc`. */
            transport: string;
            /** @description User agent of the client, empty if it sent none. */
            user_agent: string;
        };
        /** @description The inbox. */
        RejectedList: {
            /** @description Newest first. */
            groups: components["schemas"]["RejectedGroup"][];
            /**
             * Format: int64
             * @description Bytes of the payloads that are kept.
             */
            n_bytes: number;
            /**
             * Format: int64
             * @description Payloads that had to make room for newer ones since the inbox was last emptied.
             */
            n_forgotten: number;
        };
        /** @description One rejected request whose payload is kept. */
        RejectedRequest: {
            /** @description The headers that matter; secrets are left out. */
            headers: components["schemas"]["Header"][];
            /**
             * Format: int64
             * @description Bytes of the payload, decompressed if it could be.
             */
            n_bytes: number;
            /**
             * Format: int64
             * @description Spans and log records that can be accepted; 0 if the payload cannot be decoded.
             */
            n_waiting: number;
            /** @description Names it in paths. */
            request_id: string;
            /** @description Resource attributes of the first resource. */
            resource: components["schemas"]["Attribute"][];
            /** @description Names of the first few spans. */
            span_names: string[];
            /** @description When it came, Unix nanoseconds. */
            time_unix_nano: string;
        };
        /**
         * @description What was wrong with a request.
         * @enum {string}
         */
        RejectionKind: "unknown_experiment" | "bad_experiment_id" | "other_experiment" | "content_type" | "compression" | "too_large" | "undecodable" | "bad_spans" | "wrong_path" | "foreign_origin" | "foreign_host" | "unauthorized" | "tls" | "unavailable" | "internal";
        /** @description A resource. */
        Resource: {
            /** @description Its attributes in order. */
            attributes: components["schemas"]["Attribute"][];
            /**
             * Format: int32
             * @description How many the sender dropped.
             */
            dropped_attributes_count: number;
            /** @description Schema URL, empty if none. */
            schema_url: string;
        };
        /** @description What retention removed so far. */
        RetentionStatus: {
            /** @description When it last removed something, Unix nanoseconds; absent if it never did. */
            last_time_unix_nano?: string | null;
            /**
             * Format: int64
             * @description Spans removed, ever.
             */
            n_spans: number;
            /**
             * Format: int64
             * @description Traces removed, ever.
             */
            n_traces: number;
        };
        /** @description A user's word that two spans are the same. */
        RowPin: {
            /** @description 32 hex digits. */
            baseline: string;
            /** @description A span of the baseline, 16 hex digits. */
            baseline_span_id: string;
            /** @description 32 hex digits. */
            candidate: string;
            /** @description A span of the candidate, 16 hex digits. */
            candidate_span_id: string;
        };
        /** @description Two places of which the spans are the same, whichever trace is the baseline. */
        RowRule: {
            /** @description The two places: labels from the root down. */
            places: string[][];
            /** @description Decimal id. */
            rule_id: string;
        };
        /** @description All rules. */
        RowRuleList: {
            /** @description The newest first: of two that contradict each other it counts. */
            rules: components["schemas"]["RowRule"][];
        };
        /** @description A run. */
        RunSummary: {
            /**
             * Format: int64
             * @description End, likewise; absent while it goes on.
             */
            end_time_ms?: number | null;
            /** @description Decimal id of its experiment. */
            experiment_id: string;
            /** @description Whether it was deleted. */
            is_deleted: boolean;
            /** @description Its name. */
            name: string;
            /** @description Its id. */
            run_id: string;
            /**
             * Format: int64
             * @description Start, Unix milliseconds.
             */
            start_time_ms: number;
            /** @description `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`. */
            status: string;
            /** @description Who began it. */
            user?: string | null;
        };
        /**
         * @description Whose a stretch of text is.
         * @enum {string}
         */
        SegmentKind: "same" | "removed" | "added";
        /** @description A conversation. */
        SessionDetail: {
            /** @description Give it back as `page_token` for the next page; absent on the last. */
            next_page_token?: string | null;
            /** @description What it adds up to. */
            summary: components["schemas"]["SessionSummary"];
            /** @description Its traces, the oldest first. */
            turns: components["schemas"]["SessionTurn"][];
        };
        /** @description A page of sessions. */
        SessionList: {
            /** @description Give it back as `page_token` for the next page; absent on the last. */
            next_page_token?: string | null;
            /** @description Those with the newest traces first. */
            sessions: components["schemas"]["SessionSummary"][];
            /** @description Users, the most frequent first, 50 at most. */
            users: components["schemas"]["UserCount"][];
        };
        /** @description What the traces of one conversation add up to. */
        SessionSummary: {
            /** @description Cost in pico-dollars, decimal string. */
            cost_pico_usd?: string | null;
            /** @description Durations of the traces, added, nanoseconds. */
            duration_ns: string;
            /** @description First characters of the first request. */
            first_request?: string | null;
            /** @description Start of the first trace, Unix nanoseconds. */
            first_time_unix_nano: string;
            /**
             * Format: int64
             * @description Input tokens.
             */
            input_tokens?: number | null;
            /** @description Start of the last trace, Unix nanoseconds. */
            last_time_unix_nano: string;
            /**
             * Format: int64
             * @description Traces that failed.
             */
            n_errors: number;
            /**
             * Format: int64
             * @description Traces.
             */
            n_traces: number;
            /**
             * Format: int64
             * @description Output tokens.
             */
            output_tokens?: number | null;
            /** @description Its id. */
            session: string;
            /** @description Who took part, by name, 20 at most. */
            users: string[];
        };
        /** @description A tool that ran in a turn. */
        SessionTool: {
            /** @description How long it took, nanoseconds. */
            duration_ns: string;
            /** @description Whether it failed. */
            is_error: boolean;
            /** @description Name of the span. */
            name: string;
            /** @description Its span, 16 hex digits. */
            span_id: string;
        };
        /** @description One trace of a conversation. */
        SessionTurn: {
            /**
             * @description What the user said, 16,000 characters at most: what the root recorded, else the last words of the user in the first model call
             *     that has any. A page reads 400 spans at most for it; turns beyond that have what their trace keeps for show.
             */
            request?: string | null;
            /** @description What was answered, likewise; without a record of the root from the last model call that answered in words. */
            response?: string | null;
            /** @description Tools by start, 20 at most. */
            tools: components["schemas"]["SessionTool"][];
            /** @description The trace. */
            trace: components["schemas"]["TraceSummary"];
        };
        /** @description Run-time settings, kept in the database. */
        Settings: {
            /** @description Origins of web pages that may send traces beside those of this machine, for example `https://app.example`. */
            allow_origins: string[];
            /**
             * Format: int64
             * @description By how many nanoseconds it may; a difference has to exceed both bounds. 1,000,000 if absent.
             */
            compare_tolerance_ns?: number;
            /**
             * Format: int32
             * @description By how many thousandths a duration may differ in a comparison and still count as the same; 50 if absent.
             */
            compare_tolerance_per_mille?: number;
            /** @description Experiment that spans without an experiment header join. */
            default_experiment_id: string;
            /** @description How numbers are written; `comma` if absent. */
            number_format?: components["schemas"]["NumberFormat"];
            /**
             * Format: int32
             * @description Days after which traces go; absent for no bound.
             */
            retention_max_age_days?: number | null;
            /**
             * Format: int64
             * @description Bytes of the database above which the oldest traces go; absent for no bound.
             */
            retention_max_bytes?: number | null;
            /** @description Colour theme. */
            theme: components["schemas"]["Theme"];
            /** @description Time zone of times; local if absent. */
            time_zone?: components["schemas"]["TimeZone"];
        };
        /**
         * @description How much a finding matters.
         * @enum {string}
         */
        Severity: "error" | "warning" | "info";
        /**
         * @description Which SDK made a span.
         * @enum {string}
         */
        Source: "mlflow" | "opentelemetry";
        /** @description What differs in the content of two spans. */
        SpanComparison: {
            /** @description What differs in the attributes, by path; a key is one step of it. */
            attributes: components["schemas"]["JsonDiff"];
            /** @description 16 hex digits; absent if the span was added. */
            baseline_span_id?: string | null;
            /** @description 16 hex digits; absent if the span was removed. */
            candidate_span_id?: string | null;
            /** @description Status, model and parameters of either side: the model first, those that differ before the others. */
            chips: components["schemas"]["ChangedParameter"][];
            /** @description Messages that went in; empty if the spans speak no chat. */
            input_messages: components["schemas"]["ComparedMessage"][];
            /** @description What differs in the inputs, by path. */
            inputs: components["schemas"]["JsonDiff"];
            /** @description Messages that came out. */
            output_messages: components["schemas"]["ComparedMessage"][];
            /** @description What differs in the outputs, by path. */
            outputs: components["schemas"]["JsonDiff"];
            prompt_prefix?: components["schemas"]["PromptPrefix"] | null;
        };
        /** @description All of one span: the merged view of its copies. */
        SpanDetail: {
            /** @description Attributes in order, of all copies: the typed ones of the MLflow copy win. */
            attributes: components["schemas"]["Attribute"][];
            /**
             * Format: int32
             * @description How many the sender dropped.
             */
            dropped_attributes_count: number;
            /**
             * Format: int32
             * @description How many the sender dropped.
             */
            dropped_events_count: number;
            /**
             * Format: int32
             * @description How many the sender dropped.
             */
            dropped_links_count: number;
            /** @description End minus start in nanoseconds, negative if they came reversed; absent without an end. */
            duration_ns?: string | null;
            /** @description End as it came, Unix nanoseconds; 0 if the span has not ended. */
            end_time_unix_nano: string;
            /** @description Events in order. */
            events: components["schemas"]["Event"][];
            /**
             * Format: int32
             * @description Flags as sent.
             */
            flags: number;
            inputs?: components["schemas"]["AnyValue"] | null;
            /** @description `SPAN_KIND_…`. */
            kind: string;
            /** @description Spans that link to this one, at most 100. */
            linked_from: components["schemas"]["SpanRef"][];
            /** @description Links in order. */
            links: components["schemas"]["Link"][];
            llm?: components["schemas"]["LlmView"] | null;
            /** @description Log records of the span, by time. */
            logs: components["schemas"]["LogRecord"][];
            /** @description Name. */
            name: string;
            /** @description Every copy that arrived. */
            origins: components["schemas"]["Origin"][];
            outputs?: components["schemas"]["AnyValue"] | null;
            /** @description 16 hex digits; absent for a root span. */
            parent_span_id?: string | null;
            /** @description Which SDK made it. */
            source: components["schemas"]["SpanSource"];
            /** @description 16 hex digits. */
            span_id: string;
            /** @description MLflow span type or what a GenAI convention says, for example `CHAT_MODEL`. */
            span_type?: string | null;
            /** @description Start as it came, Unix nanoseconds. */
            start_time_unix_nano: string;
            /** @description Status. */
            status: components["schemas"]["SpanStatus"];
            /** @description 32 hex digits. */
            trace_id: string;
            /** @description W3C trace state. */
            trace_state: string;
        };
        /** @description A span that links to this one. */
        SpanRef: {
            /** @description 16 hex digits. */
            span_id: string;
            /** @description 32 hex digits. */
            trace_id: string;
        };
        /** @description Which SDK made a span, and how we know. */
        SpanSource: {
            /** @description Whether this was inferred: the MLflow exporter carried a foreign span without its scope. */
            is_inferred: boolean;
            /** @description The SDK. */
            name: components["schemas"]["Source"];
            /** @description The rule that decided, for a person. */
            reason: string;
        };
        /** @description Status of a span. */
        SpanStatus: {
            /** @description `STATUS_CODE_UNSET`, `STATUS_CODE_OK` or `STATUS_CODE_ERROR`. */
            code: string;
            /** @description Message, may be empty. */
            message: string;
        };
        /** @description State of the running app. */
        Status: {
            /** @description Folder of the database. */
            data_dir: string;
            /**
             * Format: int64
             * @description Size of the database on disk in bytes.
             */
            database_bytes: number;
            /** @description Experiment that spans without an experiment header join. */
            default_experiment_id: string;
            /** @description All listeners: HTTP, OTLP/HTTP, OTLP/gRPC. */
            listeners: components["schemas"]["Listener"][];
            /**
             * Format: int64
             * @description Items that were rejected since the start.
             */
            n_rejected: number;
            /**
             * Format: int64
             * @description Groups in the inbox of rejected requests.
             */
            n_rejected_groups: number;
            /**
             * Format: int64
             * @description Spans in the store.
             */
            n_spans: number;
            /**
             * Format: int64
             * @description Traces in the store.
             */
            n_traces: number;
            /**
             * Format: int64
             * @description Spans and log records that wait there.
             */
            n_waiting: number;
            /** @description What came and is not stored, since the start. */
            not_stored: components["schemas"]["NotStored"];
            /** @description What retention removed. */
            retention: components["schemas"]["RetentionStatus"];
            /** @description When this process started, Unix nanoseconds. */
            started_at_unix_nano: string;
            /** @description Whether the store takes writes. */
            store: components["schemas"]["StoreStatus"];
            /** @description Version of Traceloupe. */
            version: string;
        };
        /**
         * @description What hinders the store.
         * @enum {string}
         */
        StoreState: "ok" | "busy" | "full" | "read_only" | "failed";
        /** @description Whether the store takes writes. */
        StoreStatus: {
            /** @description What hinders it and what to do, for a person; absent if all is well. */
            message?: string | null;
            /** @description Since when, Unix nanoseconds; absent if all is well. */
            since_unix_nano?: string | null;
            /** @description What hinders it, if anything does. */
            state: components["schemas"]["StoreState"];
        };
        /** @description Something that may stand at the caret. */
        Suggestion: {
            /** @description What it is, in a few words. */
            detail: string;
            /** @description What goes into the query, quoted if it must be. */
            insert: string;
            /** @description What people see. */
            label: string;
            /**
             * Format: int64
             * @description In how many of the newest traces or spans it is, if that is known.
             */
            n?: number | null;
        };
        /** @description A stretch of text. */
        TextSegment: {
            /** @description Whose it is. */
            kind: components["schemas"]["SegmentKind"];
            /** @description Characters that were left out there. */
            n_omitted: number;
            /** @description The text; of a long one the beginning and the end, with `…` between. */
            text: string;
        };
        /**
         * @description Colour theme of the UI.
         * @enum {string}
         */
        Theme: "system" | "light" | "dark";
        /**
         * @description Time zone in which the UI tells times.
         * @enum {string}
         */
        TimeZone: "local" | "utc";
        /** @description Tokens of a model call. Cached tokens are part of the input, reasoning tokens of the output. */
        Tokens: {
            /**
             * Format: int64
             * @description Of these: read from a cache.
             */
            cached_read?: number | null;
            /**
             * Format: int64
             * @description Of these: written to a cache.
             */
            cached_write?: number | null;
            /**
             * Format: int64
             * @description All that were sent.
             */
            input?: number | null;
            /**
             * Format: int64
             * @description All that were received.
             */
            output?: number | null;
            /**
             * Format: int64
             * @description Of these: reasoning.
             */
            reasoning?: number | null;
            /**
             * Format: int64
             * @description Both, as reported or added up.
             */
            total?: number | null;
        };
        /** @description A tool that a model could call. */
        ToolDefinition: {
            /** @description What it does. */
            description?: string | null;
            /** @description Name. */
            name: string;
            parameters?: components["schemas"]["AnyValue"] | null;
        };
        /** @description A run of a tool. */
        ToolRun: {
            arguments?: components["schemas"]["AnyValue"] | null;
            /** @description Id of the call that asked for it. */
            call_id?: string | null;
            /** @description What it does. */
            description?: string | null;
            /** @description Name. */
            name?: string | null;
            result?: components["schemas"]["AnyValue"] | null;
        };
        /** @description What was found in a trace. */
        TraceAnalysis: {
            /** @description Stretches of time that decided how long the trace took, earliest first; they never overlap. */
            critical_path: components["schemas"]["CriticalSegment"][];
            /** @description Sum of these stretches in nanoseconds, decimal string. */
            critical_path_ns: string;
            /** @description What the doctor found, worst first. */
            findings: components["schemas"]["Finding"][];
        };
        /** @description What the header of the trace page shows. */
        TraceDetail: {
            /** @description What MLflow's clients call it, if that is not `tr-` and its id. */
            client_trace_id?: string | null;
            /** @description Name of its experiment. */
            experiment_name: string;
            /** @description MLflow trace metadata. */
            metadata: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description Log records of the trace, with and without a span.
             */
            n_logs: number;
            /** @description What was asked in words, cut where its preview is. */
            request_preview?: string | null;
            /** @description Text of the answer. */
            response_preview?: string | null;
            /** @description The row of the list. */
            summary: components["schemas"]["TraceSummary"];
            /** @description MLflow tags. */
            tags: {
                [key: string]: string;
            };
        };
        /** @description One page of the trace list. */
        TraceList: {
            /**
             * Format: int64
             * @description Traces that match, over all pages; absent if counting them would take long.
             */
            n_total?: number | null;
            /** @description Give it back as `page_token` for the next page; absent on the last. */
            next_page_token?: string | null;
            /** @description Newest first, if no order was asked for. */
            traces: components["schemas"]["TraceSummary"][];
        };
        /** @description The traces beside one in the list of its experiment. */
        TraceNeighbours: {
            /** @description Id of the next newer one. */
            newer?: string | null;
            /** @description Id of the next older one. */
            older?: string | null;
            /** @description Id of the newest older one with the same name, among 10,000. */
            previous_of_name?: string | null;
        };
        /** @description Answer to sending a test trace. */
        TraceRef: {
            /** @description 32 hex digits. */
            trace_id: string;
        };
        /** @description What was moved. */
        TracesMoved: {
            /**
             * Format: int64
             * @description Traces that were there.
             */
            n_moved: number;
        };
        /**
         * @description State of a trace, as MLflow names it.
         * @enum {string}
         */
        TraceState: "STATE_UNSPECIFIED" | "OK" | "ERROR" | "IN_PROGRESS";
        /** @description One row of the trace list. */
        TraceSummary: {
            /** @description The newest valid assessment of each name, by name, 20 at most. */
            assessments: components["schemas"]["AssessmentCell"][];
            baseline?: components["schemas"]["BaselineDelta"] | null;
            /** @description Cost of the same spans in pico-dollars, decimal string. */
            cost_pico_usd?: string | null;
            /** @description Latest end minus earliest start, nanoseconds. */
            duration_ns: string;
            /** @description Decimal id of its experiment. */
            experiment_id: string;
            /** @description Whether the root span has arrived. */
            has_root: boolean;
            /**
             * Format: int64
             * @description Input tokens of the spans that are counted once.
             */
            input_tokens?: number | null;
            /** @description Whether it is kept whatever retention says. */
            is_pinned: boolean;
            /**
             * Format: int64
             * @description Spans with status error.
             */
            n_errors: number;
            /**
             * Format: int64
             * @description Spans received.
             */
            n_spans: number;
            /** @description What to call it: MLflow trace name, else name of the root span, else of the earliest span. */
            name: string;
            /**
             * Format: int64
             * @description Output tokens of the same spans.
             */
            output_tokens?: number | null;
            /** @description First words of the request, without the JSON around them. */
            request_preview?: string | null;
            /** @description First characters of the answer. */
            response_preview?: string | null;
            /** @description Values of `service.name`, sorted. */
            services: string[];
            /** @description MLflow session. */
            session?: string | null;
            /** @description Which SDKs its spans came from, sorted. */
            sources: components["schemas"]["Source"][];
            /** @description Earliest start, Unix nanoseconds. */
            start_time_unix_nano: string;
            /** @description State. */
            state: components["schemas"]["TraceState"];
            /**
             * Format: int64
             * @description Totals that the same spans report: what leads, also where it is not the sum of the others.
             */
            total_tokens?: number | null;
            /** @description 32 hex digits. */
            trace_id: string;
            /** @description MLflow user. */
            user?: string | null;
        };
        /** @description A user and the traces that name it. */
        UserCount: {
            /**
             * Format: int64
             * @description Of the newest 2,000 traces, those of this user.
             */
            n_traces: number;
            /** @description The user. */
            user: string;
        };
        /**
         * @description What became of a span.
         * @enum {string}
         */
        Verdict: "unchanged" | "changed" | "added" | "removed" | "moved";
        /** @description Rows by what became of their span. */
        VerdictCounts: {
            /**
             * Format: int64
             * @description In the candidate alone.
             */
            added: number;
            /**
             * Format: int64
             * @description On both sides, with a difference.
             */
            changed: number;
            /**
             * Format: int64
             * @description On both sides, below another parent.
             */
            moved: number;
            /**
             * Format: int64
             * @description In the baseline alone.
             */
            removed: number;
            /**
             * Format: int64
             * @description The same on both sides.
             */
            unchanged: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_baselines: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineList"];
                };
            };
        };
    };
    put_baseline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBaseline"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_baseline: {
        parameters: {
            query: {
                /** @description Decimal id of the experiment. */
                experiment_id: string;
                /** @description Name of the traces; that of all of the experiment if absent. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_comparison: {
        parameters: {
            query: {
                /** @description The trace that is compared with: 32 hex digits, or `tr-` and these. */
                baseline: string;
                /** @description The trace in question. */
                candidate: string;
                /** @description Whether to list each span of either side; no if absent. */
                rows?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    pin_rows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RowPin"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    unpin_rows: {
        parameters: {
            query: {
                /** @description The trace that is compared with: 32 hex digits, or `tr-` and these. */
                baseline: string;
                /** @description The pinned span of the baseline, 16 hex digits. */
                baseline_span_id: string;
                /** @description The trace in question. */
                candidate: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_row_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowRuleList"];
                };
            };
        };
    };
    create_row_rule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RowPin"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowRule"];
                };
            };
            /** @description It would not hold between these two traces */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_row_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Decimal id of the rule */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_span_comparison: {
        parameters: {
            query: {
                /** @description The trace that is compared with: 32 hex digits, or `tr-` and these. */
                baseline: string;
                /** @description A span of the baseline, 16 hex digits; none if the candidate's was added. */
                baseline_span?: string;
                /** @description The trace in question. */
                candidate: string;
                /** @description A span of the candidate, 16 hex digits; none if the baseline's was removed. */
                candidate_span?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpanComparison"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_comparison_table: {
        parameters: {
            query: {
                /** @description The trace that is compared with: 32 hex digits, or `tr-` and these. */
                baseline: string;
                /** @description The trace in question. */
                candidate: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The merged rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.traceloupe.comparison": unknown;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    load_demo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DemoLoaded"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_experiments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentList"];
                };
            };
        };
    };
    create_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewExperiment"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentCreated"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    update_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description decimal id */
                experiment_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExperimentEdit"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description decimal id */
                experiment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    restore_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description decimal id */
                experiment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events named `change`, each with a `Change` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Change"];
                };
            };
        };
    };
    list_rejected: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedList"];
                };
            };
        };
    };
    delete_all_rejected: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_rejected: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group */
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedDetail"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_rejected: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group */
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    accept_rejected: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group */
                group_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptRejected"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_rejected_body: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the group */
                group_id: string;
                /** @description Id of the request */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The payload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunSummary"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query: {
                /** @description Decimal id of an experiment; traces of all of them if absent. */
                experiment_id?: string;
                /** @description `next_page_token` of the page before. */
                page_token?: string;
                /** @description Its id. */
                session: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDetail"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: {
                /** @description Decimal id of an experiment; all that are not deleted if absent. */
                experiment_id?: string;
                /** @description Rows of a page, 1 to 1000, 100 if absent. */
                limit?: number;
                /** @description `next_page_token` of the page before. */
                page_token?: string;
                /** @description Only sessions that this user took part in. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
        };
    };
    put_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
        };
    };
    send_test_trace: {
        parameters: {
            query?: {
                /** @description Decimal id of the experiment to send it to; the default one if absent. */
                experiment_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceRef"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_traces: {
        parameters: {
            query?: {
                /** @description Traces that began before then, Unix nanoseconds. */
                before?: string;
                /** @description Decimal id of an experiment; all that are not deleted if absent. */
                experiment_id?: string;
                /** @description What was typed into the query bar: a filter, or text to search for (docs/query.md). */
                filter?: string;
                /** @description Traces that began then or later, Unix nanoseconds. */
                from?: string;
                /** @description Rows of a page, 1 to 1000, 100 if absent. */
                limit?: number;
                /** @description One key and `ASC` or `DESC`; newest first if absent. */
                order?: string;
                /** @description `next_page_token` of the page before. */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_trace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, `tr-` and these, or what an MLflow client called it */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceDetail"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_analysis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceAnalysis"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_assessments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssessmentList"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    create_assessment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAssessment"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assessment"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    update_assessment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its id */
                assessment_id: string;
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssessmentEdit"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assessment"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_assessment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its id */
                assessment_id: string;
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_critical_path: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its segments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.traceloupe.critical-path": unknown;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_logs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogList"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_markdown: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The outline */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_neighbours: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceNeighbours"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_otlp: {
        parameters: {
            query?: {
                /** @description `json` (default) or `protobuf`. */
                format?: components["schemas"]["OtlpFormat"];
            };
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OTLP */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    pin_trace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    unpin_trace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_spans: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The span table */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.traceloupe.span-table": unknown;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_span: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 16 hex digits */
                span_id: string;
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpanDetail"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_media: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `index` of a media part */
                index: number;
                /** @description 16 hex digits */
                span_id: string;
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The content */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_span_otlp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 16 hex digits */
                span_id: string;
                /** @description 32 hex digits, or `tr-` and these */
                trace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OTLP/JSON */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    move_traces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveTraces"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TracesMoved"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    read_query: {
        parameters: {
            query: {
                /** @description Where the caret is, in UTF-16 code units; without it nothing is suggested. */
                caret?: number;
                /** @description Decimal id of the experiment whose keys and values are suggested; those of all that are not deleted if absent. */
                experiment_id?: string;
                /** @description The query as typed so far. */
                text: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryReading"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    export_logs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description ExportLogsServiceRequest, protobuf or JSON; gzip, deflate, zstd or identity */
        requestBody?: {
            content: {
                "application/x-protobuf": unknown;
            };
        };
        responses: {
            /** @description Committed. Log records without a trace id are not stored, and counted in `partial_success` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not a request for logs */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The store is busy or full: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    export_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description ExportMetricsServiceRequest, protobuf or JSON; gzip, deflate, zstd or identity */
        requestBody?: {
            content: {
                "application/x-protobuf": unknown;
            };
        };
        responses: {
            /** @description Counted, not stored, which `partial_success` says */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not a request for metrics */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    export_traces: {
        parameters: {
            query?: never;
            header?: {
                /** @description Experiment of the spans; without it they join that of their trace, else the default one */
                "x-mlflow-experiment-id"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        /** @description ExportTraceServiceRequest, protobuf or JSON; gzip, deflate, zstd or identity */
        requestBody?: {
            content: {
                "application/x-protobuf": unknown;
            };
        };
        responses: {
            /** @description Stored: in the journal or committed. Spans that could not be are counted in `partial_success`, with reasons */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not a request for traces, or no span of it is good */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The experiment of the header does not exist; the spans wait in the inbox of rejected requests */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description With the experiment header: no span is good */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The store is busy or full: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
