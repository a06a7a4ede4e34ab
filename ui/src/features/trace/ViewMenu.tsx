// Which columns the waterfall has, and what its colours say.
import { SlidersHorizontal } from "lucide-react";
import { OptionsMenu } from "../../components/OptionsMenu.tsx";
import type { Coloring } from "../../trace-model/span-colors.ts";
import { colorings } from "../../trace-model/span-colors.ts";
import { columnTitles, spanColumnNames } from "../../waterfall/columns.ts";
import type { WaterfallLook } from "../../waterfall/host/listener.ts";

const coloringTitles: Readonly<Record<Coloring, string>> = { kind: "Kind", service: "Service", source: "Source" };

type ViewMenuProps = { look: WaterfallLook; onChange: (look: WaterfallLook) => void };

export function ViewMenu({ look, onChange }: ViewMenuProps) {
  return (
    <OptionsMenu
      label="Columns and colours"
      icon={<SlidersHorizontal size={14} />}
      groups={[
        {
          kind: "several",
          title: "Columns",
          items: spanColumnNames.map((column) => ({ value: column, label: columnTitles[column] })),
          chosen: look.columns,
          onChange: (chosen) => onChange({ ...look, columns: spanColumnNames.filter((one) => chosen.includes(one)) }),
        },
        {
          kind: "one",
          title: "Colour by",
          items: colorings.map((coloring) => ({ value: coloring, label: coloringTitles[coloring] })),
          chosen: look.coloring,
          onChange: (chosen) => onChange({ ...look, coloring: chosen as Coloring }),
        },
      ]}
    />
  );
}
