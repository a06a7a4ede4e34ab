package knowntree;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sends the known tree with the OpenTelemetry SDK for Java: {@code KnownTree PROTOCOL TREE}. Prints the ids of what it sent.
 *
 * <p>The SDK configures itself, as in the agent; the protocol {@code default} is the one that it then chooses.
 */
public final class KnownTree {
  private final Map<String, Span> spans = new LinkedHashMap<>();

  public static void main(String[] arguments) throws IOException {
    JsonObject tree = JsonParser.parseString(Files.readString(Path.of(arguments[1]))).getAsJsonObject();
    if (!arguments[0].equals("default")) {
      System.setProperty("otel.exporter.otlp.protocol", arguments[0]);
    }
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .addResourceCustomizer((found, config) -> found.merge(Resource.create(Values.attributes(tree.get("resource")))))
            .build()
            .getOpenTelemetrySdk();
    System.out.println(new KnownTree().send(sdk, tree));
    if (!sdk.getSdkTracerProvider().forceFlush().join(30, TimeUnit.SECONDS).isSuccess()) {
      throw new IllegalStateException("the export failed");
    }
    sdk.close();
  }

  private JsonObject send(OpenTelemetrySdk sdk, JsonObject tree) {
    for (JsonElement given : tree.getAsJsonArray("spans")) {
      JsonObject span = given.getAsJsonObject();
      Tracer tracer = tracer(sdk, tree.getAsJsonObject("scopes").getAsJsonObject(text(span, "scope")));
      spans.put(text(span, "name"), start(tracer, span));
    }
    for (JsonElement given : tree.getAsJsonArray("spans")) {
      JsonObject span = given.getAsJsonObject();
      spans.get(text(span, "name")).end(time(span, "endTimeUnixNano"), TimeUnit.NANOSECONDS);
    }
    JsonObject ids = new JsonObject();
    spans.forEach((name, span) -> ids.addProperty(name, span.getSpanContext().getSpanId()));
    JsonObject sent = new JsonObject();
    sent.addProperty("traceId", spans.values().iterator().next().getSpanContext().getTraceId());
    sent.add("spans", ids);
    return sent;
  }

  private static Tracer tracer(OpenTelemetrySdk sdk, JsonObject scope) {
    TracerBuilder builder = sdk.tracerBuilder(text(scope, "name"));
    if (scope.has("version")) {
      builder.setInstrumentationVersion(text(scope, "version"));
    }
    if (scope.has("schemaUrl")) {
      builder.setSchemaUrl(text(scope, "schemaUrl"));
    }
    return builder.build();
  }

  private Span start(Tracer tracer, JsonObject given) {
    SpanBuilder builder =
        tracer
            .spanBuilder(text(given, "name"))
            .setSpanKind(SpanKind.valueOf(text(given, "kind")))
            .setAllAttributes(Values.attributes(given.get("attributes")))
            .setStartTimestamp(time(given, "startTimeUnixNano"), TimeUnit.NANOSECONDS);
    if (given.get("parent").isJsonNull()) {
      builder.setNoParent();
    } else {
      builder.setParent(Context.root().with(spans.get(text(given, "parent"))));
    }
    for (JsonElement item : listed(given, "links")) {
      JsonObject link = item.getAsJsonObject();
      SpanContext context = link.has("span") ? spans.get(text(link, "span")).getSpanContext() : remote(link);
      builder.addLink(context, Values.attributes(link.get("attributes")));
    }
    Span span = builder.startSpan();
    for (JsonElement item : listed(given, "events")) {
      JsonObject event = item.getAsJsonObject();
      Attributes attributes = Values.attributes(event.get("attributes"));
      span.addEvent(text(event, "name"), attributes, time(event, "timeUnixNano"), TimeUnit.NANOSECONDS);
    }
    if (given.has("exception")) {
      // This SDK takes no time for an exception: it is the present.
      try {
        throw new IllegalStateException(text(given.getAsJsonObject("exception"), "message"));
      } catch (IllegalStateException exception) {
        span.recordException(exception);
      }
    }
    if (given.has("status")) {
      JsonObject status = given.getAsJsonObject("status");
      String message = status.has("message") ? text(status, "message") : "";
      span.setStatus(StatusCode.valueOf(text(status, "code")), message);
    }
    return span;
  }

  private static SpanContext remote(JsonObject link) {
    TraceStateBuilder state = TraceState.builder();
    String[] pairs = text(link, "traceState").split(",");
    // Each one put goes to the front.
    for (int i = pairs.length - 1; i >= 0; i--) {
      String[] pair = pairs[i].split("=");
      state.put(pair[0], pair[1]);
    }
    return SpanContext.createFromRemoteParent(text(link, "traceId"), text(link, "spanId"), TraceFlags.getDefault(), state.build());
  }

  private static JsonArray listed(JsonObject given, String key) {
    return given.has(key) ? given.getAsJsonArray(key) : new JsonArray();
  }

  private static String text(JsonObject given, String key) {
    return given.get(key).getAsString();
  }

  private static long time(JsonObject given, String key) {
    return Long.parseLong(text(given, key));
  }
}
