// Makes component tests hold on a busy machine: patient waits, and no style computation for each role that is looked for.
import { configure } from "@testing-library/react";

configure({ asyncUtilTimeout: 15_000, defaultHidden: true });
