// A short text with what was searched for marked in it.
import { placesIn } from "./find-in-json.ts";

export function Marked({ text, query }: { text: string; query: string }) {
  if (query === "") return text;
  const places = placesIn(text, query);
  if (places.length === 0) return text;
  return (
    <>
      {text.slice(0, places[0])}
      {places.map((place, number) => (
        <span key={place}>
          <mark>{text.slice(place, place + query.length)}</mark>
          {text.slice(place + query.length, places[number + 1] ?? text.length)}
        </span>
      ))}
    </>
  );
}
