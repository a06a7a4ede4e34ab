// How the user wants waterfalls to look, for as long as the page of the app lives.
import type { WaterfallLook } from "../../waterfall/host/listener.ts";

export const viewOptions: { look: WaterfallLook } = { look: { columns: ["duration"], coloring: "kind" } };
