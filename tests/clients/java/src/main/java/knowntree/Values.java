package knowntree;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Attributes of the SDK from OTLP's JSON. */
final class Values {
  private Values() {}

  static Attributes attributes(JsonElement given) {
    AttributesBuilder builder = Attributes.builder();
    for (JsonElement item : given.getAsJsonArray()) {
      JsonObject attribute = item.getAsJsonObject();
      put(builder, attribute.get("key").getAsString(), only(attribute.get("value")));
    }
    return builder.build();
  }

  private static void put(AttributesBuilder builder, String key, Map.Entry<String, JsonElement> value) {
    JsonElement content = value.getValue();
    switch (value.getKey()) {
      case "stringValue" -> builder.put(key, content.getAsString());
      case "boolValue" -> builder.put(key, content.getAsBoolean());
      case "intValue" -> builder.put(key, Long.parseLong(content.getAsString()));
      case "doubleValue" -> builder.put(key, Double.parseDouble(content.getAsString()));
      case "arrayValue" -> putArray(builder, key, content.getAsJsonObject().getAsJsonArray("values"));
      default -> throw new IllegalArgumentException(key + " is a " + value.getKey());
    }
  }

  /** The type is that of the first element; an empty one is of texts. */
  private static void putArray(AttributesBuilder builder, String key, JsonArray values) {
    String type = values.isEmpty() ? "stringValue" : only(values.get(0)).getKey();
    switch (type) {
      case "stringValue" -> builder.put(AttributeKey.stringArrayKey(key), each(values, JsonElement::getAsString));
      case "boolValue" -> builder.put(AttributeKey.booleanArrayKey(key), each(values, JsonElement::getAsBoolean));
      case "intValue" -> builder.put(AttributeKey.longArrayKey(key), each(values, v -> Long.parseLong(v.getAsString())));
      case "doubleValue" -> builder.put(AttributeKey.doubleArrayKey(key), each(values, v -> Double.parseDouble(v.getAsString())));
      default -> throw new IllegalArgumentException(key + " has a " + type);
    }
  }

  private static <T> List<T> each(JsonArray values, Function<JsonElement, T> read) {
    return StreamSupport.stream(values.spliterator(), false).map(value -> read.apply(only(value).getValue())).toList();
  }

  private static Map.Entry<String, JsonElement> only(JsonElement value) {
    return value.getAsJsonObject().entrySet().iterator().next();
  }
}
