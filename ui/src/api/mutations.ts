// What the UI asks the server to do. The server announces the effects as live events, so nothing is invalidated here.
import { mutationOptions, type QueryClient } from "@tanstack/react-query";
import { bodyOf, client, doneOf } from "./client.ts";
import type {
  AssessmentEdit,
  Baseline,
  BaselineScope,
  ExperimentEdit,
  NewAssessment,
  RowPin,
  Settings,
} from "./messages.ts";
import { settingsQuery } from "./queries.ts";

/** Sends a small trace through the same ingest as any other. */
export function sendTestTrace() {
  return mutationOptions({
    mutationFn: (experimentId: string) =>
      bodyOf(client.POST("/traceloupe/v1/test-trace", { params: { query: { experiment_id: experimentId } } })),
  });
}

export function loadDemo() {
  return mutationOptions({ mutationFn: () => bodyOf(client.POST("/traceloupe/v1/demo")) });
}

/** Stores the settings; they show at once and go back if the server refuses. */
export function saveSettings(queryClient: QueryClient) {
  const { queryKey } = settingsQuery();
  return mutationOptions({
    mutationFn: (settings: Settings) => bodyOf(client.PUT("/traceloupe/v1/settings", { body: settings })),
    onMutate: async (settings) => {
      await queryClient.cancelQueries({ queryKey });
      const previous = queryClient.getQueryData(queryKey);
      queryClient.setQueryData(queryKey, settings);
      return { previous };
    },
    onError: (_error, _settings, context) => queryClient.setQueryData(queryKey, context?.previous),
    onSuccess: (settings) => queryClient.setQueryData(queryKey, settings),
  });
}

/** Keeps a trace whatever retention says, or no longer. */
export function pinTrace() {
  return mutationOptions({
    mutationFn: ({ traceId, isPinned }: { traceId: string; isPinned: boolean }) => {
      const params = { path: { trace_id: traceId } };
      return doneOf(
        isPinned
          ? client.PUT("/traceloupe/v1/traces/{trace_id}/pin", { params })
          : client.DELETE("/traceloupe/v1/traces/{trace_id}/pin", { params }),
      );
    },
  });
}

export function createExperiment() {
  return mutationOptions({
    mutationFn: (name: string) => bodyOf(client.POST("/traceloupe/v1/experiments", { body: { name } })),
  });
}

/** Gives an experiment its name, its description and its tags. */
export function updateExperiment(experimentId: string) {
  return mutationOptions({
    mutationFn: (edit: ExperimentEdit) =>
      doneOf(
        client.PUT("/traceloupe/v1/experiments/{experiment_id}", {
          params: { path: { experiment_id: experimentId } },
          body: edit,
        }),
      ),
  });
}

export function deleteExperiment() {
  return mutationOptions({
    mutationFn: (experimentId: string) =>
      doneOf(
        client.DELETE("/traceloupe/v1/experiments/{experiment_id}", {
          params: { path: { experiment_id: experimentId } },
        }),
      ),
  });
}

export function restoreExperiment() {
  return mutationOptions({
    mutationFn: (experimentId: string) =>
      doneOf(
        client.POST("/traceloupe/v1/experiments/{experiment_id}/restore", {
          params: { path: { experiment_id: experimentId } },
        }),
      ),
  });
}

/** Moves traces to an experiment; spans that come later join them there. */
export function moveTraces() {
  return mutationOptions({
    mutationFn: ({ traceIds, experimentId }: { traceIds: readonly string[]; experimentId: string }) =>
      bodyOf(
        client.POST("/traceloupe/v1/traces/move", {
          body: { trace_ids: [...traceIds], experiment_id: experimentId },
        }),
      ),
  });
}

/** Adds feedback or an expectation to a trace or a span. */
export function addAssessment(traceId: string) {
  return mutationOptions({
    mutationFn: (assessment: NewAssessment) =>
      bodyOf(
        client.POST("/traceloupe/v1/traces/{trace_id}/assessments", {
          params: { path: { trace_id: traceId } },
          body: assessment,
        }),
      ),
  });
}

export function changeAssessment(traceId: string, assessmentId: string) {
  return mutationOptions({
    mutationFn: (edit: AssessmentEdit) =>
      bodyOf(
        client.PUT("/traceloupe/v1/traces/{trace_id}/assessments/{assessment_id}", {
          params: { path: { trace_id: traceId, assessment_id: assessmentId } },
          body: edit,
        }),
      ),
  });
}

export function deleteAssessment(traceId: string) {
  return mutationOptions({
    mutationFn: (assessmentId: string) =>
      doneOf(
        client.DELETE("/traceloupe/v1/traces/{trace_id}/assessments/{assessment_id}", {
          params: { path: { trace_id: traceId, assessment_id: assessmentId } },
        }),
      ),
  });
}

/** Stores the spans that wait in a group of the inbox. */
export function acceptRejected(groupId: string) {
  return mutationOptions({
    mutationFn: (experimentId: string) =>
      bodyOf(
        client.POST("/traceloupe/v1/rejected/{group_id}/accept", {
          params: { path: { group_id: groupId } },
          body: { experiment_id: experimentId },
        }),
      ),
  });
}

/** Removes a group of the inbox with what waits in it. */
export function removeRejected() {
  return mutationOptions({
    mutationFn: (groupId: string) =>
      doneOf(client.DELETE("/traceloupe/v1/rejected/{group_id}", { params: { path: { group_id: groupId } } })),
  });
}

/** Empties the inbox. */
export function removeAllRejected() {
  return mutationOptions({ mutationFn: () => doneOf(client.DELETE("/traceloupe/v1/rejected")) });
}

/** Measures later traces of the same name, or of the same experiment, against a trace. */
export function pinBaseline() {
  return mutationOptions({
    mutationFn: ({ traceId, scope }: { traceId: string; scope: BaselineScope }) =>
      doneOf(client.PUT("/traceloupe/v1/baselines", { body: { trace_id: traceId, scope } })),
  });
}

/** Takes a baseline away; its trace stays. */
export function unpinBaseline() {
  return mutationOptions({
    mutationFn: ({ experiment_id, name }: Baseline) => {
      const query = { experiment_id, ...(name === null || name === undefined ? {} : { name }) };
      return doneOf(client.DELETE("/traceloupe/v1/baselines", { params: { query } }));
    },
  });
}

/** Says that a row of one trace is a row of the other. */
export function pinRows() {
  return mutationOptions({
    mutationFn: (pin: RowPin) => doneOf(client.PUT("/traceloupe/v1/compare/pins", { body: pin })),
  });
}

/** Leaves it to the alignment again. */
export function unpinRows() {
  return mutationOptions({
    mutationFn: ({ baseline, candidate, baseline_span_id }: Omit<RowPin, "candidate_span_id">) => {
      const query = { baseline, candidate, baseline_span_id };
      return doneOf(client.DELETE("/traceloupe/v1/compare/pins", { params: { query } }));
    },
  });
}

/** Says of other traces what was said of two rows, wherever the two places can be told apart. */
export function rememberRows() {
  return mutationOptions({
    mutationFn: (pin: RowPin) => bodyOf(client.POST("/traceloupe/v1/compare/rules", { body: pin })),
  });
}

/** Takes a rule away from all comparisons. */
export function forgetRule() {
  return mutationOptions({
    mutationFn: (ruleId: string) =>
      doneOf(client.DELETE("/traceloupe/v1/compare/rules/{rule_id}", { params: { path: { rule_id: ruleId } } })),
  });
}
