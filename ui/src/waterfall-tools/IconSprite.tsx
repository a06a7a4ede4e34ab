// The icons of the rows, once in the page: the canvas takes their shapes from here, since it is drawn without React.
import { spanIcons } from "../span-detail/span-icons.tsx";
import { spanCategories } from "../trace-model/span-category.ts";
import { iconIdPrefix } from "../waterfall/icons.ts";

export function IconSprite() {
  return (
    <svg width={0} height={0} style={{ position: "absolute" }} aria-hidden>
      <defs>
        {spanCategories.map((category) => {
          const Icon = spanIcons[category];
          return <Icon key={category} id={`${iconIdPrefix}${category}`} strokeWidth={1.9} />;
        })}
      </defs>
    </svg>
  );
}
