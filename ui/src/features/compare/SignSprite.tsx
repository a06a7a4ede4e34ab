// The signs of merged rows, once in the page: the canvas takes their shapes from here, since it is drawn without React.
import {
  CornerDownRight,
  Equal,
  EqualNot,
  type LucideIcon,
  Minus,
  PencilLine,
  Plus,
  Repeat2,
  TrendingDown,
  TrendingUp,
} from "lucide-react";
import { signIdPrefix, type SignName, signNames } from "../../compare-model/signs.ts";

export const signIcons: Readonly<Record<SignName, LucideIcon>> = {
  equal: Equal,
  added: Plus,
  removed: Minus,
  moved: CornerDownRight,
  repeated: Repeat2,
  content: PencilLine,
  slower: TrendingUp,
  faster: TrendingDown,
  other: EqualNot,
};

export function SignSprite() {
  return (
    <svg width={0} height={0} style={{ position: "absolute" }} aria-hidden>
      <defs>
        {signNames.map((name) => {
          const Icon = signIcons[name];
          return <Icon key={name} id={`${signIdPrefix}${name}`} strokeWidth={2.2} />;
        })}
      </defs>
    </svg>
  );
}
